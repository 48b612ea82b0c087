"""From what the network knows at a step to logits: the one place that says how."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from tweetgen.model.blas import Floats, aligned
from tweetgen.model.shapes import features
from tweetgen.settings import Architecture

#: (rows, matrix, out): `np.matmul`, or `blas.row_product` where each row's bits must be its own
Product: TypeAlias = Callable[[Floats, Floats, Floats | None], Floats]


class Readout:
    """r = [features, attention, labels]; tied: logits = (r @ kernel + bias) @ embeddingᵀ + logits.bias.

    The labels' part is the same at every step of a post, so it is computed once (`constant`). `logits.bias`
    is one row more of the last matrix, met by a 1 in what it is multiplied with: no pass of its own.
    """

    def __init__(self, architecture: Architecture, arrays: Mapping[str, Floats]) -> None:
        width = features(architecture) * (2 if architecture.attention == "average" else 1)
        kernel, bias = arrays["readout.kernel"], arrays["readout.bias"]
        self._kernel = aligned(kernel[:width])
        self._label_kernel = aligned(kernel[width:])
        self._bias = bias
        self._output: Floats | None = None
        if architecture.tied:
            self._output = aligned(np.vstack([arrays["embedding"].T, arrays["logits.bias"][None]]))

    def constant(self, labels: Floats, product: Product) -> Floats:
        """The labels' share, (rows, L) to (rows, E or V), the same at each step of a post."""
        if not labels.shape[1]:
            return np.tile(self._bias, (len(labels), 1))
        return product(labels, self._label_kernel, None) + self._bias

    def logits(
        self,
        known: Floats,
        constant: Floats,
        product: Product,
        scale: Floats | None = None,
        out: Floats | None = None,
    ) -> Floats:
        """(rows, D or 2D) and `constant` to (rows, V), into `out`, times `scale` (rows, 1), where given."""
        inner = product(known, self._kernel, out if self._output is None else None)
        inner += constant
        if self._output is not None:
            widened = np.ones((len(inner), inner.shape[1] + 1), np.float32)
            widened[:, :-1] = inner
            inner = widened
        if scale is not None:
            inner *= scale
        return inner if self._output is None else product(inner, self._output, out)
