"""Invented posts, and trainings that take no time."""

import random
from collections.abc import Callable, Iterator

import pytest

from tweetgen.domain import Post
from tweetgen.training.backend import load_backend

WORDS = {
    "ada": ["fog", "gull", "lamp", "stairs", "tide", "rope", "kettle", "log", "☂", "naïve"],
    "bob": ["spoon", "ladle", "MUSEUM", "open!", "Keith", "🥄", "today", "visit", "tea", "#stir"],
    "cleo": ["lord", "turnip", "goat", "tax", "mill", "wheel", "雨", "lol", "agnes", "and"],
}


@pytest.fixture(scope="session")
def posts() -> Callable[..., list[Post]]:
    """Invents `count` posts by an author, the same ones each time: `posts(author, count, seed=0)`."""

    def invent(author: str, count: int, seed: int = 0) -> list[Post]:
        chance = random.Random(f"{author} {seed}")
        words = WORDS.get(author, WORDS["ada"])
        texts = [f"{' '.join(chance.choices(words, k=9))} {number}" for number in range(count)]
        ids = [f"{author} {seed} {number}" for number in range(count)]
        return [Post(author=author, text=text, id=id, source="test") for text, id in zip(texts, ids, strict=True)]

    return invent


@pytest.fixture(scope="module")
def quickly() -> Iterator[None]:
    """Not compiled: on networks as small as these compiling takes longest. Progress is told after each step."""
    load_backend()
    from tweetgen.training import device

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(device, "choose", lambda *_: device.Road(cudnn=False, jit=False))
        monkeypatch.setattr("tweetgen.training.trainer._REPORT_SECONDS", 0.0)
        yield
