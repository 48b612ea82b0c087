"""A text approved for one moment has a slot there as long as it is; on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tweetgen.domain import Action, Decision, Slot, SlotState
from tweetgen.errors import InputError
from tweetgen.schedule import Occurrence
from tweetgen.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Approve = Callable[..., int]


def decide(store: Store, number: int, action: Action, at: datetime | None = None) -> None:
    version = store.candidates.get(number).version
    store.candidates.apply(Decision(number, version, action, "ann", "inbox", scheduled_for=at), NOON)


def upcoming(store: Store) -> list[Slot]:
    return store.slots.upcoming("keeper", "post")


def test_it_is_filled_with_that_text_also_where_nothing_else_is_scheduled(store: Store, approve: Approve) -> None:
    number = approve(store, "fog", at=NOON, scheduled_for=NOON + HOUR)
    approve(store, "older", at=NOON - HOUR)
    (slot,) = upcoming(store)
    assert slot.due_at == NOON + HOUR
    (row,) = store.outbox.place("keeper", slot, ["main"], NOON + HOUR)
    assert (row.candidate, store.slots.get(slot.number).state) == (number, SlotState.FILLED)
    assert upcoming(store) == []


def test_it_goes_with_the_approval_and_comes_again_with_the_next(store: Store, approve: Approve) -> None:
    number = approve(store, "fog", at=NOON, scheduled_for=NOON + HOUR)
    (slot,) = upcoming(store)
    decide(store, number, Action.UNDO)
    gone = store.slots.get(slot.number)
    assert (gone.state, gone.reason, upcoming(store)) == (SlotState.CANCELLED, "the text is pending", [])
    decide(store, number, Action.SCHEDULE, NOON + HOUR)
    assert [again.due_at for again in upcoming(store)] == [NOON + HOUR]


def test_another_moment_is_another_slot(store: Store, approve: Approve) -> None:
    number = approve(store, "fog", at=NOON, scheduled_for=NOON + HOUR)
    decide(store, number, Action.UNDO)
    decide(store, number, Action.SCHEDULE, NOON + 2 * HOUR)
    assert [slot.due_at for slot in upcoming(store)] == [NOON + 2 * HOUR]


def test_no_other_text_goes_out_there_once_a_slot_of_the_schedule_took_its_own(store: Store, approve: Approve) -> None:
    approve(store, "fog", at=NOON, scheduled_for=NOON + HOUR)
    store.slots.add("keeper", "post", [Occurrence("2026-03-01T13:00", NOON + HOUR)], NOON)
    usual = next(slot for slot in upcoming(store) if slot.key.startswith("2026"))
    assert store.outbox.place("keeper", usual, ["main"], NOON + HOUR)
    assert upcoming(store) == []


def test_an_approval_for_any_time_has_no_slot_of_its_own(store: Store, approve: Approve) -> None:
    approve(store, "fog", at=NOON)
    assert upcoming(store) == []


def test_of_two_candidates_of_like_numbers_only_the_one_undone_loses_its_slot(store: Store, approve: Approve) -> None:
    numbers = [approve(store, f"fog {count}", at=NOON, scheduled_for=NOON + HOUR) for count in range(11)]
    decide(store, numbers[0], Action.UNDO)
    assert len(upcoming(store)) == 10


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_it_is_moved_with_its_text_and_not_without(store: Store, approve: Approve, change: str) -> None:
    number = approve(store, "fog", at=NOON, scheduled_for=NOON + HOUR)
    (slot,) = upcoming(store)
    arguments = [NOON + 2 * HOUR] if change == "move" else []
    with pytest.raises(InputError, match=f"candidate {number} was approved for this very moment; undo that"):
        getattr(store.slots, change)(slot.number, *arguments, NOON)
    assert upcoming(store) == [slot]


def test_a_schedule_that_changes_leaves_it_alone(store: Store, approve: Approve) -> None:
    approve(store, "fog", at=NOON, scheduled_for=NOON + HOUR)
    assert store.slots.forget(["keeper"], NOON) == 0
