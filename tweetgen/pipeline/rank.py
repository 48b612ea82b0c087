"""Kept candidates → the best and most varied few; docs/ranking.md says what each score means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt
from random import Random
from statistics import fmean, pstdev
from typing import Protocol, TypeAlias

from tweetgen.corpus.overlap.grams import bare, folded_words
from tweetgen.domain import Nearest
from tweetgen.interfaces import Corpus
from tweetgen.pipeline.filter import Judged
from tweetgen.settings import Ranking, Weights

#: shares by author; empty: nobody
Voice: TypeAlias = Mapping[str, float]
#: all scores in one number, higher is better
Overall: TypeAlias = Callable[[Mapping[str, float]], float]
#: in the order in which they are shown
SCORES = ("author", "fluency", "novelty", "variety")

# Spread of a voice of which there are too few posts to tell it, in nats per character.
_LEAST_SPREAD = 0.02


class Scorer(Protocol):
    """What likelihoods are asked of; `model.Model` offers it."""

    def log_likelihoods(self, texts: Sequence[str], authors: Sequence[Voice | None]) -> Sequence[float]:
        """Of each text under its voice (None: nobody), in nats, the end of the post included."""
        ...


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely a text is, in nats per character, its end counted as one."""

    #: under the voice
    voiced: float
    #: more than under nobody's
    gain: float


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual among the real posts of a voice: mean and standard deviation."""

    voiced: tuple[float, float]
    gain: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate that goes to review."""

    #: its place among the candidates that were ranked
    place: int
    judged: Judged
    #: by name, each from 0 to 1, higher is better
    scores: Mapping[str, float]
    #: all of them in one number, 0 to 1
    score: float
    nearest: Nearest | None
    #: whatever its score
    at_random: bool = False


def likelihoods(scorer: Scorer, texts: Sequence[str], voices: Sequence[Voice]) -> list[Likelihood]:
    """Of each text under its voice, all asked for in one batch."""
    if not texts:
        return []
    asked: list[Voice | None] = [*voices, *([None] * len(texts))]
    nats = scorer.log_likelihoods([*texts, *texts], asked)
    pairs = zip(texts, nats[: len(texts)], nats[len(texts) :], strict=True)
    return [Likelihood(voiced / (len(text) + 1), (voiced - none) / (len(text) + 1)) for text, voiced, none in pairs]


def usual(known: Sequence[Likelihood]) -> Usual:
    """What is usual among these, at least two."""
    return Usual(_spread([one.voiced for one in known]), _spread([one.gain for one in known]))


def rank(
    kept: Sequence[Judged],
    likely: Sequence[Likelihood],
    among: Usual,
    corpus: Corpus,
    recent: Sequence[str],
    ranking: Ranking,
    keep: int,
    overall: Overall,
    chance: Random,
) -> list[Ranked]:
    """At most `keep` candidates in the order chosen: each time the best, counting how unlike it is to those chosen
    before and to `recent` texts (maximal marginal relevance, Carbonell and Goldstein 1998), or one at random.

    `likely`: of each candidate; `among`: the real posts that they are measured by.
    """
    both = zip(kept, likely, strict=True)
    waiting = [_measured(place, judged, own, among, corpus) for place, (judged, own) in enumerate(both)]
    texts = [one.judged.candidate.text for one in waiting]
    closest = _alike(texts, recent)
    chosen: list[Ranked] = []
    while waiting and len(chosen) < keep:
        for place, one in enumerate(waiting):
            scores = {**one.scores, "variety": 1 - closest[place]}
            waiting[place] = replace(one, scores=scores, score=overall(scores))
        at_random = chance.random() < ranking.explore
        best = max(range(len(waiting)), key=lambda place: waiting[place].score)
        place = chance.randrange(len(waiting)) if at_random else best
        chosen.append(replace(waiting.pop(place), at_random=at_random))
        text = texts.pop(place)
        closest.pop(place)
        closest = [max(pair) for pair in zip(closest, _alike(texts, [text]), strict=True)]
    return chosen


def weighted(weights: Weights) -> Overall:
    """The default ranker: the mean of the scores, weighted as the account file says."""
    shares = {name: float(getattr(weights, name)) for name in SCORES}
    total = sum(shares.values()) or 1.0

    def overall(scores: Mapping[str, float]) -> float:
        return sum(share * scores.get(name, 0.0) for name, share in shares.items()) / total

    return overall


def _measured(place: int, judged: Judged, likely: Likelihood, among: Usual, corpus: Corpus) -> Ranked:
    nearest = corpus.nearest(judged.candidate.text)
    less_like = _share_below(likely.voiced, among.voiced)
    scores = {
        "author": _share_below(likely.gain, among.gain),
        # too likely is bland, too unlikely is broken: both are unusual
        "fluency": 2 * min(less_like, 1 - less_like),
        "novelty": 1 - _owed(judged.candidate.text, nearest),
    }
    return Ranked(place, judged, scores, 0.0, nearest)


def _owed(text: str, nearest: Nearest | None) -> float:
    """How much of a text is the nearest post's: by runs of characters, or by the longest run of words."""
    if nearest is None:
        return 0.0
    words = len(folded_words(bare(text)))
    return min(max(nearest.likeness, nearest.shared_words / max(words, 1)), 1.0)


def _alike(texts: Sequence[str], others: Sequence[str]) -> list[float]:
    """How like each text is to the one of the others that it is most like, 0 to 1."""
    from rapidfuzz import fuzz, process, utils

    if not texts or not others:
        return [0.0] * len(texts)
    found = process.cdist(
        texts, others, scorer=fuzz.ratio, processor=utils.default_process
    )  # (texts, others), per cent
    return [float(most) / 100 for most in found.max(axis=1)]


def _spread(values: Sequence[float]) -> tuple[float, float]:
    return fmean(values), max(pstdev(values), _LEAST_SPREAD)


def _share_below(value: float, spread: tuple[float, float]) -> float:
    """The share of a normal distribution that lies below a value."""
    mean, deviation = spread
    return 0.5 * erfc((mean - value) / (deviation * sqrt(2)))
