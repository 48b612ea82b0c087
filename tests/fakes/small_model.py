"""A network of random numbers that reads and writes at once, in a weights file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights, save
from tweetgen.settings import Architecture, Tokens

AUTHORS = ("Ada", "Bob", "Cleo")
_POSTS = ["fog again and again fog", "the sea at the end of the night", "שלום לים ולערפל"] * 9


def write_weights(path: Path, authors: Sequence[str] = AUTHORS, attention: str = "average") -> Path:
    """Write the file; the same arguments give the same network."""
    architecture = Architecture(cells=12, embedding=10, label_size=4, attention=attention)  # type: ignore[arg-type]
    vocabulary = learn(_POSTS, Tokens(size=400))
    labels = {"author": tuple(authors)} if authors else {}
    random = np.random.default_rng(1)
    shapes = expected_shapes(architecture, vocabulary.size, labels)
    arrays = {name: random.normal(0, 0.4, shape).astype(np.float32) for name, shape in shapes.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save(Weights(arrays, architecture, vocabulary, labels), path)
    return path
