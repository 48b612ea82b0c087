"""Measure a model: bits per character by label beside simpler models', attribution, and what it writes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from math import log
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from tweetgen.corpus.evenly import evenly
from tweetgen.corpus.plain import plain
from tweetgen.domain import Json, Post
from tweetgen.errors import InputError
from tweetgen.measures.baselines import Baselines
from tweetgen.pipeline.samples import Judged
from tweetgen.pipeline.texts import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

Numbers: TypeAlias = "NDArray[np.float64]"
#: Told with rows done and rows in all.
Progress: TypeAlias = Callable[[int, int], None]

#: Rows scored between two looks at the progress: enough to keep all threads at work.
_BATCH = 2048


class Scorer(Protocol):
    """What likelihoods are asked of; `model.Model` offers it."""

    @property
    def authors(self) -> Sequence[str]:
        """Those it has a label for."""
        ...

    def log_likelihoods(self, texts: Sequence[str], authors: Sequence[str | None]) -> Sequence[float]:
        """Of each text as its author (None: nobody), in nats, the end of the post included."""
        ...


@dataclass(frozen=True, slots=True)
class Bits:
    """Bits per character with the author's own label, with none, and the mean over all other labels.

    None where there is nothing to measure: an author whom the model does not know, or no other one.
    """

    right: float | None
    none: float | None
    wrong: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on some posts; `right` and `wrong` on those whose author the model knows."""

    posts: int
    #: code points, and one more per post for its end
    characters: int
    bits_per_character: Bits

    def to_json(self) -> dict[str, Json]:
        bits = self.bits_per_character
        told: dict[str, Json] = {"right": bits.right, "none": bits.none, "wrong": bits.wrong}
        return {"posts": self.posts, "characters": self.characters, "bits_per_character": told}


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """What `measure` found."""

    total: Measured
    #: share of posts likeliest under their own author's label; None where that was not asked, or says nothing
    attribution: float | None
    #: by name
    authors: Mapping[str, Measured]
    #: those among them that the model has no label for, sorted
    unknown: Sequence[str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that `tweetgen evaluate` tells."""

    model: str
    likelihoods: Likelihoods
    #: what models without a network reach on the same posts; None where there was nothing to learn them from
    baselines: Baselines | None = None
    #: None where no sample was written, or there is no corpus to compare with
    judged: Judged | None = None

    def to_json(self) -> dict[str, Json]:
        found = self.likelihoods
        return {
            "model": self.model,
            **found.total.to_json(),
            "baselines": None if self.baselines is None else asdict(self.baselines),
            "attribution": found.attribution,
            "writing": None if self.judged is None else self.judged.to_json(),
            "authors": {author: measured.to_json() for author, measured in found.authors.items()},
        }


def plain_texts(posts: Iterable[Post]) -> Iterator[Text]:
    """Posts of a file as every measurement sees them, whatever cleaning a model was trained with."""
    for post in posts:
        if text := plain(post.text):
            yield Text(post.author, text)


def some(texts: Sequence[Text], most: int | None) -> list[Text]:
    """At most so many of the texts, evenly spread, always the same ones."""
    return list(texts) if most is None else evenly(texts, most)


def measure(
    scorer: Scorer, texts: Sequence[Text], quick: bool = False, progress: Progress | None = None
) -> Likelihoods:
    """Score each text as nobody, as its author and, unless `quick`, as every other author of the model.

    Bits per character are -log2 likelihood, end of post included, summed over posts, by their characters.
    Raises `InputError` where there is no text.
    """
    if not texts:
        raise InputError("evaluate", "there is no post to measure on", "give a FILE, or collect more posts")
    tally = _Tally(texts, [] if quick else scorer.authors, set(scorer.authors))
    rows, done = tally.rows(), 0
    while batch := list(islice(rows, _BATCH)):
        places, authors = zip(*batch, strict=True)
        tally.add(places, authors, scorer.log_likelihoods([texts[place].text for place in places], authors))
        done += len(batch)
        if progress is not None:
            progress(done, tally.count)
    return tally.summary()


class _Tally:
    """The bits of every text so far: memory goes with the texts, not with texts times authors."""

    def __init__(self, texts: Sequence[Text], labels: Sequence[str], known: Collection[str]) -> None:
        """`labels`: as whom each text is scored; `known`: whose are scored as their author at least."""
        self._texts, self._labels = texts, labels
        self._known = np.array([text.author in known for text in texts])
        self._characters = np.array([len(text.text) + 1 for text in texts])
        self._none, self._right, self._all = np.zeros((3, len(texts)))
        self._least = np.full(len(texts), np.inf)
        self.count = len(texts) * (1 + len(labels)) + (0 if labels else int(self._known.sum()))

    def rows(self) -> Iterator[tuple[int, str | None]]:
        """Each text with each label to score it with; those of like length side by side, to save padding."""
        for place in sorted(range(len(self._texts)), key=lambda place: len(self._texts[place].text)):
            yield place, None
            own = [self._texts[place].author] if self._known[place] else []
            yield from ((place, label) for label in self._labels or own)

    def add(self, places: Sequence[int], authors: Sequence[str | None], nats: Sequence[float]) -> None:
        for place, author, bits in zip(places, authors, np.asarray(nats) / -log(2), strict=True):
            if author is None:
                self._none[place] = bits
                continue
            self._all[place] += bits
            self._least[place] = min(self._least[place], bits)
            if author == self._texts[place].author:
                self._right[place] = bits

    def summary(self) -> Likelihoods:
        by_author: dict[str, list[int]] = {}
        for place, text in enumerate(self._texts):
            by_author.setdefault(text.author, []).append(place)
        places = {author: np.array(by_author[author]) for author in sorted(by_author)}
        compared = self._known.any() and len(self._labels) > 1
        hits = self._right[self._known] == self._least[self._known]
        return Likelihoods(
            total=self._measured(np.arange(len(self._texts))),
            attribution=float(hits.mean()) if compared else None,
            authors={author: self._measured(own) for author, own in places.items()},
            unknown=[author for author, own in places.items() if not self._known[own[0]]],
        )

    def _measured(self, places: "NDArray[np.intp]") -> Measured:
        known = places[self._known[places]]
        others = len(self._labels) - 1
        wrong = (self._all[known] - self._right[known]) / others if others > 0 else None
        return Measured(
            posts=len(places),
            characters=int(self._characters[places].sum()),
            bits_per_character=Bits(
                right=self._per_character(self._right[known], known),
                none=self._per_character(self._none[places], places),
                wrong=None if wrong is None else self._per_character(wrong, known),
            ),
        )

    def _per_character(self, bits: Numbers, places: "NDArray[np.intp]") -> float | None:
        return float(bits.sum() / self._characters[places].sum()) if len(places) else None
