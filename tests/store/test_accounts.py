"""Who is served since when, and who is paused."""

from datetime import UTC, datetime, timedelta

from tweetgen.store import Store
from tweetgen.store.accounts import EVERY, AccountState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def test_many_are_enabled_at_once_and_those_known_keep_their_time(store: Store) -> None:
    store.accounts.enable("keeper", NOON)
    store.accounts.pause("other", "ann", "too loud", NOON)
    store.accounts.enable_all([], NOON)
    store.accounts.enable_all(["keeper", "other", "third"], LATER)
    enabled = {name: state.enabled_at for name, state in store.accounts.states().items()}
    assert enabled == {"keeper": NOON, "other": LATER, "third": LATER}
    assert store.accounts.paused() == {"other"}


def test_an_account_is_enabled_once(store: Store) -> None:
    assert store.accounts.states() == {}
    assert store.accounts.enable("keeper", NOON) == NOON
    assert store.accounts.enable("keeper", LATER) == NOON
    assert store.accounts.states() == {"keeper": AccountState("keeper", NOON)}


def test_a_pause_says_who_and_why_and_ends(store: Store) -> None:
    store.accounts.pause("keeper", "ada", "too\0 loud", NOON)
    assert store.accounts.is_paused("keeper")
    assert not store.accounts.is_paused("mayor")
    assert store.accounts.states()["keeper"] == AccountState("keeper", None, NOON, "ada", "too loud")
    assert store.accounts.resume("keeper")
    assert not store.accounts.resume("keeper")
    assert not store.accounts.is_paused("keeper")
    assert store.accounts.states()["keeper"] == AccountState("keeper", None)


def test_a_pause_that_holds_already_keeps_its_reason_until_another_is_given(store: Store) -> None:
    store.accounts.pause("keeper", "ada", "too loud", NOON)
    store.accounts.pause("keeper", "bo", "", LATER)
    assert store.accounts.states()["keeper"] == AccountState("keeper", None, NOON, "ada", "too loud")
    store.accounts.pause("keeper", "bo", "off the rails", LATER)
    assert store.accounts.states()["keeper"] == AccountState("keeper", None, LATER, "bo", "off the rails")
    store.accounts.resume("keeper")
    store.accounts.pause("keeper", "cy", "", NOON)
    assert store.accounts.states()["keeper"] == AccountState("keeper", None, NOON, "cy", "")


def test_pausing_enables_nothing_and_resuming_keeps_what_was_enabled(store: Store) -> None:
    store.accounts.pause("keeper", "ada", "", NOON)
    assert store.accounts.enable("keeper", LATER) == LATER
    assert store.accounts.is_paused("keeper")
    store.accounts.resume("keeper")
    assert store.accounts.states()["keeper"].enabled_at == LATER


def test_the_pause_of_all_holds_everybody_and_leaves_single_pauses_when_it_ends(store: Store) -> None:
    store.accounts.pause("keeper", "ada", "", NOON)
    store.accounts.pause(EVERY, "bo", "kill switch", LATER)
    assert store.accounts.is_paused("mayor")
    assert store.accounts.states()[EVERY].paused_by == "bo"
    assert store.accounts.resume(EVERY)
    assert not store.accounts.is_paused("mayor")
    assert store.accounts.is_paused("keeper")
