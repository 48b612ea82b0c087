"""Posts → clusters of near-duplicates: looks only at posts that nobody looked at yet."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tweetgen.corpus.duplicates import BANDS, ClusterIndex, band_keys
from tweetgen.store import Fingerprint, Store, StoredPost

#: posts in one transaction; what is done so far survives any kill
BATCH = 10_000


@dataclass(slots=True)
class Deduplicated:
    """What a search for near-duplicates found."""

    #: posts looked at, all others had been before
    posts: int = 0
    #: those of them that nearly repeat an earlier post
    duplicates: int = 0


def find_duplicates(
    store: Store, notify: Callable[[Deduplicated], None] | None = None, batch: int = BATCH
) -> Deduplicated:
    """Give every new post its cluster; in batches of `batch` posts, after each of which `notify` is called.

    Memory: `ClusterIndex` over all posts, and one batch. Nothing is read where nothing is new.
    Raises `StoreError` where the database fails.
    """
    found = Deduplicated()
    index: ClusterIndex | None = None
    last = 0
    while waiting := store.unclustered(batch):
        # another program may have clustered posts between ours: then the index has not seen them
        if index is None or store.has_clustered(last, waiting[0].number):
            index = _index(store)
        clustered = _cluster(store, index, waiting)
        store.set_clusters(clustered)
        last = waiting[-1].number
        found.posts += len(waiting)
        found.duplicates += sum(one.cluster != one.number for one in clustered)
        if notify is not None:
            notify(found)
    return found


def _cluster(store: Store, index: ClusterIndex, waiting: Sequence[StoredPost]) -> list[Fingerprint]:
    numbers = [stored.number for stored in waiting]
    texts = [stored.post.text for stored in waiting]
    keys = band_keys(texts)  # (posts, BANDS)
    clusters = index.assign(numbers, texts, keys, store.text)
    spelt = keys.astype("<i8").tobytes()
    size = 8 * BANDS
    return [
        Fingerprint(number, cluster, spelt[row * size : (row + 1) * size])
        for row, (number, cluster) in enumerate(zip(numbers, clusters, strict=True))
    ]


def _index(store: Store) -> ClusterIndex:
    """The index as it was after the last search, from what the store keeps of it."""
    numbers, clusters, spelt = array("q"), array("q"), bytearray()
    for one in store.fingerprints():
        if len(one.bands) == 8 * BANDS:  # others are keys of another version, by which nothing is found
            numbers.append(one.number)
            clusters.append(one.cluster)
            spelt += one.bands
    keys = np.frombuffer(spelt, "<i8").astype(np.int64, copy=False).reshape(-1, BANDS)
    return ClusterIndex(np.frombuffer(numbers, np.int64), np.frombuffer(clusters, np.int64), keys)
