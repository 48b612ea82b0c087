"""Chance: a token drawn for each row with uniform numbers from Philox(seed, step)."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import BLOCK, Floats
from tweetgen.model.truncation import keep_nucleus

Uniforms: TypeAlias = NDArray[np.float64]
Tokens: TypeAlias = NDArray[np.int64]

#: uniform numbers of one step: the first draws its token, the others draw again where that was not wanted
PER_STEP = 4
_ONES = np.ones(BLOCK, np.float32)
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
    """One token for each row by inversion: (rows, V padded) and (rows,) of [0, 1) to ids (rows,).

    Probabilities are of any scale, and as many as fill whole blocks; one of zero is never drawn. In two
    levels, blocks and then inside one: a cumulative sum over all tokens would take longer than the softmax.
    """
    return _draw(probabilities, uniforms)[0]


def draw_from_nucleus(probabilities: Floats, share: Floats, uniforms: Uniforms) -> Tokens:
    """As `draw`, of the likeliest tokens that together reach `share` (rows,); uniforms (rows, PER_STEP).

    The same as `keep_top_p` and `draw`, but without looking for the nucleus: a token is in it if all likelier
    ones together do not reach `share`, and one that is not is drawn again. `probabilities` are overwritten.
    """
    tokens, total = _draw(probabilities, uniforms[:, 0])
    wanted = share * total
    own = probabilities[np.arange(len(tokens)), tokens]
    # what is likelier than all that may be missing is in it anyhow
    rows = np.flatnonzero((own <= total - wanted) & (share < 1))
    for attempt in range(1, PER_STEP):
        if not len(rows):
            break
        likelier = probabilities[rows]
        likelier *= likelier > own[rows, None]
        outside = (_blocks(likelier) @ _ONES).sum(axis=1) >= wanted[rows]
        rows, likelier = rows[outside], likelier[outside]
        if attempt == PER_STEP - 1:
            keep_nucleus(likelier, wanted[rows].astype(np.float32))
        tokens[rows] = draw(likelier, uniforms[rows, attempt])
        probabilities[rows] = likelier
        own[rows] = probabilities[rows, tokens[rows]]
    return tokens


def _draw(probabilities: Floats, uniforms: Uniforms) -> tuple[Tokens, NDArray[np.float64]]:
    """Tokens, and the sums of the rows."""
    blocks, every = _blocks(probabilities), np.arange(len(probabilities))
    # a product, because numpy's own sums of 64 numbers each take four times as long
    sums = blocks @ _ONES
    cumulated = np.cumsum(sums, axis=1, dtype=np.float64)
    target = uniforms * cumulated[:, -1]
    block = _place(cumulated, target)
    target -= cumulated[every, block] - sums[every, block]
    inside = np.cumsum(blocks[every, block], axis=1, dtype=np.float64)
    return block * BLOCK + _place(inside, target), cumulated[:, -1]


def _blocks(probabilities: Floats) -> Floats:
    rows, size = probabilities.shape
    return probabilities.reshape(rows, size // BLOCK, BLOCK)


def _place(cumulated: Uniforms, target: Uniforms) -> Tokens:
    """Where each target falls; one that rounding has put before the start or at the end falls inside."""
    target = np.minimum(target, cumulated[:, -1] * _BELOW)
    place: Tokens = (cumulated > np.maximum(target, 0)[:, None]).argmax(axis=1)
    return place
