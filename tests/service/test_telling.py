"""Events on their way to observers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tweetgen.domain import Event, Severity
from tweetgen.plugins import ConfiguredObserver
from tweetgen.service.redaction import Redactor
from tweetgen.service.telling import Teller
from tweetgen.store import Store

NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Listening:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def notify(self, event: Event) -> None:
        self.heard.append(event.message)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as opened:
        yield opened


def event(message: str, cause: str = "login:ada") -> Event:
    return Event("login", "ada", Severity.ACTION, message, cause, NOW)


def test_nothing_is_told_before_its_tick_and_one_cause_once(store: Store) -> None:
    observer = Listening()
    teller = Teller(store, lambda: [ConfiguredObserver("listening", observer)], Redactor(), lambda: NOW)
    teller.tell(event("first"))
    teller.tell(event("second"))
    assert observer.heard == []
    teller.work_off()
    assert observer.heard == ["first"]
    teller.over("login:ada")
    teller.tell(event("third"))
    teller.work_off()
    assert observer.heard == ["first", "third"]


def test_what_ends_before_it_was_told_is_over(store: Store) -> None:
    teller = Teller(store, list, Redactor(), lambda: NOW)
    teller.tell(event("first"))
    teller.over("login:ada")
    teller.work_off()
    assert store.notices.open() == []


def test_what_there_is_no_time_to_tell_is_left_to_the_next_process(store: Store) -> None:
    observer = Listening()
    teller = Teller(store, lambda: [ConfiguredObserver("listening", observer)], Redactor(), lambda: NOW)
    teller.tell(event("late"))
    teller.keep()
    assert observer.heard == []
    assert [notice.told_at for notice in store.notices.open()] == [None]
