"""One number for how far samples are from real posts, and how sure a difference of two such numbers is.

The score is the root of the weighted mean of squares of the distances below, each from 0 (as real posts are) to 1 (as
far off as `unit` says, or further): 0 is perfect, lower is better. The root of squares, so that a great fault in one
cannot be bought off by small gains in the others: a temperature of 0.1 pleases the judge of authors and repeats itself.

- Most distances have two sides. Texts more various than real posts, or with more new words, are as little like them as
  texts that are less; what is only ever a fault (copied posts, cut texts, a judge that knows us) has one side.
- A voice recognised more often than in real posts is exaggerated: half as far off as one that is not recognised.
- The two judges weigh double: they see what the other measures have no name for.
- Units are what nobody would put up with: half of the recognisable voice lost, one text in ten copied.
- What cannot be measured (a voice without other authors to tell it from) is left out, for all ways of writing alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tweetgen.pipeline.yardstick import Beside, Numbers

#: by its name each measure of ours and of real posts
Found: TypeAlias = dict[str, tuple[float, float]]
#: how often texts are drawn anew to tell how sure a difference is
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Term:
    """One distance of the score."""

    weight: float
    #: the distance that counts as 1
    unit: float
    #: of ours and the real posts' measure
    distance: Callable[[float, float], float]
    #: what it is, for the head of a column
    heading: str


def _either(ours: float, real: float) -> float:
    return abs(ours - real)


def _above(ours: float, real: float) -> float:
    return max(ours - real, 0.0)


def _voice(ours: float, real: float) -> float:
    return real - ours if ours < real else (ours - real) / 2


#: by the measure's name in `yardstick`; `apart` and `length` are made of both sides and held against what is perfect
TERMS: Mapping[str, Term] = {
    "voice": Term(2, 0.5, _voice, "right author"),
    "apart": Term(2, 0.5, _above, "told apart"),
    "new": Term(1, 0.3, _either, "new 4-grams"),
    "copied": Term(1, 0.1, _above, "copied"),
    "alike": Term(1, 0.25, _either, "self-BLEU"),
    "pairs": Term(1, 0.25, _either, "distinct-2"),
    "length": Term(1, 0.5, _above, "length off"),
    "cut": Term(1, 0.2, _above, "cut"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two scores: below 0 the first is better."""

    mean: float
    #: between these lie 95 % of the differences when texts are drawn anew
    low: float
    high: float

    @property
    def better(self) -> bool:
        """Whether the first is truly better: not by these texts alone."""
        return self.high < 0


def measures(beside: Beside, ours: Numbers | None = None, real: Numbers | None = None) -> Found:
    """By name each measure of ours and of real posts; weights say how often each text was drawn, once without."""
    ours = np.ones(len(beside.ours.lengths)) if ours is None else ours
    real = np.ones(len(beside.real.lengths)) if real is None else real
    found: Found = {}
    for name in ("voice", "new", "copied", "alike", "pairs"):
        mine, theirs = beside.ours.mean(name, ours), beside.real.mean(name, real)
        if mine is not None and theirs is not None:
            found[name] = (mine, theirs)
    pair = [side.mean("apart", weights) for side, weights in ((beside.ours, ours), (beside.real, real))]
    if pair[0] is not None and pair[1] is not None:
        found["apart"] = ((pair[0] + pair[1]) / 2, 0.5)
    theirs_long = beside.real.quantiles(real)
    off = float(np.abs(beside.ours.quantiles(ours) - theirs_long).mean())
    found["length"] = (off / max(float(theirs_long.mean()), 1.0), 0.0)
    if (cut := beside.ours.mean("cut", ours)) is not None:
        found["cut"] = (cut, 0.0)
    return found


def score(found: Found) -> float:
    """Of `measures`."""
    squares = weights = 0.0
    for name, pair in found.items():
        term = TERMS[name]
        squares += term.weight * min(term.distance(*pair) / term.unit, 1.0) ** 2
        weights += term.weight
    return float(np.sqrt(squares / weights)) if weights else 1.0


def difference(one: Beside, other: Beside, draws: int = DRAWS) -> Difference:
    """Of the first score less the second, by the paired bootstrap (Efron 1979): the same draw of places for both, as
    texts in one place have one seed; real posts are drawn anew as well."""
    random = np.random.default_rng(0)
    sizes = len(one.ours.lengths), len(one.real.lengths)
    found = np.empty(draws)
    for number in range(draws):
        weights = [np.bincount(random.integers(size, size=size), minlength=size).astype(float) for size in sizes]
        found[number] = score(measures(one, *weights)) - score(measures(other, *weights))
    low, high = np.quantile(found, (0.025, 0.975))
    return Difference(score(measures(one)) - score(measures(other)), float(low), float(high))
