"""From what the network knows at a step to logits: the one place that says how."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from tweetgen.model.blas import Floats, aligned, padded
from tweetgen.model.shapes import features
from tweetgen.model.truncation import FORBIDDEN
from tweetgen.settings import Architecture

#: (rows, matrix, out): `np.matmul`, or `blas.row_product` where each row's bits must be its own
Product: TypeAlias = Callable[[Floats, Floats, Floats | None], Floats]


class Readout:
    """r = [features, attention, labels]; tied: logits = (r @ kernel + bias) @ embeddingᵀ + logits.bias.

    The labels' part is the same at every step of a post, so it is computed once (`constant`). `logits.bias`
    is one row more of the last matrix, met by a 1 in what it is multiplied with: no pass of its own.
    """

    def __init__(self, architecture: Architecture, arrays: Mapping[str, Floats]) -> None:
        known = features(architecture) * (2 if architecture.attention == "average" else 1)
        kernel, label_kernel = np.split(arrays["readout.kernel"], [known])
        self._bias = arrays["readout.bias"]
        self._output: Floats | None = None
        if architecture.tied:
            bias = padded(arrays["logits.bias"][None], float(FORBIDDEN))
            self._output = padded(np.vstack([arrays["embedding"].T, arrays["logits.bias"][None]]))
            self._output[-1] = bias
            self._kernel, self._label_kernel = aligned(kernel), aligned(label_kernel)
        else:
            self._kernel, self._label_kernel = padded(kernel), padded(label_kernel)
            self._bias = padded(self._bias[None], float(FORBIDDEN))[0]

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
        """(rows, D or 2D) and `constant` to (rows, V padded), into `out`, times `scale` (rows, 1), if given.

        Padding is `FORBIDDEN`.
        """
        if self._output is None:
            logits = product(known, self._kernel, out)
            logits += constant
            if scale is not None:
                logits *= scale
            return logits
        inner = np.empty((len(known), len(self._output)), np.float32)
        inner[:, -1] = 1
        product(known, self._kernel, inner[:, :-1])
        inner[:, :-1] += constant
        if scale is not None:
            inner *= scale
        return product(inner, self._output, out)
