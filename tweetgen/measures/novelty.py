"""How new samples are: posts repeated whole, the longest run of words copied, 4-grams nobody wrote before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tweetgen.corpus.words import spans
from tweetgen.domain import Json

#: Characters from which on a text is a long one.
LONG = 30
#: Words of a gram.
GRAM = 4
Gram: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Novelty:
    """What `novelty` found."""

    #: how many texts were looked at
    samples: int
    #: share of them whose words are, in order, those of a whole post; None without samples
    verbatim: float | None
    #: the same of the texts of 30 characters and more: anybody says "good morning"; None where there is none
    verbatim_long: float | None
    #: words of the longest run that stands in a sample and in a post
    longest_run: int
    #: that run as the sample spells it; "" where no word is shared
    longest_run_text: str
    #: share of the samples' 4-grams of words that are in no post; None where no sample has four words
    novel_4grams: float | None

    def to_json(self) -> dict[str, Json]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def novelty(samples: Sequence[str], corpus: Iterable[str]) -> Novelty:
    """Compare samples with the cleaned posts of a corpus: words alone count, without case and punctuation.

    The corpus is read once and never held: memory goes with the samples.
    """
    written = [_Text(sample) for sample in samples]
    grams = [gram for text in written for gram in _grams(text.words, GRAM)]
    unseen, whole, run = set(grams), {text.folded for text in written}, _LongestRun(written)
    copied: set[Gram] = set()
    for post in corpus:
        words = _Text(post)
        unseen.difference_update(_grams(words.words, GRAM))
        if words.folded in whole:
            copied.add(words.folded)
        run.compare(words.words)
    long = [text for text in written if text.is_long]
    return Novelty(
        samples=len(written),
        verbatim=_share(sum(text.folded in copied for text in written), len(written)),
        verbatim_long=_share(sum(text.folded in copied for text in long), len(long)),
        longest_run=run.length,
        longest_run_text=run.text,
        novel_4grams=_share(sum(gram in unseen for gram in grams), len(grams)),
    )


class Known:
    """What some posts say, read once, to hold many samples against; of their runs of words only hashes are kept."""

    def __init__(self, posts: Iterable[str]) -> None:
        self._grams: set[int] = set()
        self._whole: set[int] = set()
        for post in posts:
            text = _Text(post)
            self._grams.update(map(hash, _grams(text.words, GRAM)))
            self._whole.add(hash(text.folded))

    def new_of_each(self, samples: Sequence[str]) -> tuple[list[int], list[int]]:
        """Of each sample its 4-grams of words that no post has, and all of its 4-grams."""
        grams = [list(_grams(_Text(sample).words, GRAM)) for sample in samples]
        return [sum(hash(gram) not in self._grams for gram in own) for own in grams], list(map(len, grams))

    def copied_of_each(self, samples: Sequence[str]) -> tuple[list[bool], list[bool]]:
        """Of each sample whether it is long and a whole post's words, and whether it is long."""
        texts = [_Text(sample) for sample in samples]
        copied = [text.is_long and hash(text.folded) in self._whole for text in texts]
        return copied, [text.is_long for text in texts]


class _Text:
    """A text, where its words are, and the words without case."""

    __slots__ = ("spans", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = list(spans(text))
        self.words: Gram = tuple([text[start:end].casefold() for start, end in self.spans])

    @property
    def folded(self) -> Gram:
        """What makes two texts the same; a text without words is its own sign by sign."""
        return self.words or ("", self.text.casefold())

    @property
    def is_long(self) -> bool:
        """Whether nobody would write it by chance."""
        return len(self.text) >= LONG


class _LongestRun:
    """The longest run found so far, and the runs of the samples that would beat it."""

    def __init__(self, samples: Sequence[_Text]) -> None:
        self._samples = samples
        self.length, self.text = 0, ""
        self._longer = self._runs(1)

    def compare(self, words: Gram) -> None:
        """Find the runs of a post that are longer than any before."""
        while shared := self._longer.keys() & set(_grams(words, self.length + 1)):
            # Several runs of one length: the one that comes first in the samples, so that the answer is one.
            sample, start = min(self._longer[gram] for gram in shared)
            text, self.length = self._samples[sample], self.length + 1
            self.text = text.text[text.spans[start][0] : text.spans[start + self.length - 1][1]]
            self._longer = self._runs(self.length + 1)

    def _runs(self, length: int) -> dict[Gram, tuple[int, int]]:
        """Every run of so many words in the samples, with the sample and the word where it comes first."""
        runs: dict[Gram, tuple[int, int]] = {}
        for sample, text in enumerate(self._samples):
            for start, gram in enumerate(_grams(text.words, length)):
                runs.setdefault(gram, (sample, start))
        return runs


def _grams(words: Gram, length: int) -> Iterable[Gram]:
    return zip(*(words[start:] for start in range(length)), strict=False)


def _share(part: int, of: int) -> float | None:
    return part / of if of else None
