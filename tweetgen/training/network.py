"""The network in Keras; `tweetgen/model/network.py` runs the same in numpy, and a test holds both to the same numbers.

Everything is time-major: (time, batch, …). Rows are endless streams of posts; the recurrent state and the attention's
running sums are carried from one batch to the next and start afresh wherever a post begins, so that training sees
exactly what generating will: a post from its start.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from tweetgen.model.vocabulary import END
from tweetgen.settings import Architecture
from tweetgen.training.attention import average
from tweetgen.training.recurrent import gru, lstm

Tensor = Any
Arrays = dict[str, np.ndarray]


class Network(keras.Model):  # type: ignore[misc]
    """Logits for every position of a batch of streams.

    `vocabulary` counts tokens with END; `labels` counts the values of each label, without "none".
    `cudnn` runs the recurrent layers through Keras's own (cuDNN on a GPU), which cannot start a post afresh in
    mid-row; without it they run through `recurrent.py`, compiled by XLA.
    """

    def __init__(
        self,
        architecture: Architecture,
        vocabulary: int,
        labels: Mapping[str, int],
        *,
        batch: int,
        dropout: float = 0.0,
        seed: int = 0,
        cudnn: bool = False,
    ) -> None:
        super().__init__(name="tweetgen")
        self.architecture, self.cudnn, self.dropout = architecture, cudnn, dropout
        self.label_names = tuple(labels)
        self._draw = keras.random.SeedGenerator(seed)
        self._named: dict[str, Any] = {}
        size, embedding, cells = architecture.label_size, architecture.embedding, architecture.cells
        self._add(
            "embedding", (vocabulary, embedding), keras.initializers.RandomNormal(stddev=0.05, seed=seed)
        )
        for index, (name, values) in enumerate(labels.items()):
            start = keras.initializers.RandomNormal(stddev=0.1, seed=seed + 1 + index)
            self._add(f"label.{name}", (values + 1, size), start)
        self._layers_of_cells = [self._recurrent_layer(index, seed) for index in range(architecture.layers)]
        features = embedding + architecture.layers * cells
        if architecture.attention == "average":
            self._add(
                "attention.score", (features, 1), keras.initializers.RandomNormal(stddev=0.01, seed=seed)
            )
        readout = features * (2 if architecture.attention == "average" else 1) + size * len(labels)
        width = embedding if architecture.tied else vocabulary
        self._add("readout.kernel", (readout, width), keras.initializers.GlorotUniform(seed=seed))
        self._add("readout.bias", (width,), "zeros")
        if architecture.tied:
            self._add("logits.bias", (vocabulary,), "zeros")
        self._state = self._carried_state(batch, features)
        self.built = True

    def _add(self, name: str, shape: tuple[int, ...], initializer: Any) -> None:
        variable_name = name.replace(".", "_")
        self._named[name] = self.add_weight(shape=shape, initializer=initializer, name=variable_name)

    def _recurrent_layer(self, index: int, seed: int) -> Any:
        """Keras's own layer, as the keeper of the weights in Keras's layout."""
        shape = self.architecture
        inputs = shape.cells if index else shape.embedding + shape.label_size * len(self.label_names)
        options: dict[str, Any] = {"reset_after": True} if shape.cell == "gru" else {}
        layer = (keras.layers.GRU if shape.cell == "gru" else keras.layers.LSTM)(
            shape.cells,
            return_sequences=True,
            return_state=True,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed + 10 * index + 7),
            recurrent_initializer=keras.initializers.Orthogonal(seed=seed + 10 * index + 8),
            name=f"rnn_{index}",
            **options,
        )
        layer.build((None, None, inputs))
        for part in ("kernel", "recurrent_kernel", "bias"):
            self._named[f"rnn.{index}.{part}"] = getattr(layer.cell, part)
        return layer

    def _carried_state(self, batch: int, features: int) -> list[list[Any]]:
        shape = self.architecture
        per_layer = 2 if shape.cell == "lstm" else 1
        sizes = [[shape.cells] * per_layer for _ in range(shape.layers)]
        if shape.attention == "average":
            sizes.append([features, 1])
        return [
            [
                self.add_weight(shape=(batch, size), initializer="zeros", trainable=False, name="state")
                for size in group
            ]
            for group in sizes
        ]

    def call(self, inputs: Mapping[str, Tensor], training: bool = False) -> Tensor:
        """Logits (time, batch, vocabulary) from `tokens` (time, batch) and `labels` (time, batch, labels; 0 = none).

        A token END begins a post. Moves the carried state on.
        """
        tokens, labels = inputs["tokens"], inputs["labels"]
        keep = ops.cast(ops.not_equal(tokens, END), "float32")[..., None]
        embedded = ops.take(self._named["embedding"], tokens, axis=0)
        context = [
            ops.take(self._named[f"label.{name}"], labels[..., index], axis=0)
            for index, name in enumerate(self.label_names)
        ]
        outputs, features = ops.concatenate([embedded, *context], -1), [embedded]
        for index in range(self.architecture.layers):
            outputs = self._run_cells(index, self._drop(outputs, training), keep)
            features.append(outputs)
        joined = ops.concatenate(features, -1)
        parts = [joined]
        if self.architecture.attention == "average":
            sums, total = self._state[-1]
            averaged, *carried = average(
                joined, self._named["attention.score"], keep, sums.value, total.value
            )
            _carry_on(self._state[-1], carried)
            parts.append(averaged)
        return self._read_out(self._drop(ops.concatenate([*parts, *context], -1), training))

    def _read_out(self, features: Tensor) -> Tensor:
        outputs = ops.matmul(features, self._named["readout.kernel"]) + self._named["readout.bias"]
        if self.architecture.tied:
            outputs = (
                ops.matmul(outputs, ops.transpose(self._named["embedding"])) + self._named["logits.bias"]
            )
        return outputs

    def _run_cells(self, index: int, inputs: Tensor, keep: Tensor) -> Tensor:
        state = self._state[index]
        if self.cudnn:
            by_row = ops.transpose(inputs, (1, 0, 2))
            outputs, *last = self._layers_of_cells[index](by_row, initial_state=[s.value for s in state])
            _carry_on(state, last)
            return ops.transpose(outputs, (1, 0, 2))
        kernel, recurrent, bias = (
            self._named[f"rnn.{index}.{part}"].value for part in ("kernel", "recurrent_kernel", "bias")
        )
        projected = ops.matmul(inputs, kernel)
        if self.architecture.cell == "gru":
            hidden = gru(projected + bias[0], state[0].value, keep, recurrent, bias[1])
            last = [hidden[-1]]
        else:
            hidden, memory = lstm(projected + bias, state[0].value, state[1].value, keep, recurrent)
            last = [hidden[-1], memory]
        _carry_on(state, last)
        return hidden

    def _drop(self, tensor: Tensor, training: bool) -> Tensor:
        """Dropout, one mask for all time steps of a stream (Gal & Ghahramani 2016); far fewer random numbers, too."""
        if not training or self.dropout == 0:
            return tensor
        once = (1, *tensor.shape[1:])
        return keras.random.dropout(tensor, self.dropout, noise_shape=once, seed=self._draw)

    def forget(self) -> list[np.ndarray]:
        """Set the carried state to nothing and return what it was, for `remember`."""
        flat = [variable for group in self._state for variable in group]
        before = [np.asarray(variable.numpy()).copy() for variable in flat]
        for variable in flat:
            variable.assign(np.zeros(variable.shape, np.float32))
        return before

    def remember(self, state: Sequence[np.ndarray]) -> None:
        for variable, value in zip((v for group in self._state for v in group), state, strict=True):
            variable.assign(value)

    def matrices(self) -> dict[str, int]:
        """Paths of the variables between hidden layers, and how many matrices lie side by side in each."""
        gates = 3 if self.architecture.cell == "gru" else 4
        parts = {
            f"rnn.{index}.{part}": gates
            for index in range(self.architecture.layers)
            for part in ("kernel", "recurrent_kernel")
        }
        if self.architecture.tied:
            parts["readout.kernel"] = 1
        return {self._named[name].path: count for name, count in parts.items()}

    def by_path(self, named: Mapping[str, Any]) -> dict[str, Any]:
        """The same by the paths of the variables, instead of by the arrays' names in the weights file."""
        return {self._named[name].path: value for name, value in named.items()}

    def arrays(self) -> Arrays:
        """The learnt arrays by their names in the weights file."""
        return {name: np.array(variable.numpy(), np.float32) for name, variable in self._named.items()}

    def assign_arrays(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take over arrays by name; names missing in `arrays` keep their values."""
        for name, value in arrays.items():
            self._named[name].assign(value)


def _carry_on(variables: Sequence[Any], values: Sequence[Tensor]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(ops.stop_gradient(value))
