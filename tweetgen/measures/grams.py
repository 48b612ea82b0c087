"""Counts of runs of characters, sorted so that whatever followed a run lies side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

#: before a text and after it; they are no characters
BEGIN, END = 0, 1
#: a character that is too rare to have a number of its own
RARE = 2
_FIRST = 3
#: characters with a number: six of them fit into 63 bits
_BITS = 10
_MOST = (1 << _BITS) - _FIRST


class Alphabet:
    """Numbers for the characters of some texts; the rarest share one."""

    def __init__(self, texts: Sequence[str]) -> None:
        found, counts = np.unique(_code_points("".join(texts)), return_counts=True)
        self._characters = np.sort(found[np.argsort(-counts, kind="stable")[:_MOST]])

    def __len__(self) -> int:
        return len(self._characters) + _FIRST

    def encode(self, texts: Sequence[str], before: int) -> Numbers:
        """All texts in one row, `before` times BEGIN ahead of each and END after it."""
        points = _code_points("".join(texts))
        places = np.searchsorted(self._characters, points)
        places[places == len(self._characters)] = 0
        known = self._characters[places] == points if len(self._characters) else np.zeros(len(points), bool)
        numbers = np.where(known, places + _FIRST, RARE)
        lengths = np.array([len(text) for text in texts])
        row = np.full(len(points) + len(texts) * (before + 1), BEGIN, np.int64)
        starts = np.cumsum(lengths + before + 1) - lengths - 1
        row[np.arange(len(points)) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)] = numbers
        row[starts + lengths] = END
        return row


@dataclass(frozen=True)
class Level:
    """All runs of one length: a context and the character after it."""

    #: rising: contexts times 2^10 plus the character
    runs: Numbers
    counts: Numbers
    #: rising
    contexts: Numbers
    #: of each context: how often it occurred, how many different characters followed, where its runs begin
    totals: Numbers
    kinds: Numbers
    starts: Numbers

    def followers(self, context: int) -> tuple[Numbers, Numbers] | None:
        """The characters that followed a context and how often each did; None for one never seen."""
        place = int(np.searchsorted(self.contexts, context))
        if place == len(self.contexts) or self.contexts[place] != context:
            return None
        own = slice(int(self.starts[place]), int(self.starts[place] + self.kinds[place]))
        return self.runs[own] & ((1 << _BITS) - 1), self.counts[own]


def contexts_of(row: Numbers, length: int) -> Numbers:
    """For each place of a row the `length` characters before it as one number; the first ones reach no further."""
    context = np.zeros(len(row), np.int64)
    for back in range(length, 0, -1):
        moved = np.full(len(row), BEGIN, np.int64)
        moved[back:] = row[:-back]
        context = (context << _BITS) | moved
    return context


def level(row: Numbers, length: int) -> Level:
    """Count what follows each run of `length` characters; BEGIN itself follows nothing."""
    runs = (contexts_of(row, length) << _BITS) | row
    runs, counts = np.unique(runs[row != BEGIN], return_counts=True)
    contexts, starts, kinds = np.unique(runs >> _BITS, return_index=True, return_counts=True)
    totals = np.add.reduceat(counts, starts) if len(starts) else counts
    return Level(runs, counts, contexts, totals, kinds, starts)


def look_up(rising: Numbers, wanted: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Where each wanted number stands among the rising ones, and whether it is there at all."""
    places = np.minimum(np.searchsorted(rising, wanted), max(len(rising) - 1, 0))
    there = rising[places] == wanted if len(rising) else np.zeros(len(wanted), bool)
    return places, there


def _code_points(text: str) -> Numbers:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
