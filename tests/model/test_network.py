"""The network against its own definition, written out slowly in float64."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from tweetgen.errors import UnknownName
from tweetgen.model.blas import one_blas_thread
from tweetgen.model.network import Network
from tweetgen.model.weights import Weights

Invent = Callable[..., Weights]
FORMS = [
    {"cell": cell, "layers": layers, "attention": attention, "tied": tied}
    for cell, layers, attention, tied in itertools.product(("gru", "lstm"), (1, 3), ("average", "none"), (True, False))
]
LABELS: list[dict[str, tuple[str, ...]]] = [
    {},
    {"author": ("Ada", "Bob")},
    {"year": ("1", "2"), "author": ("Ada",)},
]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def definition(weights: Weights, tokens: Sequence[int], labels: Any) -> Any:
    """Logits (time, V) of one post, token by token, as the architecture writes it down."""
    a = {name: array.astype(np.float64) for name, array in weights.arrays.items()}
    shape, cells = weights.architecture, weights.architecture.cells
    hidden = [np.zeros(cells) for _ in range(shape.layers)]
    carry = [np.zeros(cells) for _ in range(shape.layers)]
    top, bottom = 0.0, 0.0
    rows: list[Any] = []
    x: Any
    for token in tokens:
        e = a["embedding"][token]
        x = np.concatenate([e, labels])
        for k in range(shape.layers):
            kernel, recurrent, bias = (a[f"rnn.{k}.{part}"] for part in ("kernel", "recurrent_kernel", "bias"))
            if shape.cell == "gru":
                i, h = np.split(x @ kernel + bias[0], 3), np.split(hidden[k] @ recurrent + bias[1], 3)
                z, r = sigmoid(i[0] + h[0]), sigmoid(i[1] + h[1])
                hidden[k] = z * hidden[k] + (1 - z) * np.tanh(i[2] + r * h[2])
            else:
                gates = np.split(x @ kernel + hidden[k] @ recurrent + bias, 4)
                carry[k] = sigmoid(gates[1]) * carry[k] + sigmoid(gates[0]) * np.tanh(gates[2])
                hidden[k] = sigmoid(gates[3]) * np.tanh(carry[k])
            x = hidden[k]
        read = np.concatenate([e, *hidden])
        r = read
        if shape.attention == "average":
            weight = np.exp(8 * np.tanh(read @ a["attention.score"][:, 0] / 8))
            top, bottom = top + weight * read, bottom + weight
            r = np.concatenate([read, top / bottom])
        out = np.concatenate([r, labels]) @ a["readout.kernel"] + a["readout.bias"]
        rows.append(out @ a["embedding"].T + a["logits.bias"] if shape.tied else out)
    return np.array(rows)


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: "+".join(labels) or "none")
@pytest.mark.parametrize("form", FORMS, ids=lambda form: "-".join(map(str, form.values())))
def test_whole_texts_and_steps_both_follow_the_definition(
    form: dict[str, Any], labels: dict[str, tuple[str, ...]], invent: Invent, letters: Any
) -> None:
    weights = invent(letters, labels=labels, **form)
    network = Network(weights.arrays, weights.architecture, labels)
    tokens = np.random.default_rng(1).integers(0, letters.size, (3, 30))
    voices = [{}, {name: {values[0]: 1.0} for name, values in labels.items()}, {}]
    vectors = network.label_vectors(voices)
    whole = network.logits(tokens, vectors)
    state = network.start(network.constants(vectors))
    with one_blas_thread():
        steps = np.stack([network.step(state, tokens[:, t]).copy() for t in range(30)], axis=1)
    for row in range(3):
        expected = definition(weights, tokens[row], vectors[row])
        np.testing.assert_allclose(whole[row], expected, atol=2e-5)
        np.testing.assert_allclose(steps[row], expected, atol=2e-5)


def test_scale_divides_logits_by_a_temperature_of_each_row(invent: Invent, letters: Any) -> None:
    for tied in (True, False):
        weights = invent(letters, tied=tied)
        network = Network(weights.arrays, weights.architecture, weights.labels)
        constants = network.constants(network.label_vectors([{}, {"author": {"Bob": 1}}]))
        tokens, scale = np.array([0, 3]), np.array([[2.0], [0.5]], np.float32)
        plain = network.step(network.start(constants), tokens)
        scaled = network.step(network.start(constants), tokens, scale)
        np.testing.assert_allclose(scaled, plain * scale, rtol=1e-4, atol=1e-6)


def test_a_row_restarted_or_kept_goes_on_as_if_it_were_alone(invent: Invent, letters: Any) -> None:
    for cell in ("gru", "lstm"):
        weights = invent(letters, cell=cell)
        network = Network(weights.arrays, weights.architecture, weights.labels)
        one = network.constants(network.label_vectors([{"author": {"Ada": 1}}]))
        other = network.constants(network.label_vectors([{"author": {"Bob": 1}}] * 3))
        alone = network.start(one)
        first = network.step(alone, np.array([5])).copy()
        second = network.step(alone, np.array([6]))
        state = network.start(other)
        network.step(state, np.array([1, 2, 3]))
        network.restart(state, 1, one)
        np.testing.assert_array_equal(network.step(state, np.array([7, 5, 9]))[1], first[0])
        state = network.keep(state, np.array([2, 1]))
        np.testing.assert_array_equal(network.step(state, np.array([7, 6]))[1], second[0])


def test_a_big_vocabulary_does_without_the_table(invent: Invent, letters: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = invent(letters)
    vectors = Network(weights.arrays, weights.architecture, weights.labels).label_vectors([{}])
    tokens = np.array([4])
    logits = []
    for limit in (1 << 24, 0):
        monkeypatch.setattr("tweetgen.model.network._TABLE_NUMBERS", limit)
        network = Network(weights.arrays, weights.architecture, weights.labels)
        logits.append(network.step(network.start(network.constants(vectors)), tokens))
    np.testing.assert_allclose(logits[0], logits[1], atol=1e-6)


def test_a_blend_is_the_weighted_mean_and_an_unknown_author_is_answered_with_near_names(
    invent: Invent, letters: Any
) -> None:
    weights = invent(letters)
    network = Network(weights.arrays, weights.architecture, weights.labels)
    table = weights.arrays["label.author"]
    blend, nobody = network.label_vectors([{"author": {"Ada": 3, "Cleo": 1}}, {}])
    np.testing.assert_allclose(blend, 0.75 * table[1] + 0.25 * table[3], rtol=1e-5)
    np.testing.assert_array_equal(nobody, table[0])
    with pytest.raises(UnknownName, match="did you mean 'Cleo'"):
        network.label_vectors([{"author": {"cleo": 1}}])
