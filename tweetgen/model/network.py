"""The trained network in numpy: whole texts at once for scoring, one step with carried state for writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tweetgen.errors import UnknownName
from tweetgen.model.blas import Floats, padded, row_product
from tweetgen.model.cells import Cell, cell
from tweetgen.model.readout import Readout
from tweetgen.model.shapes import features
from tweetgen.settings import Architecture

Ids: TypeAlias = NDArray[np.integer]
#: shares by value for each label, e.g. {"author": {"dril": 2, "NASA": 1}}; a label left out is "none"
Voice: TypeAlias = Mapping[str, Mapping[str, float]]

#: the first layer's product with every embedding is kept as a table up to this many numbers (64 MB)
_TABLE_NUMBERS = 1 << 24


@dataclass(frozen=True)
class Constants:
    """What the labels add at every step of a post; the same for all of them."""

    #: (rows, gates·cells), to the first layer
    first: Floats
    #: (rows, E or V), in the readout
    readout: Floats

    @classmethod
    def stack(cls, parts: Sequence["Constants"]) -> "Constants":
        """The rows of all of them."""
        return cls(*(np.concatenate(arrays) for arrays in zip(*((p.first, p.readout) for p in parts), strict=True)))


@dataclass(frozen=True)
class State:
    """What is carried from step to step, for each row; made by `Network.start`."""

    #: (rows, D or 2D): [embedding, every layer's output, attention]
    known: Floats
    #: each layer's own state; its first array, the output, is a part of `known`
    layers: list[list[Floats]]
    #: (rows, D + 1): attention's weighted sum of what was known, then the sum of the weights
    sums: Floats
    constants: Constants
    #: (rows, V padded): where predictions are put; new memory each time would cost as much as the softmax
    logits: Floats


class Network:
    """Computes what `training/network.py` trains, from the arrays of one weights file.

    Token ids of a post go in with END (0) first: position t then predicts the post's token t. `labels` are
    rows of label vectors as made by `label_vectors`.
    """

    def __init__(
        self,
        arrays: Mapping[str, Floats],
        architecture: Architecture,
        labels: Mapping[str, Sequence[str]],
    ) -> None:
        self.architecture = architecture
        self.labels = labels
        self.embedding = arrays["embedding"]
        self.features = features(architecture)
        self.attends = architecture.attention == "average"
        self._tables = {name: arrays[f"label.{name}"] for name in labels}
        self._cells: list[Cell] = [cell(architecture, arrays, layer) for layer in range(architecture.layers)]
        self._token_kernel, self._label_kernel = np.split(self._cells[0].kernel, [architecture.embedding])
        # the eighth of 8·tanh(s/8), taken in beforehand, is exact in binary
        self._score = arrays["attention.score"] * np.float32(1 / 8) if self.attends else None
        self._readout = Readout(architecture, arrays)

    @property
    def size(self) -> int:
        """V, the number of token ids."""
        return len(self.embedding)

    def label_vectors(self, voices: Sequence[Voice]) -> Floats:
        """One row a voice, (rows, L); shares are weights of the mean of embeddings. Raises `UnknownName`."""
        parts = [np.stack([self._blend(name, voice.get(name, {})) for voice in voices]) for name in self.labels]
        return np.concatenate([np.zeros((len(voices), 0), np.float32), *parts], axis=1)

    def constants(self, labels: Floats) -> Constants:
        """The labels' part of every step, (rows, L) in; each row's bits are its own."""
        first = row_product(labels, self._label_kernel)
        return Constants(first, self._readout.constant(labels, row_product))

    def start(self, constants: Constants) -> State:
        """The state before a post's first step, one row for each of `constants`."""
        rows = len(constants.first)
        known = np.zeros((rows, self.features * (2 if self.attends else 1)), np.float32)
        layers = [[self._output(known, k), *each.start(rows)[1:]] for k, each in enumerate(self._cells)]
        sums = np.zeros((rows, self.features + 1), np.float32)
        return State(known, layers, sums, constants, padded(np.zeros((rows, self.size), np.float32)))

    def keep(self, state: State, rows: NDArray[np.intp]) -> State:
        """A state of some of its rows, in this order; the one it is made from must not be used any more."""
        known = state.known[rows]
        layers = [[self._output(known, k), *(a[rows] for a in old[1:])] for k, old in enumerate(state.layers)]
        constants = Constants(state.constants.first[rows], state.constants.readout[rows])
        enough = len(rows) <= len(state.logits)
        logits = state.logits if enough else padded(np.zeros((len(rows), self.size), np.float32))
        return State(known, layers, state.sums[rows], constants, logits[: len(rows)])

    def restart(self, state: State, row: int, constants: Constants) -> None:
        """Make `row` ready for a new post with the one row of `constants`."""
        state.known[row] = 0
        state.sums[row] = 0
        for arrays in state.layers:
            for array in arrays:
                array[row] = 0
        state.constants.first[row] = constants.first[0]
        state.constants.readout[row] = constants.readout[0]

    def step(self, state: State, tokens: Ids, scale: Floats | None = None) -> Floats:
        """Read one token a row and predict the next: `read`, then `predict`."""
        self.read(state, tokens)
        return self.predict(state, scale)[:, : self.size]

    def predict(self, state: State, scale: Floats | None = None) -> Floats:
        """Logits of each row's next token, in memory that the next prediction uses again.

        (rows, V padded to a multiple of `blas.BLOCK` with what is never drawn). `scale` (rows, 1) multiplies
        them for free: 1/temperature.
        """
        return self._readout.logits(state.known, state.constants.readout, row_product, scale, state.logits)

    def read(self, state: State, tokens: Ids) -> None:
        """Move `state` on by one token a row.

        A row's bits depend on nothing but the row, as long as BLAS is held to one thread (`one_blas_thread`).
        """
        known = state.known
        known[:, : self.embedding.shape[1]] = self.embedding[tokens]
        inputs = self._first_inputs(tokens)
        inputs += state.constants.first
        for layer, (each, arrays) in enumerate(zip(self._cells, state.layers, strict=True)):
            if layer:
                inputs = row_product(state.layers[layer - 1][0], each.kernel)
                inputs += each.bias
            each.step(inputs, arrays, row_product(arrays[0], each.recurrent))
        self._attend(state)

    def known(self, tokens: Ids, labels: Floats) -> Floats:
        """All that the readout reads, (time, batch, D or 2D), for whole posts.

        tokens (batch, time), padded at the end with anything; labels (batch, L).
        """
        steps = np.ascontiguousarray(tokens.T)
        embedded = self.embedding[steps]
        outputs, inputs = [embedded], None
        for each in self._cells:
            if inputs is None:
                inputs = embedded @ self._token_kernel + each.bias + labels @ self._label_kernel
            else:
                inputs = outputs[-1] @ each.kernel + each.bias
            outputs.append(_run(each, inputs))
        read = np.concatenate(outputs, axis=2)
        weights = self.attention_weights(read)
        if weights is None:
            return read
        return np.concatenate([read, np.cumsum(weights * read, axis=0) / np.cumsum(weights, axis=0)], axis=2)

    def attention_weights(self, read: Floats) -> Floats | None:
        """What attention gives to each step of whole posts, (..., D) of `known` to (..., 1); None without attention.

        A step's weight depends on nothing that comes after it. Before a token, the weights of all that was read are
        divided by their sum.
        """
        return None if self._score is None else np.exp(8 * np.tanh(read @ self._score))

    def read_out(self, known: Floats, labels: Floats) -> Floats:
        """Logits (rows, V) for rows of `known` (rows, D or 2D) and their label vectors (rows, L)."""
        constant = self._readout.constant(labels, np.matmul)
        return self._readout.logits(known, constant, np.matmul)[:, : self.size]

    def logits(self, tokens: Ids, labels: Floats) -> Floats:
        """Logits of every next token of whole posts, (batch, time, V)."""
        known = self.known(tokens, labels)
        time, batch, width = known.shape
        logits = self.read_out(known.reshape(-1, width), np.tile(labels, (time, 1)))
        return logits.reshape(time, batch, -1).transpose(1, 0, 2)

    def _blend(self, label: str, shares: Mapping[str, float]) -> Floats:
        table, values = self._tables[label], self.labels[label]
        total = sum(shares.values())
        vector = np.zeros(table.shape[1], np.float32)
        for value, share in shares.items():
            if value not in values:
                raise UnknownName(label, value, values)
            vector += table[values.index(value) + 1] * np.float32(share / total)
        return vector if shares else table[0]

    def _output(self, known: Floats, layer: int) -> Floats:
        start = self.architecture.embedding + layer * self.architecture.cells
        return known[:, start : start + self.architecture.cells]

    @cached_property
    def _first_table(self) -> Floats | None:
        """Each token's part of the first layer's gates, (V, gates·cells), unless that is too much to keep."""
        if self.size * self._token_kernel.shape[1] > _TABLE_NUMBERS:
            return None
        table: Floats = self.embedding @ self._token_kernel + self._cells[0].bias
        return table

    def _first_inputs(self, tokens: Ids) -> Floats:
        if self._first_table is None:
            return row_product(self.embedding[tokens], self._token_kernel) + self._cells[0].bias
        return self._first_table[tokens]

    def _attend(self, state: State) -> None:
        if self._score is None:
            return
        read = state.known[:, : self.features]
        weight = row_product(read, self._score)
        np.tanh(weight, out=weight)
        weight *= np.float32(8)
        np.exp(weight, out=weight)
        state.sums[:, :-1] += read * weight
        state.sums[:, -1:] += weight
        np.divide(state.sums[:, :-1], state.sums[:, -1:], out=state.known[:, self.features :])


def _run(layer: Cell, inputs: Floats) -> Floats:
    """One layer over whole posts: (time, batch, gates·cells), overwritten, to (time, batch, cells)."""
    time, batch, _ = inputs.shape
    outputs = np.empty((time, batch, layer.cells), np.float32)
    state = layer.start(batch)
    for step in range(time):
        layer.step(inputs[step], state, state[0] @ layer.recurrent)
        outputs[step] = state[0]
    return outputs
