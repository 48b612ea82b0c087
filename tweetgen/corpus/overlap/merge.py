"""Segments → one segment, some posts left out: read and written piece by piece, so memory stays flat."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tweetgen.corpus.overlap.grams import GRAM, Keys
from tweetgen.corpus.overlap.segment import Segment, SegmentFile, Sizes

# Entries of one table between two cuts, and rows or bytes copied at once.
_STEP = 1 << 18
_BYTES = 1 << 22


@dataclass(frozen=True)
class Part:
    """A segment, and which of its rows stay."""

    segment: Segment
    keep: NDArray[np.bool_]

    @classmethod
    def whole(cls, segment: Segment) -> "Part":
        """All of it."""
        return cls(segment, np.ones(len(segment), bool))


@dataclass(frozen=True)
class _Moved:
    """Where the rows and words of a part are to be: row by row, what is added to the old number."""

    part: Part
    row_shift: NDArray[np.int64]
    word_shift: NDArray[np.int64]

    def places(self, places: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Places of words in the new segment, -1 for those that are left out."""
        starts, keep = self.part.segment.word_starts, self.part.keep
        if keep.all():
            return places.astype(np.int64) + (self.word_shift[0] if len(keep) else 0)
        rows = np.searchsorted(starts, places, side="right") - 1
        return np.where(keep[rows], places + self.word_shift[rows], -1)

    def rows(self, rows: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Rows in the new segment, -1 for those that are left out."""
        return np.where(self.part.keep[rows], rows + self.row_shift[rows], -1)


def write_merged(file: IO[bytes], parts: Sequence[Part]) -> None:
    """Write what stays of the parts, whose posts follow each other in order of their numbers."""
    moved: list[_Moved] = []
    row = word = 0
    for part in parts:
        lengths = _lengths(part.segment.word_starts) * part.keep
        new_rows = row + np.cumsum(part.keep) - part.keep
        new_words = word + np.cumsum(lengths) - lengths
        old_words = part.segment.word_starts[:-1].astype(np.int64)
        moved.append(_Moved(part, new_rows - np.arange(len(part.keep)), new_words - old_words))
        row, word = row + int(part.keep.sum()), word + int(lengths.sum())
    segment = SegmentFile(file, _sizes(parts))
    _write_rows(segment, parts)
    for keys, values in _merged([(m.part.segment.gram_keys, m.part.segment.gram_places, m.places) for m in moved]):
        segment.append("gram_keys", keys)
        segment.append("gram_places", values)
    for keys, values in _merged([(m.part.segment.band_keys, m.part.segment.band_rows, m.rows) for m in moved]):
        segment.append("band_keys", keys)
        segment.append("band_rows", values)
    for keys, values in _merged([(m.part.segment.telling_keys, m.part.segment.telling_rows, m.rows) for m in moved]):
        segment.append("telling_keys", keys)
        segment.append("telling_rows", values)


def _sizes(parts: Sequence[Part]) -> Sizes:
    grams = bands = telling = size = 0
    for part in parts:
        found = part.segment
        lengths = _lengths(found.word_starts)[part.keep]
        grams += int(np.maximum(lengths - GRAM + 1, 0).sum())
        size += int(_lengths(found.text_starts)[part.keep].sum())
        bands += _kept(part, found.band_rows)
        telling += _kept(part, found.telling_rows)
    return Sizes(sum(int(part.keep.sum()) for part in parts), grams, bands, telling, size)


def _kept(part: Part, rows: NDArray[np.uint32]) -> int:
    return sum(int(part.keep[rows[start : start + _STEP]].sum()) for start in range(0, len(rows), _STEP))


def _write_rows(segment: SegmentFile, parts: Sequence[Part]) -> None:
    """What there is one of for each post, and its text."""
    text = word = 0
    for part in parts:
        found, keep = part.segment, part.keep
        segment.append("numbers", found.numbers[keep])
        texts = _lengths(found.text_starts)[keep]
        words = _lengths(found.word_starts)[keep]
        segment.append("text_starts", text + np.cumsum(texts) - texts)
        segment.append("word_starts", word + np.cumsum(words) - words)
        text, word = text + int(texts.sum()), word + int(words.sum())
        for start, end in _stretches(keep):
            for piece in _pieces(int(found.text_starts[start]), int(found.text_starts[end])):
                segment.append("texts", found.texts[piece])
    segment.append("text_starts", np.array([text]))
    segment.append("word_starts", np.array([word]))


def _lengths(starts: NDArray[Any]) -> NDArray[np.int64]:
    return np.diff(starts.astype(np.int64)).astype(np.int64, copy=False)


def _stretches(keep: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First row and end of each stretch of rows that stay."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]]).astype(np.int8)))
    return ((int(start), int(end)) for start, end in edges.reshape(-1, 2))


def _pieces(start: int, end: int) -> Iterator[slice]:
    return (slice(at, min(at + _BYTES, end)) for at in range(start, end, _BYTES))


def _merged(tables: "Sequence[tuple[Keys, NDArray[np.uint32], Any]]") -> Iterator[tuple[Keys, NDArray[np.int64]]]:
    """The tables' entries in order of keys, then of values; with each table comes what renews its values."""
    cuts = np.unique(np.concatenate([keys[::_STEP] for keys, _, _ in tables] or [np.zeros(0, np.uint64)]))
    for place in range(len(cuts)):
        pieces = [_piece(*table, cuts[place], cuts[place + 1 : place + 2]) for table in tables]
        keys = np.concatenate([piece[0] for piece in pieces])
        values = np.concatenate([piece[1] for piece in pieces])
        order = np.argsort(keys, kind="stable")
        yield keys[order], values[order]


def _piece(
    keys: Keys, values: NDArray[np.uint32], renewed: Any, cut: np.uint64, next_cut: Keys
) -> tuple[Keys, NDArray[np.int64]]:
    """What a table holds from one cut up to the next, or to its end."""
    start = int(np.searchsorted(keys, cut))
    end = int(np.searchsorted(keys, next_cut[0])) if len(next_cut) else len(keys)
    new: NDArray[np.int64] = renewed(values[start:end])
    stay = new >= 0
    return keys[start:end][stay], new[stay]
