"""Recurrent cells in numpy, in Keras's layout: GRU (gates z, r, h) and LSTM (gates i, f, c, o)."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np

from tweetgen.model.blas import Floats, aligned
from tweetgen.settings import Architecture


class Cell(ABC):
    """One recurrent layer.

    Sigmoids are computed as (1 + tanh(x/2))/2, with the halves taken into the matrices once, when they are
    read: halving is exact in binary.
    """

    #: arrays of (rows, cells) that are carried on
    states: int

    def __init__(self, kernel: Floats, recurrent: Floats, bias: Floats) -> None:
        self.kernel = aligned(kernel)
        self.recurrent = aligned(recurrent)
        self.bias = bias
        self.cells = recurrent.shape[0]

    @abstractmethod
    def step(self, inputs: Floats, state: list[Floats], product: Floats) -> None:
        """Move `state` on in place, (rows, cells) each.

        `inputs` (rows, gates·cells) is x @ kernel + bias, `product` is state[0] @ recurrent; both are
        overwritten.
        """

    def start(self, rows: int) -> list[Floats]:
        return [np.zeros((rows, self.cells), np.float32) for _ in range(self.states)]


class Gru(Cell):
    """Cho et al. 2014, in Keras's `reset_after` form: the reset gate acts after the recurrent product."""

    states = 1

    def __init__(self, kernel: Floats, recurrent: Floats, bias: Floats) -> None:
        gates = 2 * recurrent.shape[0]
        half = np.ones(kernel.shape[1], np.float32)
        half[:gates] = 0.5
        together = bias[0] + bias[1]
        together[gates:] = bias[0, gates:]
        super().__init__(kernel * half, recurrent * half, together * half)
        self._reset_bias = bias[1, gates:]

    def step(self, inputs: Floats, state: list[Floats], product: Floats) -> None:
        hidden, cells = state[0], self.cells
        gates = inputs[:, : 2 * cells]
        gates += product[:, : 2 * cells]
        np.tanh(gates, out=gates)
        gates *= np.float32(0.5)
        gates += np.float32(0.5)
        fresh = product[:, 2 * cells :]
        fresh += self._reset_bias
        fresh *= gates[:, cells:]
        fresh += inputs[:, 2 * cells :]
        np.tanh(fresh, out=fresh)
        hidden -= fresh
        hidden *= gates[:, :cells]
        hidden += fresh


class Lstm(Cell):
    """Hochreiter & Schmidhuber 1997 with forget gates; state is hidden, carry."""

    states = 2

    def __init__(self, kernel: Floats, recurrent: Floats, bias: Floats) -> None:
        cells = recurrent.shape[0]
        half = np.full(kernel.shape[1], 0.5, np.float32)
        half[2 * cells : 3 * cells] = 1
        super().__init__(kernel * half, recurrent * half, bias * half)

    def step(self, inputs: Floats, state: list[Floats], product: Floats) -> None:
        hidden, carry = state
        cells = self.cells
        inputs += product
        np.tanh(inputs, out=inputs)
        for gates in (inputs[:, : 2 * cells], inputs[:, 3 * cells :]):
            gates *= np.float32(0.5)
            gates += np.float32(0.5)
        carry *= inputs[:, cells : 2 * cells]
        carry += inputs[:, :cells] * inputs[:, 2 * cells : 3 * cells]
        np.tanh(carry, out=hidden)
        hidden *= inputs[:, 3 * cells :]


def cell(architecture: Architecture, arrays: Mapping[str, Floats], layer: int) -> Cell:
    kind = {"gru": Gru, "lstm": Lstm}[architecture.cell]
    names = ("kernel", "recurrent_kernel", "bias")
    return kind(*(arrays[f"rnn.{layer}.{name}"] for name in names))
