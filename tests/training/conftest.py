"""A small corpus of invented posts, and token maps made of them or of plain numbers."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tweetgen.training.backend import load_backend

load_backend()  # before any module of training is imported, so that TensorFlow keeps its remarks to itself

from tweetgen.training import device  # noqa: E402
from tweetgen.training.token_map import TokenMap  # noqa: E402

WORDS = {
    "ada": ["fog", "gull", "lamp", "stairs", "tide", "rope", "kettle", "log", "☂", "naïve"],
    "bob": ["spoon", "ladle", "MUSEUM", "open!", "Keith", "🥄", "today", "visit", "tea", "#stir"],
    "cleo": ["lord", "turnip", "goat", "tax", "mill", "wheel", "雨", "lol", "agnes", "and"],
}


@pytest.fixture(scope="session")
def posts() -> Callable[..., list[tuple[str, str]]]:
    """Invents `count` posts as (author, text), the authors in turn; the same ones each time."""

    def invent(count: int = 90, words: int = 9, seed: int = 0) -> list[tuple[str, str]]:
        chance = random.Random(seed)
        authors = [list(WORDS)[place % len(WORDS)] for place in range(count)]
        return [(author, " ".join(chance.choices(WORDS[author], k=words))) for author in authors]

    return invent


@pytest.fixture
def without_xla(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings take the same road, not compiled: on networks as small as these compiling takes longest."""
    monkeypatch.setattr(device, "choose", lambda *_: device.Road(cudnn=False, jit=False))


@pytest.fixture(scope="session")
def numbered() -> Callable[..., TokenMap]:
    """A map of passages of these lengths; token j of passage i is 100·i + j + 1, which tells where it is from."""

    def corpus(
        lengths: Sequence[int], authors: Sequence[int] | None = None, ends: Sequence[bool] | None = None
    ) -> TokenMap:
        assert max(lengths, default=0) < 100
        tokens = [100 * i + j + 1 for i, length in enumerate(lengths) for j in range(length)]
        labels = np.array([1] * len(lengths) if authors is None else authors, np.int32)
        over = np.array([True] * len(lengths) if ends is None else ends, np.uint8)
        return TokenMap(
            tokens=np.array(tokens, np.uint16),
            offsets=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]),
            labels=labels.reshape(-1, 1),
            ends=over,
            characters=np.array(lengths, np.int32) + over,
        )

    return corpus


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A new empty folder each time."""
    return lambda: tmp_path_factory.mktemp("map")
