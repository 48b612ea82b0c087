"""Clusters of exact and near duplicates: a post joins the earliest cluster it resembles, and stays there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tweetgen.corpus.likeness import BANDS, band_keys, fold, similar, similar_folded

__all__ = ["BANDS", "ClusterIndex", "band_keys", "similar"]

# Clusters remembered per key, the earliest: where thousands of unlike posts share a key, a few are compared.
_BUCKET = 4

Numbers = NDArray[np.int64]


@dataclass(slots=True)
class _Band:
    """One band's keys in order, each with the row of its post; equal keys in order of rows."""

    keys: Numbers
    rows: NDArray[np.int32]

    def insert(self, keys: Numbers, rows: NDArray[np.int32]) -> None:
        order = np.argsort(keys, kind="stable")
        places = np.searchsorted(self.keys, keys[order], side="right")
        self.keys = np.insert(self.keys, places, keys[order])
        self.rows = np.insert(self.rows, places, rows[order])


class ClusterIndex:
    """The posts seen so far, by band: about 125 bytes each.

    What a post joins depends on the posts before it only, not on how they came in batches.
    """

    def __init__(self, numbers: Numbers, clusters: Numbers, keys: Numbers) -> None:
        """Take the posts seen before: numbers (n,), clusters (n,) and `band_keys` (n, BANDS)."""
        order = np.argsort(numbers, kind="stable")
        self._numbers: Numbers = numbers[order].astype(np.int64)
        self._clusters: Numbers = clusters[order].astype(np.int64)
        self._bands = [self._band(keys[order, band]) for band in range(BANDS)]

    def assign(
        self, numbers: Sequence[int], texts: Sequence[str], keys: Numbers, text_of: Callable[[int], str]
    ) -> list[int]:
        """The cluster of each new post, which is the number of the cluster's first post, often its own.

        Posts come in stored order, after all that were seen before; `keys` are their `band_keys`; `text_of`
        gives the text of any post seen before, by its number (asked a few times for a post with a likeness).
        """
        batch = _Batch(self, numbers, texts, keys, text_of)
        for position in batch.positions_with_likeness():
            batch.place(position)
        self._take_in(batch)
        return [int(cluster) for cluster in batch.clusters]

    def _band(self, keys: Numbers) -> _Band:
        rows = np.argsort(keys, kind="stable").astype(np.int32)
        keys = keys[rows]
        kept = _first_of_each_cluster(keys, self._clusters[rows])
        return _Band(keys[kept], rows[kept])

    def _take_in(self, batch: "_Batch") -> None:
        seen = len(self._numbers)
        self._numbers = np.concatenate([self._numbers, batch.numbers])
        self._clusters = np.concatenate([self._clusters, batch.clusters])
        for index, band in enumerate(self._bands):
            new = np.flatnonzero(batch.kept[:, index])
            band.insert(batch.keys[new, index], (seen + new).astype(np.int32))

    def bounds(self, keys: Numbers) -> tuple[Numbers, Numbers]:
        """Where in each band the posts that share each key begin and end, (n, BANDS) each."""
        sides = [
            np.stack([np.searchsorted(band.keys, keys[:, i], side) for i, band in enumerate(self._bands)], 1)
            for side in ("left", "right")
        ]
        return sides[0], sides[1]

    def members(self, band: int, first: int, end: int) -> list[tuple[int, int]]:
        """The (cluster, number) of a stretch of a band."""
        rows = self._bands[band].rows[first:end]
        return list(zip(self._clusters[rows].tolist(), self._numbers[rows].tolist(), strict=True))


class _Batch:
    """New posts on their way into their clusters."""

    def __init__(
        self,
        index: ClusterIndex,
        numbers: Sequence[int],
        texts: Sequence[str],
        keys: Numbers,
        text_of: Callable[[int], str],
    ) -> None:
        self.numbers: Numbers = np.asarray(numbers, np.int64)
        self.clusters: Numbers = self.numbers.copy()
        self.keys = keys
        #: (n, BANDS), whether the post is to be found by this key
        self.kept = np.ones(keys.shape, bool)
        self._index = index
        self._new_texts = dict(zip(self.numbers.tolist(), texts, strict=True))
        self._text_of = text_of
        self._first, self._end = index.bounds(keys)
        self._repeated = _repeated(keys)
        #: by (band, key), only of keys that several new posts share
        self._new_members: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def positions_with_likeness(self) -> list[int]:
        likeness = (self._end > self._first) | self._repeated
        return [int(position) for position in np.flatnonzero(likeness.any(axis=1))]

    def place(self, position: int) -> None:
        """Find the cluster of one post, all before it being placed."""
        number = int(self.numbers[position])
        buckets = [self._bucket(position, band) for band in range(BANDS)]
        cluster = self._cluster(number, sorted(set().union(*buckets)))
        self.clusters[position] = cluster
        for band, bucket in enumerate(buckets):
            known = len(bucket) >= _BUCKET or any(cluster == member[0] for member in bucket)
            self.kept[position, band] = not known
            if not known and self._repeated[position, band]:
                key = (band, int(self.keys[position, band]))
                self._new_members.setdefault(key, []).append((cluster, number))

    def _bucket(self, position: int, band: int) -> list[tuple[int, int]]:
        first, end = int(self._first[position, band]), int(self._end[position, band])
        old = self._index.members(band, first, end) if end > first else []
        if not self._repeated[position, band]:
            return old
        return old + self._new_members.get((band, int(self.keys[position, band])), [])

    def _cluster(self, number: int, members: list[tuple[int, int]]) -> int:
        """The earliest cluster with a member that resembles the post, else its own number."""
        folded = fold(self._new_texts[number]) if members else ""
        for cluster, member in members:
            text = self._new_texts.get(member)
            if similar_folded(folded, fold(self._text_of(member) if text is None else text)):
                return cluster
        return number


def _repeated(keys: Numbers) -> NDArray[np.bool_]:
    """Where a key occurs more than once in its column, (n, BANDS)."""
    repeated = np.zeros(keys.shape, bool)
    for band in range(keys.shape[1]):
        _, inverse, counts = np.unique(keys[:, band], return_inverse=True, return_counts=True)
        repeated[:, band] = counts[inverse] > 1
    return repeated


def _first_of_each_cluster(keys: Numbers, clusters: Numbers) -> NDArray[np.int64]:
    """Of entries in order of keys and rows, the places of those that a bucket remembers."""
    if not len(keys):
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    sizes = np.diff(np.append(starts, len(keys)))
    # Most keys are one post's alone; only the others need the slower road.
    alone = starts[sizes == 1]
    shared = np.flatnonzero(np.repeat(sizes, sizes) > 1)
    order = shared[np.lexsort((shared, clusters[shared], keys[shared]))]
    again = (np.diff(keys[order]) == 0) & (np.diff(clusters[order]) == 0)
    firsts = np.sort(order[np.append(np.ones(min(len(order), 1), bool), ~again)])
    group = np.searchsorted(starts, firsts, side="right")
    rank = np.arange(len(firsts)) - np.searchsorted(group, group, side="left")
    return np.sort(np.concatenate([alone, firsts[rank < _BUCKET]]))
