"""A store with candidates, a host over it whose clock is set by hand, and one step that gathers decisions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tweetgen.domain import Candidate, Pending
from tweetgen.host import InstanceHost, Parts
from tweetgen.interfaces import ReviewQueue
from tweetgen.pipeline.links import Links
from tweetgen.pipeline.review import Gathered, gather
from tweetgen.store import NewCandidate, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = NOON


@dataclass(frozen=True)
class FakeHost(InstanceHost):
    clock: Clock

    def now(self) -> datetime:
        return self.clock.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tweetgen.db'}") as opened:
        yield opened


@pytest.fixture
def host(tmp_path: Path, store: Store, clock: Clock) -> FakeHost:
    def nothing() -> object:
        raise AssertionError("no review queue asks for it")

    links = Links("a secret of tests alone, long enough", "https://bot.example.org")
    parts = Parts(lambda: store, nothing, lambda: links, nothing)  # type: ignore[arg-type]
    return FakeHost("review.test", "keeper", ZoneInfo("Europe/Berlin"), tmp_path, True, parts, clock)


@pytest.fixture
def add(store: Store) -> Callable[..., list[Pending]]:
    def send(*texts: str, account: str = "keeper", scores: list[float] | None = None) -> list[Pending]:
        candidate = Candidate("as written", {"ada": 1.0}, "base", 7, (0.8,), True, -12.5)
        new = [
            NewCandidate(account, candidate, text, {"author": score}, score, expires_at=NOON + timedelta(days=7))
            for text, score in zip(texts, scores or [1.0] * len(texts), strict=True)
        ]
        return store.candidates.add(new, NOON)

    return send


@pytest.fixture
def take(store: Store, clock: Clock) -> Callable[[ReviewQueue], Gathered]:
    """Do what a queue decides."""
    return lambda queue: gather(store, queue, clock.now, "keeper")
