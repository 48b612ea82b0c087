"""Samples are written once, one wish after the other, and only so many wait for theirs."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from tweetgen.errors import Busy
from tweetgen.model.cards import Card
from tweetgen.pipeline import showcase as module
from tweetgen.pipeline.models import Models
from tweetgen.pipeline.profiles import Profile, Record
from tweetgen.pipeline.showcase import Showcase, Wanted


class Slow:
    """Models that write once they are let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.orders: list[Any] = []

    def get(self, name: str) -> Any:
        return self

    def write(self, orders: list[Any]) -> list[Any]:
        self.begun.set()
        assert self.go.wait(30)
        self.orders += orders
        return []


@pytest.fixture
def profile() -> Profile:
    card = cast(Card, type("Card", (), {"name": "first", "problem": None})())
    return Profile(card, Record("first", "d1"))


def test_what_is_kept_is_not_waited_for_and_who_comes_too_late_is_told(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    slow = Slow()
    showcase = Showcase(cast(Models, slow))
    slow.go.set()
    kept = showcase.samples(profile, Wanted(seed=1))
    slow.go.clear()
    slow.begun.clear()
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(showcase.samples, profile, Wanted(seed=2))
        assert slow.begun.wait(30)
        assert showcase.samples(profile, Wanted(seed=1)) is kept
        with pytest.raises(Busy, match="try again"):
            showcase.samples(profile, Wanted(seed=3))
        slow.go.set()
        assert written.result(30) == ()
    assert showcase.samples(profile, Wanted(seed=3)) == ()
