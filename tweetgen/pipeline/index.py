"""Posts → the overlap index: what is new is added, what was purged is taken out; nothing is ever built twice."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from tweetgen.corpus.overlap.build import Indexable
from tweetgen.corpus.overlap.look import OverlapIndex
from tweetgen.corpus.overlap.segment import KEPT
from tweetgen.corpus.overlap.writer import Writer
from tweetgen.errors import Busy
from tweetgen.store import Store

#: the index's folder within the instance's `state`
FOLDER = "overlap"
# Posts of one new segment; what is done so far survives any kill.
_BATCH = 20_000


@dataclass(slots=True)
class Indexed:
    """What was done to the index."""

    added: int = 0
    #: taken out, because they were purged
    removed: int = 0


def keep_up(store: Store, folder: Path, notify: Callable[[Indexed], None] | None = None) -> Indexed:
    """Bring the index in `folder` to what the store holds; `notify` is called after each of its parts.

    Costs one count of posts where nothing changed. Memory: one batch of posts, whatever the store holds.
    Raises `Busy` while another process does it, `StoreError` where the database fails, OSError where the disk does.
    """
    done = Indexed()
    with Writer(folder) as writer:
        if not _same_posts(store, writer):
            writer.begin_anew()
        for removed in _take_out(store, writer):
            done.removed += removed
            _tell(notify, done)
        for added in _add(store, writer):
            done.added += added
            _tell(notify, done)
    return done


def keep_up_if_free(store: Store, folder: Path) -> Indexed:
    """`keep_up`, unless another process is at it already."""
    with suppress(Busy):
        return keep_up(store, folder)
    return Indexed()


def open_index(folder: Path) -> OverlapIndex:
    """The index in `folder` to look up in, empty if nobody wrote it yet; it follows what others add to it."""
    return OverlapIndex(folder)


def _tell(notify: Callable[[Indexed], None] | None, done: Indexed) -> None:
    if notify is not None:
        notify(done)


def _same_posts(store: Store, writer: Writer) -> bool:
    """Whether what is indexed can be the store's: one put back from a backup gives known numbers to other posts."""
    if not writer.segments:
        return True
    newest = writer.segments[-1]
    kept = store.text(writer.newest)[:KEPT]
    fits = kept in ("", newest.post(len(newest) - 1)[1])
    return fits and store.count(0, writer.newest) <= _posts(writer)


def _posts(writer: Writer) -> int:
    return sum(len(segment) for segment in writer.segments)


def _take_out(store: Store, writer: Writer) -> Iterator[int]:
    """Take out the posts that the store has no more; yields how many, for each segment that held some."""
    if store.count(0, writer.newest) == _posts(writer):
        return
    for place in reversed(range(len(writer.segments))):
        numbers = writer.segments[place].numbers
        after, through = int(numbers[0]) - 1, int(numbers[-1])
        if store.count(after, through) < len(numbers):
            there = np.fromiter(store.numbers(after, through), np.uint64)
            gone = ~np.isin(numbers, there, assume_unique=True)
            writer.leave_out(place, gone)
            yield int(gone.sum())


def _add(store: Store, writer: Writer) -> Iterator[int]:
    """Add the posts above the newest number; yields how many, for each batch."""
    while batch := _batch(store, writer.newest):
        writer.add(batch)
        yield len(batch)


def _batch(store: Store, after: int) -> list[Indexable]:
    """The next posts; asked for anew each time, so that no reading transaction stays open for minutes."""
    posts = islice(store.posts(after=after), _BATCH)
    return [Indexable(one.number, one.post.author, one.post.text) for one in posts]
