"""Look-ups: the longest run of words that a text shares with any post, and the post that it is most like."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tweetgen.corpus.likeness import fold, likeness
from tweetgen.corpus.overlap.build import likeness_keys_of
from tweetgen.corpus.overlap.grams import GRAM, Keys, WordHashes, bare, folded_words, gram_keys, telling_words
from tweetgen.corpus.overlap.manifest import open_segments, stamp
from tweetgen.corpus.overlap.segment import KEPT, Segment
from tweetgen.corpus.words import spans
from tweetgen.domain import Nearest

# Posts of one segment that are compared whole: those with the longest runs, and the first of each likeness band.
_LONGEST_RUNS = 3
_OF_A_BAND = 2
# Where nothing else is near: posts compared that share the rarest telling words, and those of a segment looked through.
_OF_RARE_WORDS = 3
_SHARING = 150
# Less alike than this is not like at all.
_LEAST = 0.06
# Answers remembered: a candidate is asked about by the filter, then by the ranking.
_ANSWERS = 2000


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that stand in the text and in a post, in the same order."""

    words: int
    #: the first of them in the text, and the post's row
    start: int
    row: int


@dataclass(frozen=True, slots=True)
class _Answer:
    words: int
    run: str
    nearest: Nearest | None


@dataclass(frozen=True, slots=True)
class _View:
    """The index as it was at one moment, and what was answered since; replaced as a whole, for threads share it."""

    stamp: tuple[int, int, int]
    segments: tuple[Segment, ...]
    answers: dict[str, _Answer]


