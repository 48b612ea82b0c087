"""Rows of posts: each begins afresh, goes on over the edge of a batch, and knows nothing of its neighbours."""

import itertools
from typing import Any

import numpy as np
import pytest

from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import END
from tweetgen.settings import Architecture
from tweetgen.training.network import Network

SIZE = 15
FORMS = [
    Architecture(cell=cell, attention=attention, layers=2, cells=6, embedding=5, label_size=3)  # type: ignore[arg-type]
    for cell, attention in itertools.product(("gru", "lstm"), ("average", "none"))
]
forms = pytest.mark.parametrize("shape", FORMS, ids=lambda shape: f"{shape.cell}-{shape.attention}")


def network(shape: Architecture, batch: int, **options: Any) -> Network:
    """With numbers large enough that everything matters."""
    made = Network(shape, SIZE, {"author": 2}, batch=batch, **options)
    random = np.random.default_rng(0)
    made.assign_arrays({name: random.normal(0, 0.6, a.shape).astype(np.float32) for name, a in made.arrays().items()})
    return made


def logits(net: Network, rows: list[list[int]], labels: list[list[int]], **options: Any) -> Any:
    """(batch, time, V)."""
    inputs = {"tokens": np.array(rows, np.int32).T, "labels": np.array(labels, np.int32).T[..., None]}
    return np.asarray(net(inputs, **options)).transpose(1, 0, 2)


@forms
def test_a_post_in_mid_row_is_read_as_if_it_were_alone(shape: Architecture) -> None:
    first, second, third = [END, 3, 1, 4], [END, 1, 5, 9, 2], [END, 6, 5]
    both = logits(network(shape, 2), [first + second, [*third, *first, END, 8]], [[1] * 4 + [2] * 5, [0] * 9])
    alone = logits(network(shape, 1), [second], [[2] * 5])
    np.testing.assert_allclose(both[0, 4:], alone[0], atol=1e-5)
    nobody = logits(network(shape, 1), [first], [[0] * 4])
    np.testing.assert_allclose(both[1, 3:7], nobody[0], atol=1e-5)
    assert np.abs(both[0, :4] - nobody[0]).max() > 1e-2, "the label is not heard"


@forms
def test_a_post_goes_on_over_the_edge_of_a_batch(shape: Architecture) -> None:
    """State and attention's sums are carried, also through a batch in which no post begins."""
    rows = [[END, 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5], [END, 7, END, 8, 2, 8, 1, 8, END, 2, 8, 4]]
    whole = logits(network(shape, 2), rows, [[1] * 12, [2] * 12])
    net = network(shape, 2)
    parts = [logits(net, [row[start : start + 4] for row in rows], [[1] * 4, [2] * 4]) for start in (0, 4, 8)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)


@forms
def test_the_state_can_be_put_aside(shape: Architecture) -> None:
    """As measuring in the middle of training does."""
    rows, more, labels = [[END, 3, 1, 4]], [[1, 5, 9, 2]], [[1] * 4]
    net = network(shape, 1)
    logits(net, rows, labels)
    expected = logits(net, more, labels)
    net = network(shape, 1)
    logits(net, rows, labels)
    aside = net.forget()
    logits(net, [[END, 9, 9, 9]], [[2] * 4])
    net.remember(aside)
    np.testing.assert_array_equal(logits(net, more, labels), expected)


@forms
def test_arrays_are_those_of_the_weights_file(shape: Architecture) -> None:
    for tied in (True, False):
        form = Architecture(**{**vars(shape), "tied": tied})
        found = Network(form, SIZE, {"author": 2, "mood": 1}, batch=1).arrays()
        expected = expected_shapes(form, SIZE, {"author": ("a", "b"), "mood": ("calm",)})
        assert {name: array.shape for name, array in found.items()} == expected
        assert {array.dtype for array in found.values()} == {np.dtype(np.float32)}


def test_the_same_seed_gives_the_same_start_and_another_one_another() -> None:
    one, same, other = (Network(FORMS[0], SIZE, {"author": 2}, batch=1, seed=seed).arrays() for seed in (1, 1, 2))
    for name, array in one.items():
        np.testing.assert_array_equal(array, same[name])
    assert not np.array_equal(one["embedding"], other["embedding"])


def test_dropout_is_for_training_alone() -> None:
    rows, labels = [[END, 3, 1, 4]], [[1] * 4]
    plain = logits(network(FORMS[0], 1), rows, labels)
    net = network(FORMS[0], 1, dropout=0.5)
    np.testing.assert_array_equal(logits(net, rows, labels), plain)
    net.forget()
    assert np.abs(logits(net, rows, labels, training=True) - plain).max() > 1e-2


def test_matrices_between_hidden_layers_are_named_with_their_gates() -> None:
    for shape, gates in ((FORMS[0], 3), (FORMS[2], 4)):
        net = network(shape, 1)
        found = net.matrices()
        by_path = {variable.path: variable.shape for variable in net.trainable_variables}
        assert sorted(found.values()) == [1] + [gates] * 4
        assert all(by_path[path][1] % count == 0 for path, count in found.items())
