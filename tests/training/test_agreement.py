"""Two roads, one answer: the network that Keras trained computes the same in numpy, before and after the file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import pytest

from tweetgen.model import weights as weights_files
from tweetgen.model.network import Network as InNumpy
from tweetgen.model.vocabulary import Vocabulary, learn
from tweetgen.model.weights import Weights
from tweetgen.settings import Architecture, Tokens
from tweetgen.training.network import Network as InKeras
from tweetgen.training.streams import Streams
from tweetgen.training.token_map import Passage, write

Posts = Callable[..., list[tuple[str, str]]]

AUTHOR: dict[str, tuple[str, ...]] = {"author": ("ada", "bob", "cleo")}
BOTH: dict[str, tuple[str, ...]] = {"author": ("ada", "bob", "cleo"), "mood": ("calm", "cross")}
#: cell, layers, attention, tied, level, labels: every cell with every depth, attention, readout and level
FORMS: list[tuple[str, int, str, bool, str, dict[str, tuple[str, ...]]]] = [
    ("gru", 1, "average", True, "char", {}),
    ("gru", 2, "average", False, "subword", AUTHOR),
    ("gru", 3, "none", True, "word", BOTH),
    ("gru", 2, "none", False, "char", AUTHOR),
    ("lstm", 1, "average", True, "subword", AUTHOR),
    ("lstm", 2, "average", False, "word", {}),
    ("lstm", 3, "none", True, "char", BOTH),
    ("lstm", 1, "none", False, "subword", BOTH),
]
STEPS = 40


class Trained(NamedTuple):
    keras: InKeras
    weights: Weights
    #: texts of 280 characters, and as whom each is read
    texts: list[str]
    voices: list[dict[str, dict[str, float]]]


def name(form: Any) -> str:
    cell, layers, attention, tied, level, labels = form
    return f"{cell}-{layers}-{attention}-{'tied' if tied else 'untied'}-{level}-{'+'.join(labels) or 'unlabelled'}"


@pytest.fixture(params=FORMS, ids=name)
def trained(request: pytest.FixtureRequest, posts: Posts, tmp_path: Path) -> Trained:
    """A network after some steps on invented posts, and long posts that it never saw."""
    cell, layers, attention, tied, level, labels = request.param
    known = posts(60)
    vocabulary = learn([text for _, text in known], Tokens(level=level, size=300))
    shape = Architecture(
        cell=cell, layers=layers, cells=12, embedding=10, label_size=4, attention=attention, tied=tied
    )
    network = InKeras(shape, vocabulary.size, {key: len(values) for key, values in labels.items()}, batch=4)
    _train(network, known, vocabulary, labels, tmp_path / "map")
    texts = [text[:280] for _, text in posts(4, words=80, seed=1)]
    voices = [{}, *({key: {value: 1.0} for key, value in _values(labels, turn).items()} for turn in range(3))]
    return Trained(network, Weights(network.arrays(), shape, vocabulary, labels), texts, voices)


def _values(labels: Mapping[str, tuple[str, ...]], turn: int) -> dict[str, str]:
    return {key: values[turn % len(values)] for key, values in labels.items()}


def _train(
    network: InKeras,
    known: list[tuple[str, str]],
    vocabulary: Vocabulary,
    labels: Mapping[str, tuple[str, ...]],
    folder: Path,
) -> None:
    passages = [
        Passage(text, tuple(values.index(_values(labels, turn)[key]) + 1 for key, values in labels.items()))
        for turn, (_, text) in enumerate(known)
    ]
    streams = Streams(
        write(folder, passages, vocabulary, len(labels)), batch=4, sequence=24, seed=0, label_dropout=0.2
    )
    network.compile(
        optimizer=keras.optimizers.Adam(0.03),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    for _ in range(STEPS):
        batch = streams.read()
        network.train_on_batch({"tokens": batch.tokens, "labels": batch.labels}, batch.targets)


def in_keras(network: InKeras, weights: Weights, tokens: Any, voices: list[dict[str, dict[str, float]]]) -> Any:
    """Logits (batch, time, V) of whole posts."""
    rows = [
        [values.index(next(iter(voice[key]))) + 1 if key in voice else 0 for key, values in weights.labels.items()]
        for voice in voices
    ]
    shape = (tokens.shape[1], len(voices), len(weights.labels))
    labels = np.broadcast_to(np.array(rows, np.int32).reshape(shape[1:]), shape)
    network.forget()
    logits = network({"tokens": np.ascontiguousarray(tokens.T), "labels": labels})
    return np.asarray(logits).transpose(1, 0, 2)


def in_numpy(weights: Weights, tokens: Any, voices: list[dict[str, dict[str, float]]]) -> Any:
    network = InNumpy(weights.arrays, weights.architecture, weights.labels)
    return network.logits(tokens, network.label_vectors(voices))


def test_keras_and_numpy_agree_over_whole_posts_and_through_the_file(trained: Trained, tmp_path: Path) -> None:
    encoded = trained.weights.vocabulary.encode_batch(trained.texts)
    longest = max(map(len, encoded))
    tokens = np.zeros((len(encoded), longest + 1), np.int32)
    for row, ids in enumerate(encoded):
        tokens[row, 1 : len(ids) + 1] = ids
    real = np.arange(longest + 1) < np.array([[len(ids) + 1] for ids in encoded])  # what follows is padding
    assert all(len(text) == 280 for text in trained.texts)

    def compare(weights: Weights) -> Any:
        one = in_keras(trained.keras, weights, tokens, trained.voices)
        other = in_numpy(weights, tokens, trained.voices)
        np.testing.assert_allclose(one[real], other[real], atol=1e-4, rtol=0)
        return other[real]

    fresh = compare(trained.weights)
    assert np.ptp(fresh) > 3, "too little was learnt for the comparison to mean anything"
    for precision in ("float32", "float16"):
        path = tmp_path / f"{precision}.safetensors"
        weights_files.save(trained.weights, path, precision)
        loaded = weights_files.load(path)
        trained.keras.assign_arrays(loaded.arrays)
        again = compare(loaded)
        if precision == "float32":
            np.testing.assert_array_equal(again, fresh)
        else:
            assert 0 < np.abs(again - fresh).max() < 0.5