class OverlapIndex:
    """The index in a folder, as it is at each look-up; empty while nobody wrote it. Implements `interfaces.Corpus`.

    Words are compared without case, links, @names and punctuation. Raises `InputError` where a file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes = WordHashes()
        self._seen = _View((0, 0, 0), (), {})
        self._view()

    def __len__(self) -> int:
        """How many posts there are to compare with."""
        return sum(len(segment) for segment in self._view().segments)

    def shared_words(self, text: str) -> tuple[int, str]:
        """The longest run of words that the text shares with any post, and that run as the text spells it.

        (0, "") where it is shorter than `GRAM` words.
        """
        answer = self._answer(text)
        return answer.words, answer.run

    def nearest(self, text: str) -> Nearest | None:
        """The post it is most like, by likeness or by the share of its words that are one run of the post.

        Looked for among those that share `GRAM` words in a row or most of their runs of 5 characters; where there are
        none, among those that share rare words. None where that finds nothing either.
        """
        return self._answer(text).nearest

    def _answer(self, text: str) -> _Answer:
        view = self._view()
        found = view.answers.get(text)
        if found is None:
            if len(view.answers) >= _ANSWERS:
                view.answers.clear()
            found = view.answers[text] = self._look(text, view.segments)
        return found

    def _view(self) -> _View:
        view, newest = self._seen, stamp(self._folder)
        if newest != view.stamp:
            view = self._seen = _View(newest, open_segments(self._folder, view.segments), {})
        return view

    def _look(self, text: str, segments: Sequence[Segment]) -> _Answer:
        plain = bare(text)
        words = folded_words(plain)
        keys = gram_keys(np.array([self._hashes[word] for word in words], np.uint64))
        bands = likeness_keys_of(text)
        folded = fold(text[:KEPT])
        best: _Run | None = None
        nearest: tuple[tuple[float, float], Nearest] | None = None
        for segment in segments:
            runs = _longest_runs(segment, keys)
            if runs and (best is None or runs[0].words > best.words):
                best = runs[0]
            for near in _near(segment, runs, bands, folded, words):
                if nearest is None or near[0] > nearest[0]:
                    nearest = near
        if nearest is None:
            nearest = self._by_rare_words(segments, folded, words)
        quoted = "" if best is None else _quote(plain, best)
        return _Answer(0 if best is None else best.words, quoted, None if nearest is None else nearest[1])

    def _by_rare_words(
        self, segments: Sequence[Segment], folded: str, words: Sequence[str]
    ) -> "tuple[tuple[float, float], Nearest] | None":
        keys = np.array([self._hashes[word] for word in telling_words(words)], np.uint64)
        sharing = sorted((found for one in segments for found in _sharing(one, keys)), key=lambda found: -found[0])
        posts = [segment.post(row) for _, segment, row in sharing[:_OF_RARE_WORDS]]
        alike, author, text = max(
            ((likeness(folded, fold(text)), author, text) for author, text in posts), default=(0.0, "", "")
        )
        if alike < _LEAST:
            return None
        run = _common_run(words, folded_words(bare(text)))
        return (max(alike, run / len(words)), alike), Nearest(text, author, run, alike)


def _quote(text: str, run: _Run) -> str:
    """The words of a run with all that stands between them."""
    places = list(spans(text))
    return text[places[run.start][0] : places[run.start + run.words - 1][1]]


def _longest_runs(segment: Segment, keys: Keys) -> list[_Run]:
    """The longest runs that a text with these keys shares with posts of the segment, the longest first."""
    lows = np.searchsorted(segment.gram_keys, keys)
    known = np.flatnonzero(lows < len(segment.gram_keys))
    known = known[segment.gram_keys[lows[known]] == keys[known]]
    if not len(known):
        return []
    highs = np.searchsorted(segment.gram_keys, keys[known], side="right")
    bounds = zip(lows[known].tolist(), highs.tolist(), strict=True)
    places = [segment.gram_places[low:high] for low, high in bounds]
    starts = np.repeat(known, [len(each) for each in places])
    # Runs that continue each other lie on one diagonal, one step apart: they become numbers that follow each other.
    width = len(keys) + 1
    diagonal = (np.concatenate(places).astype(np.int64) - starts) * width + starts
    diagonal.sort()
    firsts = np.flatnonzero(np.append(True, np.diff(diagonal) != 1))
    lengths = np.diff(np.append(firsts, len(diagonal)))
    chosen = np.argsort(-lengths, kind="stable")[:_LONGEST_RUNS]
    runs = []
    for first, length in zip(diagonal[firsts[chosen]].tolist(), lengths[chosen].tolist(), strict=True):
        offset, start = divmod(first, width)
        runs.append(_Run(length + GRAM - 1, start, segment.row_of(offset + start)))
    return runs


def _near(
    segment: Segment, runs: Sequence[_Run], bands: Keys, folded: str, words: Sequence[str]
) -> Iterator[tuple[tuple[float, float], Nearest]]:
    """The posts of a segment that may be nearest, each with how near; of those as near, the more alike as a whole."""
    shared = {run.row: run.words for run in reversed(runs)}
    for row in [*shared, *(row for row in _like(segment, bands) if row not in shared)]:
        author, text = segment.post(row)
        alike = likeness(folded, fold(text))
        run = shared.get(row) or _common_run(words, folded_words(bare(text)))
        yield (max(alike, run / max(len(words), 1)), alike), Nearest(text, author, run, alike)


def _like(segment: Segment, bands: Keys) -> list[int]:
    """Rows that share a band with a text, each once."""
    lows = np.searchsorted(segment.band_keys, bands).tolist()
    rows: dict[int, None] = {}
    for key, low in zip(bands.tolist(), lows, strict=True):
        for place in range(low, min(low + _OF_A_BAND, len(segment.band_keys))):
            if segment.band_keys[place] != key:
                break
            rows[int(segment.band_rows[place])] = None
    return list(rows)


def _sharing(segment: Segment, keys: Keys) -> list[tuple[float, Segment, int]]:
    """The rows that share words with these keys and whose words are the rarest together, with how rare these are."""
    lows = np.searchsorted(segment.telling_keys, keys)
    counts = np.searchsorted(segment.telling_keys, keys, side="right") - lows
    rows: list[NDArray[np.uint32]] = []
    weights: list[float] = []
    left = _SHARING
    for place in np.argsort(counts, kind="stable").tolist():
        count = int(counts[place])
        if count and left > 0:
            rows.append(segment.telling_rows[lows[place] : lows[place] + min(count, left)])
            weights.append(float(np.log1p(len(segment) / count)))
            left -= len(rows[-1])
    if not rows:
        return []
    found, which = np.unique(np.concatenate(rows), return_inverse=True)
    rarity = np.bincount(which, np.repeat(weights, [len(each) for each in rows]))
    best = np.argsort(-rarity, kind="stable")[:_OF_RARE_WORDS]
    return [(float(rarity[one]), segment, int(found[one])) for one in best]


def _common_run(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words the longest run of both has."""
    length = 0
    while not _runs(one, length + 1).isdisjoint(_runs(other, length + 1)):
        length += 1
    return length


def _runs(words: Sequence[str], length: int) -> set[tuple[str, ...]]:
    return set(zip(*(words[start:] for start in range(length)), strict=False))
