"""How various some texts are among themselves, and how their lengths compare with real ones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from tweetgen.corpus.words import words

#: BLEU's longest run of words
_LONGEST = 4
Gram = tuple[str, ...]
#: of each text a part of a sum and of what it is divided by: measures that can be drawn anew
Parts = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Variety:
    """Among the words of some texts; None where there are too few words to tell."""

    #: different words, as a share of all words (Li et al. 2016)
    distinct_1: float | None
    #: the same of pairs of neighbours
    distinct_2: float | None
    #: mean BLEU-4 of each text against all others (Zhu et al. 2018): 1 = they say the same
    self_bleu: float | None


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long texts are beside how long real ones are, in characters."""

    #: mean length
    mean: float
    #: of the real ones
    real_mean: float
    #: earth mover's distance of the two distributions: by how many characters a text is off, at best
    distance: float
    #: share cut at the longest length allowed; None where nobody says which
    cut: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How texts and real ones share out over classes of length."""

    #: the middle of each class, in characters, rising
    middles: Sequence[float]
    #: share of the texts in each class
    ours: Sequence[float]
    real: Sequence[float]


def variety(texts: Sequence[str]) -> Variety:
    """Words count without case and punctuation."""
    split = _split(texts)
    return Variety(_distinct(split, 1), _distinct(split, 2), _self_bleu([each for each in split if each]))


def distinct_of_each(texts: Sequence[str], length: int) -> Parts:
    """What each text adds to the different runs of so many words, and to all of them: one that stands in the texts
    three times is a third of a different one at each of its places."""
    counts = [_grams(text, length) for text in _split(texts)]
    total: Counter[Gram] = Counter()
    for own in counts:
        total.update(own)
    different = [sum(count / total[gram] for gram, count in own.items()) for own in counts]
    return np.array(different, float), np.array([own.total() for own in counts], float)


def self_bleu_of_each(texts: Sequence[str]) -> Parts:
    """BLEU-4 of each text that has words against all others, and 1 for each such text; zeros where there is but one."""
    split = _split(texts)
    spoken = np.array([bool(each) for each in split], bool)
    found = np.zeros(len(split))
    if spoken.sum() < 2:
        return found, found.copy()
    found[spoken] = _bleu_of_each([each for each in split if each])
    return found, spoken.astype(float)


def lengths(texts: Sequence[str], real: Sequence[str], cut: int | None = None) -> Lengths:
    """Compare lengths; `cut`: how many of the texts were cut. Neither may be empty."""
    ours, theirs = (np.sort([len(text) for text in each]).astype(float) for each in (texts, real))
    shares = np.linspace(0, 1, 1001)
    distance = np.abs(np.quantile(ours, shares) - np.quantile(theirs, shares)).mean()
    return Lengths(
        float(ours.mean()), float(theirs.mean()), float(distance), None if cut is None else cut / len(texts)
    )


def spread(texts: Sequence[str], real: Sequence[str], classes: int = 14) -> Spread:
    """Classes of equal width from no character to the longest of either; neither may be empty."""
    ours, theirs = (np.array([len(text) for text in each]) for each in (texts, real))
    width = max(1, -(-int(max(ours.max(), theirs.max()) + 1) // classes))
    shares = [np.bincount(each // width, minlength=classes) / len(each) for each in (ours, theirs)]
    middles = [(place + 0.5) * width for place in range(classes)]
    return Spread(middles, shares[0].tolist(), shares[1].tolist())


def _grams(text: Sequence[str], length: int) -> Counter[Gram]:
    return Counter(zip(*(text[start:] for start in range(length)), strict=False))


def _distinct(split: Sequence[Sequence[str]], length: int) -> float | None:
    counted: Counter[Gram] = Counter()
    for text in split:
        counted += _grams(text, length)
    return len(counted) / counted.total() if counted else None


def _split(texts: Sequence[str]) -> list[list[str]]:
    return [[word.casefold() for word in words(text)] for text in texts]


def _self_bleu(split: Sequence[Sequence[str]]) -> float | None:
    return float(_bleu_of_each(split).mean()) if len(split) > 1 else None


def _bleu_of_each(split: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Each text's clipped n-gram precisions against all others, add-one smoothed above unigrams (Lin & Och 2004)."""
    precisions = np.zeros((len(split), _LONGEST))
    for length in range(1, _LONGEST + 1):
        counted = [_grams(text, length) for text in split]
        most = _two_highest(counted)
        more = 0 if length == 1 else 1
        for place, own in enumerate(counted):
            shared = sum(min(count, _elsewhere(most[gram], count)) for gram, count in own.items())
            # a text of one word that nobody shares: the smallest share that is one at all
            precisions[place, length - 1] = max(shared + more, 0.5) / max(own.total() + more, 1)
    sizes = Counter(len(text) for text in split)
    brevity = [_brevity(len(text), sizes) for text in split]
    found: NDArray[np.float64] = np.exp(np.log(precisions).mean(axis=1)) * brevity
    return found


def _two_highest(counted: Sequence[Counter[Gram]]) -> dict[Gram, tuple[int, int]]:
    """Of each run the highest count in any text, and the second highest."""
    most: dict[Gram, tuple[int, int]] = {}
    for own in counted:
        for gram, count in own.items():
            first, second = most.get(gram, (0, 0))
            most[gram] = (count, first) if count > first else (first, max(second, count))
    return most


def _elsewhere(highest: tuple[int, int], own: int) -> int:
    """The highest count in any other text."""
    first, second = highest
    return second if own == first else first


def _brevity(size: int, sizes: Counter[int]) -> float:
    """A text shorter than the other one that is nearest in length is worth less."""
    if sizes[size] > 1:
        return 1.0
    nearest = min((each for each in sizes if each != size), key=lambda each: (abs(each - size), each))
    return 1.0 if size >= nearest else exp(1 - nearest / size)
