"""What simple models of characters reach on the same posts: a network worth its name is well below them.

A character that no training text holds costs what it would among all of Unicode, so that every post can be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tweetgen.corpus.evenly import evenly
from tweetgen.measures.grams import BEGIN, RARE, Alphabet, Level, Numbers, contexts_of, level, look_up

#: characters of context
ORDER = 5
#: characters learnt from; a larger corpus is thinned out evenly
MOST = 5_000_000
_UNICODE = 0x110000


@dataclass(frozen=True, slots=True)
class Baselines:
    """Bits per character on some posts, ends counted, by models without any label."""

    #: each character by how often it occurs
    unigram: float
    #: the five characters before, interpolated by Witten and Bell's method C (1991)
    witten_bell: float
    #: prediction by partial matching, order 5: escapes by method D (Howard 1993), with exclusions
    ppm: float
    #: characters that they learnt from
    characters: int


def baselines(learnt: Sequence[str], read: Sequence[str], most: int = MOST) -> Baselines:
    """Learn from the first texts, read the second; both must have at least one."""
    return Counted(learnt, most).read(read)


class Counted:
    """What the simple models know after some texts, at least one."""

    def __init__(self, learnt: Sequence[str], most: int = MOST) -> None:
        learnt = _thinned(learnt, most)
        self._alphabet = Alphabet(learnt)
        row = self._alphabet.encode(learnt, ORDER)
        self._levels = [level(row, length) for length in range(ORDER + 1)]
        self._characters = sum(map(len, learnt))

    def read(self, texts: Sequence[str]) -> Baselines:
        """What they reach on these texts, at least one."""
        posts = self._alphabet.encode(texts, ORDER)
        counted = posts != BEGIN
        rare = float(np.log2(_UNICODE)) * int((posts == RARE).sum())
        characters, signs = int(counted.sum()), len(self._alphabet)
        unigram, witten_bell = _interpolated(self._levels, posts, signs)
        return Baselines(
            unigram=(float(-np.log2(unigram[counted]).sum()) + rare) / characters,
            witten_bell=(float(-np.log2(witten_bell[counted]).sum()) + rare) / characters,
            ppm=(_partial_matching(self._levels, posts, signs) + rare) / characters,
            characters=self._characters,
        )


def _thinned(texts: Sequence[str], most: int) -> Sequence[str]:
    characters = sum(map(len, texts))
    if characters <= most:
        return texts
    return evenly(texts, max(1, len(texts) * most // characters))


def _interpolated(levels: Sequence[Level], row: Numbers, signs: int) -> tuple[np.ndarray, np.ndarray]:
    """Of each character of a row its probability by the lowest level, and by all levels.

    P(c | h) = (count(h, c) + kinds(h) · P(c | shorter h)) / (count(h) + kinds(h)); below all: every sign alike.
    """
    probability = np.full(len(row), 1 / signs)
    lowest = probability
    for length, at in enumerate(levels):
        contexts = contexts_of(row, length)
        place, known = look_up(at.contexts, contexts)
        run, seen = look_up(at.runs, (contexts << 10) | row)
        total = np.where(known, at.totals[place], 0)
        kinds = np.where(known, at.kinds[place], 0)
        count = np.where(seen, at.counts[run], 0)
        reached = (count + kinds * probability) / np.maximum(total + kinds, 1)
        probability = np.where(known, reached, probability)
        if length == 0:
            lowest = probability
    return lowest, probability


def _partial_matching(levels: Sequence[Level], row: Numbers, signs: int) -> float:
    """Bits of all characters of a row. A character is looked for in the longest context that was seen, and after
    each escape in a shorter one, where the characters of the longer no longer count."""
    by_length = [contexts_of(row, length) for length in range(len(levels))]
    bits = 0.0
    for place in np.flatnonzero(row != BEGIN).tolist():
        bits += _escaping(levels, [int(contexts[place]) for contexts in by_length], int(row[place]), signs)
    return bits


def _escaping(levels: Sequence[Level], contexts: Sequence[int], sign: int, signs: int) -> float:
    excluded: set[int] = set()
    probability = 1.0
    for length in range(len(levels) - 1, -1, -1):
        found = levels[length].followers(contexts[length])
        if found is None:
            continue
        left = {each: count for each, count in zip(*map(np.ndarray.tolist, found), strict=True) if each not in excluded}
        if not left:
            continue
        total = sum(left.values())
        if sign in left:
            return float(-np.log2(probability * (2 * left[sign] - 1) / (2 * total)))
        probability *= len(left) / (2 * total)
        excluded.update(left)
    return float(-np.log2(probability / max(signs - len(excluded), 1)))
