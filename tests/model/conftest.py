"""A vocabulary of 26 letters, and small networks of made-up numbers."""

import string
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from tweetgen.model.shapes import expected_shapes
from tweetgen.model.weights import Weights
from tweetgen.settings import Architecture

AUTHORS = ("Ada", "Bob", "Cleo")


class Letters:
    """END and a … z, one token each."""

    level = "char"
    token_bytes = (b"", *(letter.encode() for letter in string.ascii_lowercase))
    size = len(token_bytes)

    def encode(self, text: str) -> list[int]:
        return [string.ascii_lowercase.index(letter) + 1 for letter in text]

    def encode_batch(self, texts: Iterable[str]) -> list[list[int]]:
        return [self.encode(text) for text in texts]

    def decode(self, ids: Iterable[int]) -> str:
        return b"".join(self.token_bytes[i] for i in ids).decode("utf-8", "replace")


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def invent() -> Callable[..., Weights]:
    """Makes weights with random numbers: `invent(vocabulary, seed=0, scale=0.3, end=0.0, **architecture)`."""

    def weights(
        vocabulary: object,
        *,
        labels: dict[str, tuple[str, ...]] | None = None,
        seed: int = 0,
        scale: float = 0.3,
        end: float = 0.0,
        **numbers: object,
    ) -> Weights:
        small = {"cells": 12, "embedding": 10, "label_size": 4}
        architecture = Architecture(**(small | numbers))  # type: ignore[arg-type]
        named = {"author": AUTHORS} if labels is None else labels
        random = np.random.default_rng(seed)
        shapes = expected_shapes(architecture, vocabulary.size, named)  # type: ignore[attr-defined]
        arrays = {name: random.normal(0, scale, shape).astype(np.float32) for name, shape in shapes.items()}
        arrays["logits.bias" if architecture.tied else "readout.bias"][0] += end
        return Weights(arrays, architecture, vocabulary, named)  # type: ignore[arg-type]

    return weights
