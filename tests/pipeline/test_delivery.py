"""What a destination makes of a text, and who hears of money that is missing."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen.domain import Event, Outgoing, Receipt
from tweetgen.errors import BudgetSpent, InputError, Throttled
from tweetgen.pipeline.delivery import Channel, Judge, parts_of
from tweetgen.pipeline.dispatch import Dispatcher, Timing
from tweetgen.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Wall:
    """A destination that divides at bars, and answers as it is told."""

    keyed, settle = False, HOUR

    def __init__(self, *answers: Exception) -> None:
        self.answers = list(answers)

    def publish(self, outgoing: Outgoing) -> Receipt:
        if self.answers:
            raise self.answers.pop(0)
        return Receipt("1")

    def find(self, outgoing: Outgoing) -> Receipt | None:
        return None


class Threaded(Wall):
    def split(self, text: str) -> Sequence[str]:
        if text == "broken":
            raise ZeroDivisionError("no parts")
        return [part for part in text.split("|") if part]


def test_a_destination_that_divides_is_asked_and_others_get_the_whole() -> None:
    assert list(parts_of(Wall(), "a|b")) == ["a|b"]
    assert list(parts_of(Threaded(), "a|b")) == ["a", "b"]


def test_no_parts_at_all_are_the_whole() -> None:
    assert list(parts_of(Threaded(), "|")) == ["|"]


def test_one_that_cannot_divide_is_told_in_one_line() -> None:
    with pytest.raises(InputError, match=r"cannot divide it \(ZeroDivisionError"):
        parts_of(Threaded(), "broken")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tweetgen.db'}") as opened:
        yield opened


def send(
    store: Store, wall: Wall, at: datetime, dispatcher: Dispatcher | None = None
) -> tuple[list[Event], Dispatcher]:
    """What observers hear while all that is due is sent."""
    events: list[Event] = []
    channel = Channel("keeper", "main", wall, "reconcile", HOUR, 8)
    timing = Timing(lambda: at)
    made = dispatcher or Dispatcher(
        store, "me", {channel.key: channel}, timing, Judge(random.Random(1)), tell=events.append
    )
    while made.send_next():
        pass
    return events, made


def test_money_that_is_missing_is_told_and_waited_for(store: Store, place: Callable[..., object]) -> None:
    place(store, "fog", at=NOON)
    events, _ = send(store, Wall(BudgetSpent("the budget of app x is spent", NOON + HOUR)), NOON)
    (event,) = events
    assert (event.kind, event.account, event.cause) == ("budget", "keeper", "budget:keeper:main")
    assert "until 2026-03-01 13:00Z" in event.message
    assert store.channels.all()[0].wait_until == NOON + HOUR


def test_a_limit_is_no_matter_of_money(store: Store, place: Callable[..., object]) -> None:
    place(store, "fog", at=NOON)
    assert send(store, Wall(Throttled("too many", NOON + HOUR)), NOON)[0] == []


def test_it_is_over_once_something_was_sent_there_again(store: Store, place: Callable[..., object]) -> None:
    place(store, "fog", at=NOON)
    (event,), _ = send(store, Wall(BudgetSpent("spent", NOON + HOUR)), NOON)
    store.notices.happened(event)
    assert not store.notices.happened(event)
    send(store, Wall(), NOON + 2 * HOUR)
    assert store.notices.happened(event)  # so that the next time is told anew
