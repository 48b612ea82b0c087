"""Which text each moment takes is foreseen by the rule by which slots take them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen.domain import Action, Decision
from tweetgen.pipeline.timetable import Progress, timetable
from tweetgen.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/tweetgen.db")
    yield opened
    opened.close()


def test_what_is_foreseen_is_what_slots_take(store: Store, approve: Callable[..., int]) -> None:
    for text in ("one", "two", "three"):
        approve(store, text, "keeper", NOON)
    third = store.candidates.get(3)
    at = NOON + 2 * HOUR
    store.candidates.apply(Decision(3, third.version, Action.SCHEDULE, "ada", "inbox", scheduled_for=at), NOON)
    for hours in (1, 3):
        store.slots.book("keeper", "post", NOON + hours * HOUR, NOON)
    found = timetable(store, {}, NOON, NOON + 24 * HOUR, NOON).moments
    taken = []
    for moment in found:
        assert (moment.progress, moment.number is None) == (Progress.QUEUED, False)
        slot = store.slots.get(moment.number or 0)
        (row,) = store.outbox.place("keeper", slot, ["main"], moment.due_at)
        taken.append(row.text)
    assert [moment.text for moment in found] == taken == ["one", "three", "two"]


def test_what_lies_before_a_stretch_of_time_takes_its_own_texts(store: Store, approve: Callable[..., int]) -> None:
    for text in ("one", "two"):
        approve(store, text, "keeper", NOON)
    for hours in (1, 3):
        store.slots.book("keeper", "post", NOON + hours * HOUR, NOON)
    (later,) = timetable(store, {}, NOON + 2 * HOUR, NOON + 4 * HOUR, NOON).moments
    assert later.text == "two"
