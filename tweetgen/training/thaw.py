"""What may learn when, in a network that goes on learning: first what is new, then layer by layer, then all of it.

What was learnt before is not torn down by the large, blind steps that new rows take at first. Layer by layer is
chain-thaw (Felbo et al. 2017, "Using millions of emoji occurrences to learn any-domain representations").
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: 1 where an array may change, 0 where not; broadcast over the array
Mask = NDArray[np.float32]
#: shares of the budget after which everything learns
ROWS, LAYERS = 0.2, 0.5
#: arrays of one row for each token or label value, along their first axis
_BY_ROW = ("embedding", "logits.bias", "label.")


class Thaw:
    """The masks of every array of a network, by how much of the budget is spent.

    `shapes`: of the arrays by name; `inherited`: how many of their rows are not new, where any is; `kind`: one of
    `settings.Training.thaw` but "off".
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], inherited: Mapping[str, int], kind: str) -> None:
        self._shapes, self._inherited = dict(shapes), inherited
        self._layers = _layers(list(shapes)) if kind == "layers" else []
        self._share = {"rows": ROWS, "layers": LAYERS, "only": 2.0}[kind]

    def stage(self, fraction: float) -> int:
        """0: what is new; then one number for each layer; the last: all."""
        if fraction >= self._share:
            return len(self._layers) + 1
        return int(fraction / self._share * (len(self._layers) + 1))

    def masks(self, stage: int) -> dict[str, Mask]:
        """By array's name. What is new learns in every stage."""
        whole = stage > len(self._layers)
        thawed = self._layers[stage - 1] if 0 < stage <= len(self._layers) else ()
        return {name: self._open(name) if whole or name in thawed else self._new(name) for name in self._shapes}

    def shape(self, name: str) -> tuple[int, ...]:
        """Of an array's mask."""
        shape = self._shapes[name]
        return (shape[0], *[1] * (len(shape) - 1)) if name.startswith(_BY_ROW) else ()

    def _open(self, name: str) -> Mask:
        return np.ones(self.shape(name), np.float32)

    def _new(self, name: str) -> Mask:
        mask = np.zeros(self.shape(name), np.float32)
        if name in self._inherited and mask.shape:
            mask[self._inherited[name] :] = 1
        return mask


def thaw_of(shapes: Mapping[str, tuple[int, ...]], inherited: Mapping[str, int], kind: str) -> Thaw | None:
    """None where all learns from the start: a network from scratch, or one in which nothing is new."""
    new = any(shapes[name][0] > rows for name, rows in inherited.items() if name in shapes)
    return Thaw(shapes, inherited, kind) if new and kind != "off" else None


def _layers(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The arrays that thaw together, from the first layer to the last."""
    layers: dict[str, list[str]] = {}
    for name in names:
        part = ".".join(name.split(".")[:2]) if name.startswith("rnn.") else name.split(".")[0]
        # the softmax shares the embedding's rows, and its bias goes with the readout
        layers.setdefault({"logits": "readout"}.get(part, part), []).append(name)
    return [tuple(members) for members in layers.values()]
