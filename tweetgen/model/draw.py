"""Chance: a token drawn for each row with uniform numbers from Philox(seed, step)."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import Floats
from tweetgen.model.truncation import keep_nucleus

Uniforms: TypeAlias = NDArray[np.float64]
Tokens: TypeAlias = NDArray[np.int64]

#: uniform numbers of one step: the first draws its token, the others draw again where that was not wanted
PER_STEP = 4
#: tokens summed together before the draw goes inside one such block
_BLOCK = 64
_ONES = np.ones(_BLOCK, np.float32)
#: the greatest share of a sum that is less than the sum
_BELOW = 1 - 2.0**-53


class Chance:
    """The uniform numbers of one seed; those of different seeds have nothing to do with each other.

    Philox4x64-10 (Salmon et al. 2011) with the seed as its key and the step as its counter: four numbers
    each.
    """

    def __init__(self, seed: int) -> None:
        self._philox = np.random.Philox(key=seed)

    def next(self, steps: int) -> Uniforms:
        """Those of the next steps, (steps, PER_STEP), multiples of 2⁻⁵³ in [0, 1)."""
        raw = self._philox.random_raw(steps * PER_STEP)
        return ((raw >> np.uint64(11)) * np.float64(2.0**-53)).reshape(steps, PER_STEP)


def draw(probabilities: Floats, uniforms: Uniforms) -> Tokens:
    """One token for each row by inversion: (rows, V) of any scale and (rows,) of [0, 1) to ids (rows,).

    In two levels, blocks and then inside one: a cumulative sum over all tokens would take longer than the
    softmax. A token of probability zero is never drawn.
    """
    rows, size = probabilities.shape
    whole = size - size % _BLOCK
    # a product, because numpy's own sums of 64 numbers each take four times as long
    sums = probabilities[:, :whole].reshape(rows, -1, _BLOCK) @ _ONES
    if whole < size:
        sums = np.concatenate([sums, probabilities[:, whole:].sum(axis=1, keepdims=True)], axis=1)
    cumulated = np.cumsum(sums, axis=1, dtype=np.float64)
    target = uniforms * cumulated[:, -1]
    block = _place(cumulated, target)
    every = np.arange(rows)
    target -= cumulated[every, block] - sums[every, block]
    columns = block[:, None] * _BLOCK + _STEPS
    inside = probabilities[every[:, None], np.minimum(columns, size - 1)]
    if whole < size:
        inside[columns >= size] = 0
    return block * _BLOCK + _place(np.cumsum(inside, axis=1, dtype=np.float64), target)


def draw_from_nucleus(probabilities: Floats, share: Floats, uniforms: Uniforms) -> Tokens:
    """As `draw`, of the likeliest tokens that together reach `share` (rows,); uniforms (rows, PER_STEP).

    The same as `keep_top_p` and `draw`, but without looking for the nucleus: a token is in it if all
    likelier ones together do not reach `share`, and one that is not is drawn again. `probabilities` are
    overwritten.
    """
    tokens = draw(probabilities, uniforms[:, 0])
    rows = np.flatnonzero(share < 1)
    wanted = share[rows] * probabilities[rows].sum(axis=1)
    for attempt in range(1, PER_STEP):
        some, own = probabilities[rows], probabilities[rows, tokens[rows], None]
        likelier = np.where(some > own, some, 0)
        outside = likelier.sum(axis=1) >= wanted
        if not outside.any():
            break
        rows, wanted, some = rows[outside], wanted[outside], likelier[outside]
        if attempt == PER_STEP - 1:
            keep_nucleus(some, wanted)
        probabilities[rows] = some
        tokens[rows] = draw(some, uniforms[rows, attempt])
    return tokens


_STEPS = np.arange(_BLOCK)


def _place(cumulated: Uniforms, target: Uniforms) -> Tokens:
    """Where each target falls; one that rounding has put before the start or at the end falls inside."""
    target = np.minimum(target, cumulated[:, -1] * _BELOW)
    place: Tokens = (cumulated > np.maximum(target, 0)[:, None]).argmax(axis=1)
    return place
