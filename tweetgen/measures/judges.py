"""Judges that never saw our network: which author wrote a text, and whether a person did; logistic regression on
runs of words and characters, trained on real posts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True, slots=True)
class Told:
    """Which real posts and which of ours a judge was asked about, and whether it was right."""

    #: places of real posts, and of ours
    places: "tuple[NDArray[np.intp], NDArray[np.intp]]"
    right: "tuple[NDArray[np.bool_], NDArray[np.bool_]]"


def attributed(learnt: Sequence[Signed], real: Sequence[Signed], ours: Sequence[Signed]) -> Attributed | None:
    """Judge who wrote what; None where there are fewer than two authors or nothing to judge.

    Raises `MissingDependency` without scikit-learn.
    """
    return AuthorJudge(learnt, real).attributed(ours)


class AuthorJudge:
    """The judge of authors; it learns when it is first asked, and is then ready for more."""

    def __init__(self, learnt: Sequence[Signed], real: Sequence[Signed]) -> None:
        """`real`: posts it does not learn from."""
        self._learnt = learnt
        self._authors = {author for author, _ in learnt}
        self._real = [each for each in real if each[0] in self._authors]

    def attributed(self, ours: Sequence[Signed]) -> Attributed | None:
        """As `attributed`."""
        ours = [each for each in ours if each[0] in self._authors]
        if len(self._authors) < 2 or not self._real or not ours:
            return None
        guessed = self._judge.predict([text for _, text in ours])
        confusion: dict[str, Counter[str]] = {}
        for (author, _), guess in zip(ours, guessed, strict=True):
            confusion.setdefault(author, Counter())[str(guess)] += 1
        return Attributed(
            real=self._on_real,
            ours=_share(guessed, ours),
            confusion={
                author: {guess: count / found.total() for guess, count in sorted(found.items())}
                for author, found in sorted(confusion.items())
            },
        )

    def right_of_each(self, signed: Sequence[Signed]) -> list[bool] | None:
        """Whether each text is given to its author; None where there are fewer than two authors, or no text."""
        if len(self._authors) < 2 or not signed:
            return None
        guessed = self._judge.predict([text for _, text in signed])
        return [guess == author for guess, (author, _) in zip(guessed, signed, strict=True)]

    @cached_property
    def _judge(self) -> Any:
        chosen, judge = _some(self._learnt), _judge()
        judge.fit([text for _, text in chosen], [author for author, _ in chosen])
        return judge

    @cached_property
    def _on_real(self) -> float:
        return _share(self._judge.predict([text for _, text in self._real]), self._real)


def told_apart(real: Sequence[str], ours: Sequence[str], seed: int = 0) -> float | None:
    """How often the judge knows a real post from one of ours, cross-validated on as many of each: 0.5 is chance.

    None where there are too few. Raises `MissingDependency` without scikit-learn.
    """
    found = told_of_each(real, ours, seed)
    return None if found is None else float(np.concatenate(found.right).mean())


def told_of_each(real: Sequence[str], ours: Sequence[str], seed: int = 0) -> Told | None:
    """As `told_apart`, text by text."""
    count = min(len(real), len(ours))
    if count < _LEAST:
        return None
    draw = np.random.default_rng(seed)
    places = [draw.permutation(len(each))[:count] for each in (real, ours)]
    texts = [each[place] for each, chosen in zip((real, ours), places, strict=True) for place in chosen]
    written = np.repeat([0, 1], count)
    fold = np.concatenate([draw.permutation(count) % _FOLDS for _ in range(2)])
    right = np.zeros(len(texts), bool)
    for part in range(_FOLDS):
        judge = _judge()
        rest = np.flatnonzero(fold != part)
        judge.fit([texts[place] for place in rest], written[rest])
        asked = np.flatnonzero(fold == part)
        right[asked] = judge.predict([texts[place] for place in asked]) == written[asked]
    return Told((places[0], places[1]), (right[:count], right[count:]))


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


def _share(guessed: Sequence[str], signed: Sequence[Signed]) -> float:
    return float(np.mean([guess == author for guess, (author, _) in zip(guessed, signed, strict=True)]))
