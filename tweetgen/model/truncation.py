"""What is done to logits and probabilities between the network and the draw; numbers for each row."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import Floats

Rows: TypeAlias = NDArray[np.intp]
#: added to a logit to forbid its token; finite, so that no NaN can come of it
FORBIDDEN = np.float32(-1e30)
#: likeliest tokens looked at first by `keep_top_p`; what they do not cover takes eight times as many
_FIRST_LOOK = 256


def penalise(logits: Floats, used: Sequence[int], penalty: float) -> None:
    """Make used tokens of one row (V,) less likely, in place: divide positive logits, multiply the others.

    Keskar et al. 2019, `penalty` at least 1. A temperature may come before or after.
    """
    some = logits[used]
    logits[used] = np.where(some > 0, some / np.float32(penalty), some * np.float32(penalty))


def exponentiate(logits: Floats) -> None:
    """Softmax without its division, in place: the likeliest token of each row becomes 1."""
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)


def keep_top_k(probabilities: Floats, k: NDArray[np.int64]) -> None:
    """Zero all but the k (rows,) likeliest of each row, in place; tokens as likely as the k-th stay too."""
    size = probabilities.shape[1]
    for count in np.unique(k[k < size]):
        rows = np.flatnonzero(k == count)
        some = probabilities[rows]
        threshold = np.partition(some, size - count, axis=1)[:, size - count]
        _drop_below(probabilities, rows, threshold)


def keep_top_p(probabilities: Floats, share: Floats) -> None:
    """Zero all but the likeliest that together reach `share` (rows,) of the row's sum, in place.

    The nucleus of Holtzman et al. 2020, at least one token; tokens as likely as its last one stay too.
    """
    rows = np.flatnonzero(share < 1)
    some = probabilities[rows]
    keep_nucleus(some, share[rows] * some.sum(axis=1))
    probabilities[rows] = some


def keep_nucleus(probabilities: Floats, wanted: Floats) -> None:
    """Zero all but the likeliest that together reach `wanted` (rows,), in place."""
    rows, looked_at = np.arange(len(probabilities)), _FIRST_LOOK
    while len(rows):
        threshold, reached = _nucleus(probabilities[rows], wanted[rows], looked_at)
        _drop_below(probabilities, rows[reached], threshold[reached])
        rows, looked_at = rows[~reached], looked_at * 8


def keep_min_p(probabilities: Floats, share: Floats) -> None:
    """Zero all less likely than `share` (rows,) of the row's likeliest, in place (Nguyen et al. 2024)."""
    rows = np.flatnonzero(share > 0)
    _drop_below(probabilities, rows, share[rows] * probabilities[rows].max(axis=1))


def keep_typical(probabilities: Floats, share: Floats) -> None:
    """Zero all but the most typical tokens that together reach `share` (rows,) of the row's sum, in place.

    Locally typical sampling (Meister et al. 2023): typical is a token whose surprise is near the one to be expected,
    the entropy; at least one stays.
    """
    rows = np.flatnonzero(share < 1)
    some = probabilities[rows] / probabilities[rows].sum(axis=1, keepdims=True)
    surprise = -np.log(np.maximum(some, np.finfo(np.float32).tiny))
    expected = (some * surprise).sum(axis=1, keepdims=True)
    order = np.argsort(np.abs(surprise - expected), axis=1, kind="stable")
    reached = np.cumsum(np.take_along_axis(some, order, axis=1), axis=1, dtype=np.float64)
    dropped = np.zeros(some.shape, bool)
    np.put_along_axis(dropped, order[:, 1:], reached[:, :-1] >= share[rows, None], axis=1)
    kept = probabilities[rows]
    kept[dropped] = 0
    probabilities[rows] = kept


def repeats(used: Sequence[int], length: int) -> list[int]:
    """The tokens that would make a text's last `length` tokens a run that it holds already (Paulus et al. 2018)."""
    before = length - 1
    last = list(used[len(used) - before :]) if before else []
    return [used[end] for end in range(before, len(used)) if list(used[end - before : end]) == last]


def _nucleus(probabilities: Floats, wanted: Floats, count: int) -> tuple[Floats, NDArray[np.bool_]]:
    """The least probability in each row's nucleus, and whether the `count` likeliest were enough."""
    size = probabilities.shape[1]
    whole = count >= size
    likeliest = probabilities if whole else np.partition(probabilities, size - count, axis=1)[:, size - count :]
    likeliest = np.sort(likeliest, axis=1)[:, ::-1]
    sums = np.cumsum(likeliest, axis=1, dtype=np.float64)
    place = (sums < wanted[:, None]).sum(axis=1)
    last = likeliest.shape[1] - 1
    threshold = likeliest[np.arange(len(place)), np.minimum(place, last)]
    return threshold, (place <= last) | whole


def _drop_below(probabilities: Floats, rows: Rows, threshold: Floats) -> None:
    some = probabilities[rows]
    some *= some >= threshold[:, None]  # ten times as fast as an assignment where it is less
    probabilities[rows] = some
