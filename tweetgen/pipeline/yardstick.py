"""Samples beside real posts, measured text by text, so that drawing texts anew tells how sure the measures are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tweetgen.errors import InputError
from tweetgen.measures.judges import AuthorJudge, told_of_each
from tweetgen.measures.novelty import Known
from tweetgen.measures.variety import Parts, distinct_of_each, self_bleu_of_each
from tweetgen.pipeline.evaluate import some
from tweetgen.pipeline.samples import Sample
from tweetgen.pipeline.texts import Text

#: real posts without which ways of writing cannot be told apart
LEAST = 20
#: whose posts the judge of authors tells apart, and of how many posts each it learns
_AUTHORS, _OF_EACH = 16, 1000
_SHARES = np.linspace(0, 1, 201)
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Each:
    """Measures of some texts as what each adds to a sum and to what it is divided by: a mean under any weights."""

    parts: Mapping[str, Parts]
    #: in characters, rising, and whose they are
    lengths: Numbers
    order: NDArray[np.intp]

    @classmethod
    def of(cls, texts: Sequence[str], parts: Mapping[str, Parts]) -> "Each":
        lengths = np.array([len(text) for text in texts], float)
        order = np.argsort(lengths, kind="stable")
        return cls(parts, lengths[order], order)

    def mean(self, name: str, weights: Numbers) -> float | None:
        """None where nothing can be said."""
        if name not in self.parts:
            return None
        part, whole = self.parts[name]
        below = float(weights @ whole)
        return float(weights @ part) / below if below else None

    def quantiles(self, weights: Numbers) -> Numbers:
        """The lengths below which each share of the texts lies; weights are how often each text was drawn."""
        drawn = np.repeat(self.lengths, weights[self.order].astype(int))
        found: Numbers = np.quantile(drawn, _SHARES)
        return found


@dataclass(frozen=True)
class Beside:
    """Some samples, and the real posts that they are held against."""

    ours: Each
    real: Each


class Yardstick:
    """Real posts, made ready once for any number of batches of samples; all of them are as many of each author."""

    def __init__(self, learnt: Sequence[Text], real: Sequence[Text], count: int) -> None:
        """`real`: never learnt from; `count`: the most of them that are held against a batch.

        Raises `InputError` where there are too few, `MissingDependency` without scikit-learn.
        """
        if len(real) < LEAST:
            why = f"there are {len(real)} held-out posts; under {LEAST} no two ways of writing can be told apart"
            raise InputError("tune", why, "collect more posts: one in ten is held out")
        self.real = _evenly(real, count)
        self._texts = [text.text for text in self.real]
        signed = [(text.author, text.text) for text in self.real]
        self._judge = AuthorJudge(_contrasts(learnt, {text.author for text in self.real}), signed)
        self._known = Known(text.text for text in learnt)
        self._of_real = {**self._news(self._texts), "voice": _counted(self._judge.right_of_each(signed), len(signed))}

    def beside(self, samples: Sequence[Sample]) -> Beside:
        """Measure one batch."""
        texts = [sample.text for sample in samples]
        several = min(len(texts), len(self._texts))
        signed = [(sample.author or "", sample.text) for sample in samples]
        apart, real_apart = _apart(self._texts, texts)
        complete = np.array([sample.complete for sample in samples], bool)
        ours = {
            **self._news(texts),
            **_various(texts, several),
            "voice": _counted(self._judge.right_of_each(signed), len(texts)),
            "apart": apart,
            "cut": ((~complete).astype(float), np.ones(len(texts))),
        }
        real = {**self._of_real, **_various(self._texts, several), "apart": real_apart}
        return Beside(Each.of(texts, ours), Each.of(self._texts, real))

    def _news(self, texts: Sequence[str]) -> dict[str, Parts]:
        new, copied = self._known.new_of_each(texts), self._known.copied_of_each(texts)
        return {"new": _parts(*new), "copied": _parts(*copied)}


def as_one(texts: Sequence[Text], authors: Mapping[str, float], name: str) -> list[Text]:
    """The texts with the authors of a voice (nobody's: all) under one name: a blend is held against any of them."""
    return [text._replace(author=name) if text.author in authors or not authors else text for text in texts]


def in_proportion(texts: Sequence[Text], voice: Mapping[str, float]) -> list[Text]:
    """As many of each author of a voice as fit its shares, as far as the texts go; of nobody's voice all."""
    if not voice:
        return list(texts)
    own = {author: [text for text in texts if text.author == author] for author in voice}
    spoken = {author: share for author, share in voice.items() if share and own[author]}
    if not spoken:
        return []
    whole = min(len(own[author]) / share for author, share in spoken.items())
    return [text for author, share in spoken.items() for text in some(own[author], max(round(whole * share), 1))]


def _evenly(texts: Sequence[Text], count: int) -> list[Text]:
    """At most so many, as many of each author as there are."""
    found = Counter(text.author for text in texts)
    chosen: list[Text] = []
    for place, author in enumerate(sorted(found, key=lambda author: found[author])):
        left = (count - len(chosen)) // (len(found) - place)
        chosen += some([text for text in texts if text.author == author], left) if left else []
    return chosen


def _contrasts(learnt: Sequence[Text], own: set[str]) -> list[tuple[str, str]]:
    """What the judge of authors learns: evenly of those that are measured and of others, those with most posts."""
    found = Counter(text.author for text in learnt)
    others = [author for author, _ in found.most_common() if author not in own]
    by_author: dict[str, list[Text]] = {author: [] for author in [*sorted(own), *others[: max(_AUTHORS - len(own), 1)]]}
    for text in learnt:
        if text.author in by_author:
            by_author[text.author].append(text)
    return [(text.author, text.text) for texts in by_author.values() for text in some(texts, _OF_EACH)]


def _apart(real: Sequence[str], ours: Sequence[str]) -> tuple[Parts, Parts]:
    """Whether the judge of real and written texts was right, of ours and of the real ones."""
    sides = [(np.zeros(len(ours)), np.zeros(len(ours))), (np.zeros(len(real)), np.zeros(len(real)))]
    if (told := told_of_each(real, ours)) is not None:
        for (right, asked), places, found in zip(sides, told.places[::-1], told.right[::-1], strict=True):
            right[places], asked[places] = found, 1
    return sides[0], sides[1]


def _various(texts: Sequence[str], several: int) -> dict[str, Parts]:
    """Among so many of them, evenly spread: the more texts, the fewer of their words are new."""
    places = np.arange(several) * len(texts) // max(several, 1)
    chosen = [texts[place] for place in places.tolist()]
    found: dict[str, Parts] = {}
    for name, own in (("pairs", distinct_of_each(chosen, 2)), ("alike", self_bleu_of_each(chosen))):
        part, whole = np.zeros((2, len(texts)))
        part[places], whole[places] = own
        found[name] = (part, whole)
    return found


def _counted(right: Sequence[bool] | None, count: int) -> Parts:
    return _parts(right, [True] * count) if right is not None else (np.zeros(count), np.zeros(count))


def _parts(part: Sequence[float], whole: Sequence[float]) -> Parts:
    return np.array(part, float), np.array(whole, float)
