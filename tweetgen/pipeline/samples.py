"""What a model writes, measured beside what its authors wrote: whose it sounds, how new, how various, how long."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from tweetgen.corpus.evenly import evenly
from tweetgen.domain import Candidate, Json
from tweetgen.errors import MissingDependency
from tweetgen.measures.judges import Attributed, AuthorJudge, told_apart
from tweetgen.measures.novelty import Novelty, novelty
from tweetgen.measures.variety import Lengths, Variety, lengths, variety
from tweetgen.pipeline.texts import Text
from tweetgen.settings import Writing

#: texts at most among which variety is measured
_VARIOUS = 1000


class Writer(Protocol):
    """What samples are asked of; `model.Model` offers it."""

    @property
    def authors(self) -> Sequence[str]:
        """Those it has a label for."""
        ...

    def candidates(
        self, n: int = 1, author: str | None = None, prefix: str = "", seed: int | None = None, **writing: Any
    ) -> Sequence[Candidate]:
        """So many texts as an author (None: nobody), the same for the same seed."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """One text that a model wrote to be measured."""

    #: None: as nobody
    author: str | None
    text: str
    #: False if it was cut at the longest length allowed
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of a model's samples; `real` are the same measures of real posts that it never learnt from."""

    samples: int
    novelty: Novelty
    real_novelty: Novelty | None
    variety: Variety
    real_variety: Variety | None
    lengths: Lengths | None
    #: None where scikit-learn is missing, or there are too few authors or texts
    attributed: Attributed | None
    #: how often a judge knows a real post from one of ours; 0.5 is chance
    told_apart: float | None

    def to_json(self) -> dict[str, Json]:
        told: dict[str, Json] = asdict(self)
        if self.attributed is not None:
            told["attributed"] = {**asdict(self.attributed), "kept": self.attributed.kept}
        return told


def write_samples(
    writer: Writer, count: int, seed: int, writing: Writing | None = None, authors: Sequence[str] | None = None
) -> list[Sample]:
    """So many texts, shared evenly among `authors`, or the model's own (among some of them, where they are more)."""
    voices: Sequence[str | None] = list(writer.authors if authors is None else authors) or [None]
    options = {} if writing is None else asdict(writing)
    options.pop("candidates", None)
    return [
        Sample(author, written.text, written.complete)
        for number, (author, share) in enumerate(shared_out(count, voices).items())
        # each author's seeds are far from the others'
        for written in writer.candidates(share, author, seed=seed + (number << 32), **options)
    ]


def shared_out(count: int, voices: Sequence[str | None]) -> Counter[str | None]:
    """How many texts each voice writes: as many as the others or one more; some write none, where voices are more."""
    return Counter(voices[place * len(voices) // count] for place in range(count))


def judge_samples(
    samples: Sequence[Sample], learnt: Sequence[Text], real: Sequence[Text], quick: bool = False
) -> Judged:
    """Compare samples with the posts a model learnt from, and with real ones it did not.

    `quick` asks no judge; where scikit-learn is missing none is asked either.
    """
    return Judging(learnt, real, quick).judge(samples)


class Judging:
    """What samples are compared with, made ready once for any number of batches of them."""

    def __init__(self, learnt: Sequence[Text], real: Sequence[Text], quick: bool = False) -> None:
        """As `judge_samples`."""
        self._real, self._quick = real, quick
        self._others = [text.text for text in real]
        self._posts = [text.text for text in learnt]
        self._judge = AuthorJudge(
            [(text.author, text.text) for text in learnt], [(text.author, text.text) for text in real]
        )
        #: by how many they are
        self._novelty_of_real: dict[int, Novelty] = {}

    def judge(self, samples: Sequence[Sample]) -> Judged:
        """All that is to be found of one batch."""
        texts = [sample.text for sample in samples]
        like = evenly(self._others, len(texts))
        # of as many of either: the more texts, the fewer of their words are new
        various = min(_VARIOUS, len(texts), len(like) or len(texts))
        whose, apart = (None, None) if self._quick else self._asked(samples)
        cut, beside = sum(not sample.complete for sample in samples), self._others or self._posts
        return Judged(
            samples=len(samples),
            novelty=novelty(texts, [*self._posts, *self._others]),
            real_novelty=self._novel(like) if like else None,
            variety=variety(evenly(texts, various)),
            real_variety=variety(evenly(like, various)) if like else None,
            lengths=lengths(texts, beside, cut) if texts and beside else None,
            attributed=whose,
            told_apart=apart,
        )

    def _novel(self, like: Sequence[str]) -> Novelty:
        if len(like) not in self._novelty_of_real:
            self._novelty_of_real[len(like)] = novelty(like, self._posts)
        return self._novelty_of_real[len(like)]

    def _asked(self, samples: Sequence[Sample]) -> tuple[Attributed | None, float | None]:
        ours = [(sample.author, sample.text) for sample in samples if sample.author is not None]
        try:
            whose = self._judge.attributed(ours)
            return whose, told_apart(_even(self._real, samples), [sample.text for sample in samples])
        except MissingDependency:
            return None, None


def _even(real: Sequence[Text], samples: Sequence[Sample]) -> list[str]:
    """Real posts by the same authors as the samples and as many of each, as far as there are: nothing but the hand
    that wrote them shall tell the two apart. As nobody's, any will do."""
    wanted = Counter(sample.author for sample in samples)
    if set(wanted) == {None}:
        return [text.text for text in real][: len(samples)]
    chosen = []
    for text in real:
        if wanted[text.author] > 0:
            wanted[text.author] -= 1
            chosen.append(text.text)
    return chosen
