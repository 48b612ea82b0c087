"""Users and API tokens, on either database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tweetgen.domain import Role
from tweetgen.errors import InputError, UnknownName
from tweetgen.store import Store
from tweetgen.store import users as module
from tweetgen.store.api_tokens import MOST
from tweetgen.store.deeds import By
from tweetgen.store.history import Place
from tweetgen.store.users import Users

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BY = By("root", "command line")


def add(store: Store, name: str = "ann", role: Role = Role.REVIEWER) -> None:
    store.users.add(name, role, "a hash", NOON, BY)


def test_who_was_let_in_is_there_until_removed(store: Store) -> None:
    assert not store.users.exist()
    add(store, "bob", Role.ADMIN)
    add(store)
    assert store.users.exist()
    assert [(user.name, user.role, user.created_at) for user in store.users.all()] == [
        ("ann", Role.REVIEWER, NOON),
        ("bob", Role.ADMIN, NOON),
    ]
    for name in ("ann", "bob"):
        store.users.remove(name, NOON, BY)
    assert not store.users.exist()
    assert store.users.get("ann") is None


def test_who_asks_often_hears_of_the_first_user_as_late_as_they_have_patience(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = 100.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: at))
    assert not store.users.exist(1.0)
    elsewhere = Users(store._engine)
    elsewhere.add("ann", Role.ADMIN, "hash", NOON, BY)
    at += 0.9
    assert not store.users.exist(1.0)
    at += 0.1
    assert store.users.exist(1.0)
    elsewhere.remove("ann", NOON, BY)
    assert not store.users.exist(1.0)
    at += 1.0
    assert not store.users.exist(1.0)
    # one of our own counts at once
    store.users.add("ben", Role.ADMIN, "hash", NOON, BY)
    assert store.users.exist(1.0)


def test_a_name_is_given_once(store: Store) -> None:
    add(store)
    with pytest.raises(InputError, match="user ann: is there already"):
        add(store)
    assert len(store.deeds.last()) == 1


def test_every_change_makes_another_stamp(store: Store) -> None:
    add(store)
    stamps = []
    changes: tuple[Callable[[datetime], None], ...] = (
        lambda at: store.users.set_role("ann", Role.ADMIN, at, BY),
        lambda at: store.users.set_role("ann", Role.REVIEWER, at, BY),
        lambda at: store.users.set_password("ann", "another hash", at, BY),
        lambda at: store.users.set_password("ann", "a hash", at, BY),
        lambda at: store.users.log_out("ann", at, BY),
    )
    for days, change in enumerate(changes):
        change(NOON + (days + 1) * DAY)
        user = store.users.get("ann")
        assert user is not None
        stamps.append(user.stamp)
    assert len(set(stamps)) == len(changes)


def test_nobody_unknown_is_changed(store: Store) -> None:
    add(store)
    with pytest.raises(UnknownName, match="did you mean 'ann'"):
        store.users.set_role("anna", Role.ADMIN, NOON, BY)
    with pytest.raises(UnknownName):
        store.users.remove("bob", NOON, BY)
    assert [deed.deed for deed in store.deeds.last()] == ["user.add"]


def test_a_token_is_found_by_its_digest_until_its_owner_is_removed(store: Store) -> None:
    add(store)
    made = store.api_tokens.add("ann", "hall", Role.VIEWER, "digest", NOON + DAY, NOON, BY)
    assert store.api_tokens.find("digest") == made == store.api_tokens.get(made.number)
    assert store.api_tokens.find("another") is None
    assert (made.is_good(NOON), made.is_good(NOON + DAY)) == (True, False)
    store.users.remove("ann", NOON + timedelta(hours=1), BY)
    add(store)
    assert not store.api_tokens.get(made.number).is_good(NOON + timedelta(hours=2))


def test_a_token_needs_an_owner_and_has_a_number(store: Store) -> None:
    with pytest.raises(InputError, match="there is no such user"):
        store.api_tokens.add("ann", "hall", Role.VIEWER, "digest", NOON + DAY, NOON, BY)
    for number in (0, -1, 1, 2**63, 2**70):
        with pytest.raises(InputError, match="there is none of that number"):
            store.api_tokens.get(number)


def test_nobody_has_endless_tokens(store: Store) -> None:
    add(store)
    for number in range(MOST):
        store.api_tokens.add("ann", "hall", Role.VIEWER, f"digest {number}", NOON + DAY, NOON, BY)
    with pytest.raises(InputError, match="revoke one"):
        store.api_tokens.add("ann", "hall", Role.VIEWER, "one more", NOON + DAY, NOON, BY)
    store.api_tokens.revoke(1, NOON, BY)
    store.api_tokens.revoke(1, NOON, BY)
    store.api_tokens.add("ann", "hall", Role.VIEWER, "one more", NOON + DAY, NOON, BY)
    assert [deed.deed for deed in store.deeds.last(2)] == ["token.make", "token.revoke"]


def test_the_history_goes_on_where_it_ended_though_a_clock_went_back(store: Store) -> None:
    for day in (3, 1, 2):
        store.deeds.add("ann", "web", "pause", f"day {day}", NOON + day * DAY)
    found, place = store.history.last(2)
    assert [done.subject for done in found] == ["day 2", "day 1"]
    assert place == Place(2, 2**63 - 1)
    rest, end = store.history.last(2, place)
    assert ([done.subject for done in rest], end) == (["day 3"], None)
