"""Observers hear of a cause once, whatever befalls one of them."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Signal

import pytest

from tweetgen.domain import Event, Severity
from tweetgen.pipeline import observe
from tweetgen.plugins import ConfiguredObserver
from tweetgen.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


class Listener:
    """Hears, unless it is to fail."""

    def __init__(self, fails: Callable[[Event], object] | None = None) -> None:
        self.fails = fails
        self.asked = 0
        self.heard: list[str] = []

    def notify(self, event: Event) -> None:
        self.asked += 1
        if self.fails:
            self.fails(event)
        self.heard.append(event.message)


def _refuse(event: Event) -> None:
    raise ConnectionError("nobody\nis there")


def _event(message: str = "collect failed", cause: str = "collect", at: datetime = NOON) -> Event:
    return Event("step_failed", "", Severity.WARNING, message, cause, at)


def _named(**listeners: Listener) -> list[ConfiguredObserver]:
    return [ConfiguredObserver(name, listener) for name, listener in listeners.items()]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/posts.db") as opened:
        yield opened


def test_a_cause_is_told_once_until_it_is_over(store: Store) -> None:
    one, two = Listener(), Listener()
    observers = _named(one=one, two=two)
    assert observe.tell(store, observers, _event("first"), NOON)
    assert not observe.tell(store, observers, _event("second"), NOON)
    store.notices.over("collect")
    assert observe.tell(store, observers, _event("third"), NOON)
    assert one.heard == two.heard == ["first", "third"]


def test_who_could_not_be_told_is_told_later_and_nobody_twice(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    broken, well = Listener(_refuse), Listener()
    observers = _named(broken=broken, well=well)
    with caplog.at_level(logging.WARNING):
        observe.tell(store, observers, _event(), NOON)
    assert "observer broken could not be told of step_failed: nobody is there" in caplog.text
    assert observe.tell_again(store, observers, LATER) == 0
    broken.fails = None
    assert observe.tell_again(store, observers, LATER) == 1
    assert observe.tell_again(store, observers, LATER) == 0
    assert broken.heard == well.heard == ["collect failed"]


def test_what_is_told_later_is_the_newest_of_its_cause(store: Store) -> None:
    listener = Listener(_refuse)
    observe.tell(store, _named(a=listener), _event("first"), NOON)
    observe.tell(store, _named(a=listener), _event("second"), NOON)
    listener.fails = None
    observe.tell_again(store, _named(a=listener), LATER)
    assert listener.heard == ["second"]


def test_an_observer_that_fails_is_asked_once_a_round(store: Store) -> None:
    broken, well = Listener(_refuse), Listener()
    for number in range(5):
        observe.tell(store, _named(broken=broken), _event(f"{number}", f"cause {number}"), NOON)
    broken.asked = 0
    assert observe.tell_again(store, _named(broken=broken, well=well), LATER) == 0
    assert broken.asked == 1
    assert len(well.heard) == 5
    broken.fails = None
    assert observe.tell_again(store, _named(broken=broken, well=well), LATER) == 5
    assert (len(broken.heard), len(well.heard)) == (5, 5)


def test_an_observer_that_hangs_is_given_up(store: Store) -> None:
    ended = Signal()
    well = Listener()
    hanging = Listener(lambda event: ended.wait(60))
    observe.tell(store, _named(hanging=hanging, well=well), _event(), NOON, limit=timedelta(seconds=0.05))
    ended.set()
    assert well.heard == ["collect failed"]
    assert len(store.notices.untold(LATER)) == 1


def test_an_event_somebody_may_be_telling_right_now_is_left_to_them(store: Store) -> None:
    listener = Listener()
    store.notices.happened(_event())  # as `tell` does first
    soon = NOON + timedelta(seconds=40)
    assert observe.tell_again(store, _named(a=listener), soon, limit=timedelta(seconds=30)) == 0
    assert observe.tell_again(store, _named(a=listener), LATER, limit=timedelta(seconds=30)) == 1


def test_without_observers_everybody_knows(store: Store) -> None:
    assert observe.tell(store, [], _event(), NOON)
    assert store.notices.untold(LATER) == []


def test_an_observer_added_later_hears_of_what_comes(store: Store) -> None:
    late = Listener()
    observe.tell(store, [], _event(), NOON)
    assert observe.tell_again(store, _named(late=late), LATER) == 0
    observe.tell(store, _named(late=late), _event("another", "another"), NOON)
    assert late.heard == ["another"]
