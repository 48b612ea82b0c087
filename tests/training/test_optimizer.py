"""Muon for the matrices between hidden layers, Adam for the rest."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tweetgen.training.optimizer import Muon, orthogonal


@pytest.mark.parametrize("shape", [(6, 6), (4, 9), (9, 4)])
def test_a_matrix_becomes_about_the_nearest_orthogonal_one(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    u, _, v = np.linalg.svd(matrix, full_matrices=False)
    nearest = u @ v * max(1, shape[0] / shape[1]) ** 0.5
    found = np.asarray(orthogonal(tf.constant(matrix)))
    similarity = (found * nearest).sum() / np.linalg.norm(found) / np.linalg.norm(nearest)
    assert similarity > 0.97
    assert np.linalg.norm(found) == pytest.approx(np.linalg.norm(nearest), rel=0.3)
    assert not np.asarray(orthogonal(tf.zeros(shape))).any(), "no gradient, no step"


def test_each_gate_is_a_matrix_of_its_own_and_the_rest_goes_by_adam() -> None:
    matrix, bias = keras.Variable(np.zeros((4, 8), np.float32)), keras.Variable(np.zeros(8, np.float32))
    twin = keras.Variable(np.zeros(8, np.float32))
    gradient = np.random.default_rng(1).normal(size=(4, 8)).astype(np.float32)
    gradient[:, 4:] *= 1000
    muon = Muon(0.01, {matrix.path: 2}, clip=1e9, decay=0)
    muon.apply([tf.constant(gradient), tf.constant(gradient[0])], [matrix, bias])
    left, right = np.split(np.asarray(matrix.numpy()), 2, axis=1)
    assert np.linalg.norm(left) == pytest.approx(np.linalg.norm(right), rel=0.3), "one pace for all gates"
    assert (left * gradient[:, :4]).sum() < 0, "downhill"
    keras.optimizers.Adam(0.01, beta_2=0.99).apply([tf.constant(gradient[0])], [twin])
    np.testing.assert_allclose(bias.numpy(), twin.numpy(), rtol=1e-6)


def test_decay_draws_matrices_to_zero_and_leaves_biases_alone() -> None:
    matrix = keras.Variable(np.ones((4, 4), np.float32), name="kernel")
    bias = keras.Variable(np.ones(4, np.float32), name="bias")
    still = [tf.zeros((4, 4)), tf.zeros(4)]
    Muon(0.1, {matrix.path: 1}, clip=1.0, decay=0.5).apply(still, [matrix, bias])
    np.testing.assert_allclose(matrix.numpy(), 1 - 0.1 * 0.5, rtol=1e-6)
    np.testing.assert_allclose(bias.numpy(), 1, rtol=1e-6)


def test_what_a_mask_holds_stays_bit_for_bit_until_it_is_let_go() -> None:
    table, matrix = (keras.Variable(np.ones((4, 4), np.float32), name=name) for name in ("table", "matrix"))
    masks = {table.path: (4, 1), matrix.path: ()}
    muon = Muon(0.1, {matrix.path: 1}, clip=1.0, decay=0.5, masks=masks)
    muon.build([table, matrix])
    muon.hold({table.path: np.array([[0], [0], [0], [1]], np.float32), matrix.path: np.zeros((), np.float32)})
    pushed = [tf.ones((4, 4)), tf.ones((4, 4))]
    muon.apply(pushed, [table, matrix])
    np.testing.assert_array_equal(table.numpy()[:3], 1)
    np.testing.assert_array_equal(matrix.numpy(), 1)
    assert (table.numpy()[3] < 0.95).all()
    muon.hold({table.path: np.ones((4, 1), np.float32), matrix.path: np.ones((), np.float32)})
    muon.apply(pushed, [table, matrix])
    assert (table.numpy() < 1).all()
    assert (matrix.numpy() < 1).any()
