"""The scans against Keras's own layers, and their hand-written gradients against automatic differentiation."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tweetgen.settings import Architecture
from tweetgen.training.network import Network
from tweetgen.training.recurrent import gru, lstm

TIME, BATCH, CELLS = 7, 3, 5
Step = Callable[..., Any]


def gru_step(projected: Any, carry: tuple[Any, ...], kernel: Any, bias: Any) -> tuple[Any, ...]:
    """One step as the definition has it, gates z, r, h."""
    z, r, h = tf.split(projected, 3, axis=-1)
    again_z, again_r, again_h = tf.split(carry[0] @ kernel + bias, 3, axis=-1)
    update, reset = tf.sigmoid(z + again_z), tf.sigmoid(r + again_r)
    return (update * carry[0] + (1 - update) * tf.tanh(h + reset * again_h),)


def lstm_step(projected: Any, carry: tuple[Any, ...], kernel: Any) -> tuple[Any, ...]:
    """One step as the definition has it, gates i, f, c, o."""
    i, f, c, o = tf.split(projected + carry[0] @ kernel, 4, axis=-1)
    memory = tf.sigmoid(f) * carry[1] + tf.sigmoid(i) * tf.tanh(c)
    return tf.sigmoid(o) * tf.tanh(memory), memory


def unrolled(step: Step, projected: Any, states: tuple[Any, ...], keep: Any, *arrays: Any) -> tuple[Any, Any]:
    """Hidden states of every step and the last states, differentiated by TensorFlow."""
    hidden, carry = [], states
    for time in range(TIME):
        carry = step(projected[time], tuple(part * keep[time] for part in carry), *arrays)
        hidden.append(carry[0])
    return tf.stack(hidden), carry


def numbers(*shape: int, seed: int) -> Any:
    return tf.constant(np.random.default_rng(seed).normal(0, 0.7, shape), tf.float32)


#: where posts begin: nowhere, and in mid-row, at its start and at its end
KEEPS = {
    "no post begins": np.ones((TIME, BATCH, 1), np.float32),
    "posts begin": np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1], [1, 1, 0], [0, 1, 0], [1, 1, 1], [1, 0, 1]], np.float32)[
        ..., None
    ],
}


@pytest.mark.parametrize("keep", KEEPS.values(), ids=KEEPS.keys())
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_scan_and_its_gradient_are_those_of_the_definition(cell: str, keep: Any) -> None:
    gates = 3 if cell == "gru" else 4
    projected, kernel = numbers(TIME, BATCH, gates * CELLS, seed=0), numbers(CELLS, gates * CELLS, seed=1)
    states = tuple(numbers(BATCH, CELLS, seed=seed) for seed in ((2,) if cell == "gru" else (2, 3)))
    learnt = [kernel, numbers(gates * CELLS, seed=4)] if cell == "gru" else [kernel]
    pull = numbers(TIME, BATCH, CELLS, seed=5)

    def scanned(projected: Any, *learnt: Any) -> tuple[Any, tuple[Any, ...]]:
        if cell == "gru":
            hidden = gru(projected, states[0], tf.constant(keep), *learnt)
            return hidden, (hidden[-1],)
        hidden, memory = lstm(projected, *states, tf.constant(keep), *learnt)
        return hidden, (hidden[-1], memory)

    def by_definition(projected: Any, *learnt: Any) -> tuple[Any, tuple[Any, ...]]:
        return unrolled(gru_step if cell == "gru" else lstm_step, projected, states, keep, *learnt)

    def with_gradients(road: Callable[..., tuple[Any, tuple[Any, ...]]]) -> list[Any]:
        with tf.GradientTape() as tape:
            tape.watch([projected, *learnt])
            hidden, last = road(projected, *learnt)
            total = tf.reduce_sum(hidden * pull)
        return [hidden, *last, *tape.gradient(total, [projected, *learnt])]

    expected = with_gradients(by_definition)
    compiled = tf.function(lambda: with_gradients(scanned), jit_compile=True)
    for found in (with_gradients(scanned), compiled()):
        for ours, theirs in zip(found, expected, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("cell", "attention"), [("gru", "average"), ("lstm", "none")])
def test_keras_own_layers_give_the_same_outputs_and_gradients(cell: str, attention: str) -> None:
    """What runs through cuDNN on a GPU, here on the CPU, over rows in which no post begins."""
    shape = Architecture(cell=cell, attention=attention, layers=2, cells=6, embedding=5, label_size=3)  # type: ignore[arg-type]
    ours, theirs = (Network(shape, 20, {"author": 2}, batch=BATCH, seed=3, cudnn=road) for road in (False, True))
    random = np.random.default_rng(0)
    arrays = {name: random.normal(0, 0.5, array.shape).astype(np.float32) for name, array in ours.arrays().items()}
    tokens = random.integers(1, 20, (2, TIME, BATCH)).astype(np.int32)
    tokens[0, 0] = 0  # every row is a new post, to begin with
    labels = np.tile(np.array([[0], [1], [2]], np.int32), (TIME, 1, 1))
    targets = random.integers(0, 20, (TIME, BATCH))

    def run(network: Network) -> list[Any]:
        network.assign_arrays(arrays)
        network({"tokens": tokens[0], "labels": labels})  # so that there is a state to be carried on
        with tf.GradientTape() as tape:
            logits = network({"tokens": tokens[1], "labels": labels})
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits))
        gradients = tape.gradient(loss, network.trainable_variables)
        return [logits, *(tf.convert_to_tensor(gradient) for gradient in gradients)]

    assert [v.path for v in ours.trainable_variables] == [v.path for v in theirs.trainable_variables]
    for one, other in zip(run(ours), run(theirs), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5, rtol=1e-5)
