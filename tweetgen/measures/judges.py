"""Judges that never saw our network: which author wrote a text, and whether a person did; logistic regression on
runs of words and characters, trained on real posts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tweetgen.errors import MissingDependency

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: real posts of one author that a judge learns from
_MOST = 2000
#: parts of a cross-validation
_FOLDS = 5
_LEAST = 2 * _FOLDS

#: a text and who wrote it
Signed = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Attributed:
    """What the judge of authors says."""

    #: share of real posts, unseen by it, given to their author
    real: float
    #: share of our candidates given to the author they were written as
    ours: float
    #: by author, then by the author named instead: shares of our candidates
    confusion: dict[str, dict[str, float]]

    @property
    def kept(self) -> float:
        """Our accuracy as a share of the real posts'."""
        return self.ours / self.real if self.real else 0.0


def attributed(learnt: Sequence[Signed], real: Sequence[Signed], ours: Sequence[Signed]) -> Attributed | None:
    """Judge who wrote what; None where there are fewer than two authors or nothing to judge.

    Raises `MissingDependency` without scikit-learn.
    """
    authors = sorted({author for author, _ in learnt})
    real = [each for each in real if each[0] in authors]
    ours = [each for each in ours if each[0] in authors]
    if len(authors) < 2 or not real or not ours:
        return None
    chosen = _some(learnt)
    judge = _judge()
    judge.fit([text for _, text in chosen], [author for author, _ in chosen])
    guessed = judge.predict([text for _, text in ours])
    confusion: dict[str, Counter[str]] = {}
    for (author, _), guess in zip(ours, guessed, strict=True):
        confusion.setdefault(author, Counter())[str(guess)] += 1
    return Attributed(
        real=_share(judge.predict([text for _, text in real]), real),
        ours=_share(guessed, ours),
        confusion={
            author: {guess: count / found.total() for guess, count in sorted(found.items())}
            for author, found in sorted(confusion.items())
        },
    )


def told_apart(real: Sequence[str], ours: Sequence[str], seed: int = 0) -> float | None:
    """How often the judge knows a real post from one of ours, cross-validated on as many of each: 0.5 is chance.

    None where there are too few. Raises `MissingDependency` without scikit-learn.
    """
    count = min(len(real), len(ours))
    if count < _LEAST:
        return None
    draw = np.random.default_rng(seed)
    texts = [each[place] for each in (real, ours) for place in draw.permutation(len(each))[:count]]
    written = np.repeat([0, 1], count)
    fold = np.concatenate([draw.permutation(count) % _FOLDS for _ in range(2)])
    right = 0
    for part in range(_FOLDS):
        judge = _judge()
        rest = np.flatnonzero(fold != part)
        judge.fit([texts[place] for place in rest], written[rest])
        asked = np.flatnonzero(fold == part)
        right += int((judge.predict([texts[place] for place in asked]) == written[asked]).sum())
    return right / len(texts)


def _judge() -> Any:
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline, make_union
    except ImportError as error:
        raise MissingDependency("scikit-learn", "judging who wrote what", "evaluate") from error
    common: dict[str, Any] = {"sublinear_tf": True, "min_df": 2, "dtype": np.float32}
    by_word = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\w+|[^\w\s]", **common)
    by_character = TfidfVectorizer(analyzer="char", ngram_range=(2, 4), lowercase=False, max_features=200_000, **common)
    return make_pipeline(make_union(by_word, by_character), LogisticRegression(C=10, max_iter=200, tol=1e-3))


def _some(signed: Sequence[Signed]) -> list[Signed]:
    """At most so many of each author, the first of them."""
    taken: Counter[str] = Counter()
    chosen = []
    for author, text in signed:
        taken[author] += 1
        if taken[author] <= _MOST:
            chosen.append((author, text))
    return chosen


def _share(guessed: "NDArray[Any]", signed: Sequence[Signed]) -> float:
    return float(np.mean([guess == author for guess, (author, _) in zip(guessed, signed, strict=True)]))
