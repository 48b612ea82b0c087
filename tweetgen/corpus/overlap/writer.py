"""Keeps a folder of segments up: adds posts, leaves out those that are gone, merges small segments."""

import fcntl
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray

from tweetgen.atomic import replacing
from tweetgen.corpus.overlap.build import Indexable, write_segment
from tweetgen.corpus.overlap.grams import WordHashes
from tweetgen.corpus.overlap.manifest import NAME, SUFFIX, Manifest, open_segments, read_manifest, write_manifest
from tweetgen.corpus.overlap.merge import Part, write_merged
from tweetgen.corpus.overlap.segment import Segment
from tweetgen.errors import Busy, InputError

# A segment is at least so many times as large as all that follow it together: few to look through, seldom merged.
_FACTOR = 4
# Words of one segment are numbered in 32 bits.
_MOST_WORDS = 1 << 32


class Writer:
    """Held by one process at a time; `with Writer(folder)` raises `Busy` while another holds it.

    A damaged index, or another version's, is begun anew: it can always be made again from the store.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes = WordHashes()
        self._lock: IO[str] | None = None
        self.segments: tuple[Segment, ...] = ()
        self._next = 0

    def __enter__(self) -> "Writer":
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise Busy(f"the overlap index {self._folder}", "another process that adds to it") from None
        self._lock = lock
        try:
            self._next = read_manifest(self._folder).next
            self.segments = open_segments(self._folder)
        except InputError:
            self.begin_anew()
        self._sweep()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.segments = ()
        if self._lock is not None:
            self._lock.close()

    @property
    def newest(self) -> int:
        """The highest number indexed, 0 while there is none."""
        return int(self.segments[-1].numbers[-1]) if self.segments else 0

    def add(self, posts: Sequence[Indexable]) -> None:
        """Index posts, which come in order of their numbers, all of them above `newest`."""
        if not posts:
            return
        name = self._write(lambda file: write_segment(file, posts, self._hashes))
        self._commit([*self.segments, Segment(self._folder / name)])
        self._merge_small()

    def leave_out(self, place: int, gone: NDArray[np.bool_]) -> None:
        """Take the rows where `gone` out of the segment at a place: their text is in no file afterwards."""
        part = Part(self.segments[place], ~gone)
        before, after = self.segments[:place], self.segments[place + 1 :]
        kept = [self._merge([part])] if part.keep.any() else []
        self._commit([*before, *kept, *after])

    def begin_anew(self) -> None:
        """Forget everything."""
        self._commit([])

    def _merge_small(self) -> None:
        first, posts, words = len(self.segments), 0, 0
        for place in reversed(range(len(self.segments))):
            found = self.segments[place]
            words += found.words
            if words >= _MOST_WORDS or (posts and len(found) >= _FACTOR * posts):
                break
            first, posts = place, posts + len(found)
        if first < len(self.segments) - 1:
            merged = self._merge([Part.whole(segment) for segment in self.segments[first:]])
            self._commit([*self.segments[:first], merged])

    def _merge(self, parts: Sequence[Part]) -> Segment:
        return Segment(self._folder / self._write(lambda file: write_merged(file, parts)))

    def _write(self, write: Callable[[IO[bytes]], None]) -> str:
        name = f"{self._next:08d}{SUFFIX}"
        self._next += 1
        with replacing(self._folder / name) as file:
            write(file)
        return name

    def _commit(self, segments: Sequence[Segment]) -> None:
        write_manifest(self._folder, Manifest(tuple(segment.path.name for segment in segments), self._next))
        stay = {segment.path for segment in segments}
        for segment in self.segments:
            if segment.path not in stay:
                segment.path.unlink(missing_ok=True)  # whoever reads it has it mapped still
        self.segments = tuple(segments)

    def _sweep(self) -> None:
        """Delete what a process that was killed left behind."""
        stay = {segment.path for segment in self.segments}
        for path in self._folder.iterdir():
            ours = path.suffix == SUFFIX or (path.suffix == ".tmp" and (SUFFIX in path.name or NAME in path.name))
            if ours and path not in stay:
                path.unlink(missing_ok=True)
