"""The likeliest ways on from a text, each up to the end of a word, whatever pieces the vocabulary has."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import Floats, one_blas_thread
from tweetgen.model.network import Network, State
from tweetgen.model.prefix import Prefix, heal
from tweetgen.model.truncation import FORBIDDEN, exponentiate
from tweetgen.model.utf8 import WHOLE, Utf8
from tweetgen.model.vocabulary.base import END, Vocabulary

#: may stand inside a word, and begin one
_INSIDE, _BEFORE = "'’-", "#@$"
#: texts followed at a time, and pieces at most in one word
_WIDTH = 48
_DEPTH = 24


@dataclass(frozen=True)
class Continuation:
    """What may come next."""

    #: to be appended to the text; empty: the post ends here
    text: str
    #: of this rather than any other way on, at temperature 1; spellings too rare to be followed are not in it
    probability: float


@dataclass(frozen=True)
class _Path:
    """A beginning of a word."""

    spelling: bytes
    probability: float
    utf8: int
    #: the row of the state it goes on from, and the token that does
    row: int
    token: int


def continuations(
    network: Network, vocabulary: Vocabulary, utf8: Utf8, text: str, labels: Floats, count: int
) -> list[Continuation]:
    """The `count` likeliest, each a word with the white space before it, a sign, or the end; in that order.

    A search over the likeliest pieces, breadth first. A word is whole where the next piece begins another;
    its probability is the sum over its spellings. `labels` is one row.
    """
    prefix = heal(vocabulary, text)
    with one_blas_thread():
        state = network.start(network.constants(labels))
        for token in (END, *prefix.tokens):
            network.read(state, np.array([token]))
        found = _Search(network, vocabulary, utf8).run(state, prefix, len(text.encode()), count)
    likeliest = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [Continuation(spelling, probability) for spelling, probability in likeliest[:count]]


class _Search:
    def __init__(self, network: Network, vocabulary: Vocabulary, utf8: Utf8) -> None:
        self._network = network
        self._bytes = vocabulary.token_bytes
        self._utf8 = utf8
        self._others = _others(self._bytes)
        self._found: dict[str, float] = defaultdict(float)

    def run(self, state: State, prefix: Prefix, length: int, count: int) -> dict[str, float]:
        """Probability by continuation; `state` has read the prefix, whose text is `length` bytes long."""
        read = b"".join(self._bytes[token] for token in prefix.tokens)
        owed = length - len(read)  # bytes of the text that the first piece begins with
        before = WHOLE
        for token in prefix.tokens:
            before = self._utf8.after[before][token]
        paths = list(self._next(state, [_Path(b"", 1.0, before, 0, END)], prefix.choices, owed))
        for _ in range(_DEPTH):
            paths = sorted(paths, key=lambda path: -path.probability)[:_WIDTH]
            if not paths or self._settled(paths[0], count):
                break
            state = self._network.keep(state, np.array([path.row for path in paths]))
            self._network.read(state, np.array([path.token for path in paths]))
            paths = list(self._next(state, paths, None, 0))
        return self._found

    def _settled(self, likeliest: _Path, count: int) -> bool:
        """Whether nothing that is still open can come among the first `count`."""
        found = sorted(self._found.values(), reverse=True)
        return len(found) >= count and found[count - 1] >= likeliest.probability

    def _next(
        self, state: State, paths: Sequence[_Path], choices: NDArray[np.intp] | None, owed: int
    ) -> Iterator[_Path]:
        """The likeliest pieces after each path; a word that is whole with them goes to what was found."""
        probabilities = self._network.predict(state)
        probabilities += self._utf8.mask[[path.utf8 for path in paths]]
        if choices is not None:
            allowed = np.full(probabilities.shape[1], FORBIDDEN)
            allowed[choices] = 0
            probabilities += allowed
        exponentiate(probabilities)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        for row, path in enumerate(paths):
            yield from self._pieces(row, path, probabilities[row] * np.float32(path.probability), owed)

    def _pieces(self, row: int, path: _Path, probabilities: Floats, owed: int) -> Iterator[_Path]:
        if _may_end(path.spelling):
            # all that begin something else end this word alike
            self._found[path.spelling.decode()] += float(probabilities[self._others].sum())
            probabilities[self._others] = 0
        likeliest = np.argpartition(-probabilities, min(_WIDTH, len(probabilities) - 1))[:_WIDTH]
        for token in likeliest[probabilities[likeliest] > 0].tolist():
            spelling = path.spelling + self._bytes[token][owed:]
            probability, utf8 = float(probabilities[token]), self._utf8.after[path.utf8][token]
            if token == END:
                self._found[spelling.decode()] += probability
            elif utf8 == WHOLE and (unit := _whole_unit(spelling.decode())):
                self._found[unit] += probability
            else:
                yield _Path(spelling, probability, utf8, row, token)


def _of_word(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LNM"


def _may_end(spelling: bytes) -> bool:
    """Whether a word could end here."""
    text = spelling.decode("utf-8", "replace")
    return bool(text) and _of_word(text[-1])


def _begins_other(spelling: bytes) -> bool:
    """Whether a piece cannot go on with the word before it. END cannot; a part of a character might."""
    first = spelling.decode("utf-8", "replace")[:1]
    return not first or not (_of_word(first) or first == "\ufffd" or first in _INSIDE)


@lru_cache(maxsize=8)
def _others(token_bytes: tuple[bytes, ...]) -> NDArray[np.intp]:
    """The pieces that cannot go on with a word; found once for a vocabulary, as a person waits for each next word."""
    return np.flatnonzero([_begins_other(spelling) for spelling in token_bytes])


def _whole_unit(text: str) -> str | None:
    """White space and a word or one sign, if the text begins with one that cannot grow any more."""
    start = len(text) - len(text.lstrip())
    end = start + 1
    if end > len(text):
        return None
    if not (_of_word(text[start]) or text[start] in _BEFORE):
        while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me", "Cf", "Sk"):
            end += 1  # variation selectors, joiners, skin tones
        return text[:end]
    while end < len(text) and (_of_word(text[end]) or text[end] in _INSIDE):
        end += 1
    return text[:end].rstrip(_INSIDE) if end < len(text) else None
