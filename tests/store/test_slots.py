"""Slots: made once, waiting, missed, moved, cancelled; on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tweetgen.domain import SlotState
from tweetgen.errors import Conflict, InputError
from tweetgen.schedule import Occurrence
from tweetgen.store import Store
from tweetgen.store.planning import Plan, Planned
from tweetgen.store.slots import Missed, Waiting

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Approve = Callable[..., int]


def hours(*counts: int) -> list[Occurrence]:
    """Occurrences so many hours from noon."""
    times = [NOON + count * HOUR for count in counts]
    return [Occurrence(f"{at:%Y-%m-%dT%H:%M}", at) for at in times]


def plan(*counts: int, account: str = "keeper", replace: bool = False) -> Plan:
    wanted = [("post", one.key, one.due_at) for one in hours(*counts)]
    return Plan(account, "digest", NOON + 2 * DAY, wanted, replace)


def keys(store: Store, account: str | None = None) -> list[str]:
    return [slot.key[11:] for slot in store.slots.upcoming(account)]


def test_a_slot_is_made_once_whatever_became_of_it(store: Store) -> None:
    assert store.slots.add("keeper", "post", hours(1, 2), NOON) == 2
    first, second = store.slots.upcoming()
    store.slots.miss(first.number, "paused", NOON)
    store.slots.cancel(second.number, NOON)
    assert store.slots.add("keeper", "post", hours(1, 2, 3), NOON) == 1
    assert keys(store) == ["15:00"]


def test_accounts_and_steps_do_not_share_slots(store: Store) -> None:
    for account, step in (("keeper", "post"), ("keeper", "collect"), ("other", "post"), ("", "collect")):
        assert store.slots.add(account, step, hours(1), NOON) == 1
    assert [(slot.account, slot.step) for slot in store.slots.due(NOON + HOUR, "collect")] == [
        ("keeper", "collect"),
        ("", "collect"),
    ]
    assert len(store.slots.due(NOON + HOUR)) == 4
    assert [slot.account for slot in store.slots.due(NOON + HOUR, "post", accounts=["other"])] == ["other"]


def test_due_is_what_is_open_and_not_later_than_now_the_longest_waiting_first(store: Store) -> None:
    store.slots.add("keeper", "post", hours(3, 1, 2), NOON)
    assert store.slots.due(NOON) == []
    assert [slot.key[11:] for slot in store.slots.due(NOON + 2 * HOUR)] == ["13:00", "14:00"]
    assert [slot.key[11:] for slot in store.slots.due(NOON + 2 * HOUR, limit=1)] == ["13:00"]


def test_a_slot_that_waits_lets_the_next_one_pass_and_says_what_for(store: Store) -> None:
    store.slots.add("keeper", "post", hours(1, 2), NOON)
    first, second = store.slots.upcoming()
    now = NOON + 2 * HOUR
    store.slots.put([Waiting(first.number, now + HOUR, "no approved text")], now)
    assert store.slots.due(now) == [second]
    assert store.slots.open_before(["keeper"], "post", now)[0].reason == "no approved text"
    assert [slot.number for slot in store.slots.due(now + HOUR)] == [second.number, first.number]


def test_what_is_not_open_any_more_neither_waits_nor_is_missed(store: Store) -> None:
    slot = store.slots.book("keeper", "post", NOON, NOON)
    assert store.slots.fill(slot.number, NOON)
    store.slots.put([Waiting(slot.number, NOON, "late"), Missed(slot.number, "paused")], NOON)
    assert not store.slots.fill(slot.number, NOON)
    found = store.slots.get(slot.number)
    assert (found.state, found.reason) == (SlotState.FILLED, "")


def test_a_missed_slot_keeps_its_reason(store: Store) -> None:
    store.slots.add("keeper", "post", hours(1, 2), NOON)
    for slot, reason in zip(store.slots.upcoming(), ("paused", "quiet hours"), strict=True):
        store.slots.miss(slot.number, reason, NOON)
    assert [(slot.key[11:], slot.reason) for slot in store.slots.past("keeper")] == [
        ("14:00", "quiet hours"),
        ("13:00", "paused"),
    ]
    assert store.slots.past("other") == []


def test_a_moved_slot_leaves_a_tombstone_so_that_it_is_not_made_again(store: Store) -> None:
    store.slots.add("keeper", "post", hours(1), NOON)
    (old,) = store.slots.upcoming()
    new = store.slots.move(old.number, NOON + 5 * HOUR, NOON)
    assert (new.account, new.step, new.due_at, new.state) == ("keeper", "post", NOON + 5 * HOUR, SlotState.OPEN)
    gone = store.slots.get(old.number)
    assert (gone.state, gone.reason) == (SlotState.MOVED, "moved to 2026-03-01T17:00Z")
    assert store.slots.add("keeper", "post", hours(1), NOON) == 0
    assert store.slots.upcoming() == [new]


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_what_is_closed_or_unknown_is_not_changed(store: Store, change: str) -> None:
    arguments = [NOON + HOUR] if change == "move" else []
    with pytest.raises(InputError, match="no such slot; see: tweetgen slots"):
        getattr(store.slots, change)(7, *arguments, NOON)
    slot = store.slots.book("keeper", "post", NOON, NOON)
    store.slots.fill(slot.number, NOON)
    with pytest.raises(Conflict, match=f"slot {slot.number}: it is filled"):
        getattr(store.slots, change)(slot.number, *arguments, NOON)
    assert len(store.slots.due(NOON + DAY)) == 0


def test_planning_makes_slots_of_many_accounts_and_remembers_how_far(store: Store) -> None:
    assert store.slots.plan([], NOON) == Planned()
    plans = [plan(1, 2), plan(1, account="other")]
    assert store.slots.plan(plans, NOON) == Planned(made=3)
    assert store.slots.plan(plans, NOON) == Planned()
    assert store.slots.plans() == dict.fromkeys(("keeper", "other"), ("digest", NOON + 2 * DAY))


def test_replacing_takes_out_what_is_open_to_come_and_not_wanted_any_more(store: Store) -> None:
    store.slots.plan([plan(-1, 1, 2, 3, 4), plan(1, account="other")], NOON)
    by_hand = store.slots.book("keeper", "post", NOON + 6 * HOUR, NOON)
    _, _, second, third, *_ = store.slots.upcoming("keeper")
    store.slots.cancel(second.number, NOON)
    store.slots.move(third.number, NOON + 7 * HOUR, NOON)
    assert store.slots.plan([plan(3, 5, replace=True)], NOON) == Planned(made=1, withdrawn=2)
    # the past one waits on; what hands did stays done
    assert [slot.due_at - NOON for slot in store.slots.upcoming("keeper")] == [-HOUR, 5 * HOUR, 6 * HOUR, 7 * HOUR]
    assert store.slots.get(by_hand.number) == by_hand
    assert len(store.slots.upcoming("other")) == 1


def test_a_slot_of_the_same_name_at_another_time_is_made_anew(store: Store) -> None:
    store.slots.plan([plan(1)], NOON)
    (key, due_at) = hours(1)[0].key, NOON + 90 * timedelta(minutes=1)
    changed = Plan("keeper", "other", NOON + DAY, [("post", key, due_at)], replace=True)
    assert store.slots.plan([changed], NOON) == Planned(made=1, withdrawn=1)
    assert [slot.due_at for slot in store.slots.upcoming()] == [due_at]


def test_forgetting_an_account_leaves_its_past_and_what_hands_made(store: Store) -> None:
    store.slots.plan([plan(-1, 1), plan(1, account="other")], NOON)
    store.slots.book("keeper", "post", NOON + HOUR, NOON)
    assert store.slots.forget(["keeper"], NOON) == 1
    assert [slot.due_at - NOON for slot in store.slots.upcoming("keeper")] == [-HOUR, HOUR]
    assert store.slots.plans().keys() == {"other"}


def test_only_texts_that_may_go_now_count_as_there(store: Store, approve: Approve) -> None:
    approve(store, "fog", "keeper", NOON)
    approve(store, "tide", "later", NOON, scheduled_for=NOON + HOUR)
    names = ["keeper", "later", "nobody"]
    assert store.slots.with_text(names, NOON) == {"keeper"}
    assert store.slots.with_text(names, NOON + HOUR) == {"keeper", "later"}
    assert store.slots.with_text(["nobody"], NOON) == set()


def test_times_of_filling_are_told_by_account(store: Store) -> None:
    store.slots.add("keeper", "post", hours(-50, -1, 1), NOON)
    for slot in store.slots.upcoming():
        store.slots.fill(slot.number, NOON + HOUR)
    assert store.slots.filled(["keeper", "other"], "post", NOON - DAY) == {"keeper": [NOON + HOUR] * 2}
    assert store.slots.filled(["keeper"], "collect", NOON - DAY) == {}


def test_counts_and_sweeping(store: Store) -> None:
    store.slots.add("keeper", "post", hours(-50, -49, 1), NOON)
    old = store.slots.upcoming()[0]
    store.slots.miss(old.number, "paused", NOON)
    assert store.slots.counts() == {("post", SlotState.OPEN): 2, ("post", SlotState.MISSED): 1}
    # what is open is never swept, however old
    assert store.slots.sweep(NOON - DAY) == 1
    assert len(store.slots.upcoming()) == 2


def test_more_slots_than_one_question_takes_are_withdrawn(store: Store) -> None:
    store.slots.plan([plan(*range(1, 2500))], NOON)
    assert store.slots.plan([plan(replace=True)], NOON).withdrawn == 2499
