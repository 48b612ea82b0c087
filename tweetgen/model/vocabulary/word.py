"""The most frequent words whole, each with the space before it; the rest is spelt in characters or bytes."""

from collections import Counter
from collections.abc import Iterable
from typing import ClassVar, Literal, Self

import regex

from tweetgen.domain import Json
from tweetgen.model.vocabulary.base import BYTES, Vocabulary, places, strings
from tweetgen.model.vocabulary.char import new_characters, spell
from tweetgen.settings import Tokens

#: Nearly the words of Unicode's UAX #29: a piece takes the one space before it along, and every character of
#: any text is in exactly one piece. Ideographs and kana stand alone, as UAX #29 has them; a run of one common
#: punctuation mark ("...") is one piece; anything else is one grapheme (an emoji with its joiners).
_PIECE = regex.compile(
    r"""
      \ ?[#@]?[[\p{L}\p{N}\p{M}_]--[\p{Han}\p{Hiragana}]]+
              (?:['’.,:·][[\p{L}\p{N}\p{M}_]--[\p{Han}\p{Hiragana}]]+)*
    | \ ?(?:\.+|!+|\?+|-+|\*+|=+|~+)
    | \ ?(?=\S)\X
    | (?s:.)
    """,
    regex.VERSION1 | regex.VERBOSE,
)
#: Memory for counting is bounded: past so many different words, those seen once so far are forgotten
#: (lossy counting, Manku and Motwani 2002). 46 million characters of titles stay below it.
_COUNTED = 2_000_000
#: A word seen once teaches its own embedding nothing.
_OFTEN = 2


class Word(Vocabulary):
    """END, 256 bytes (the first 128 are ASCII's characters), characters and words as they were learnt."""

    level: ClassVar[Literal["word"]] = "word"

    def __init__(self, known: Iterable[str], max_words: int) -> None:
        """`known`: characters beyond ASCII, and at most `max_words` words of two characters and more."""
        self.known = tuple(known)
        self.max_words = max_words
        self.token_bytes = (*BYTES, *(token.encode() for token in self.known))
        self._ids = places(self.known)

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        known = self._ids
        for piece in _PIECE.findall(text):
            token = known.get(piece)
            if token is not None:
                ids.append(token)
            else:
                ids += self._spelt(piece)
        return ids

    def _spelt(self, piece: str) -> list[int]:
        """An unknown piece: " Hello" as " " and "Hello" where that is known, else sign by sign."""
        bare = self._ids.get(piece[1:]) if piece.startswith(" ") else None
        return spell(piece, self._ids) if bare is None else [self._ids[" "], bare]

    def to_json(self) -> dict[str, Json]:
        return {"level": self.level, "max_words": self.max_words, "known": list(self.known)}

    @classmethod
    def from_json(cls, json: dict[str, Json]) -> Self:
        max_words = json["max_words"]
        if not isinstance(max_words, int):
            raise TypeError("'max_words' is no number")
        return cls(strings(json, "known"), max_words)

    @classmethod
    def learn(cls, texts: Iterable[str], tokens: Tokens) -> Self:
        return cls((), tokens.max_words).grown(texts)

    def grown(self, texts: Iterable[str]) -> Self:
        characters: Counter[str] = Counter()
        words: Counter[str] = Counter()
        for text in texts:
            characters.update(text)
            words.update(_PIECE.findall(text))
            if len(words) > _COUNTED:
                words = Counter({word: count for word, count in words.items() if count > 1})
        room = self.max_words - sum(len(token) > 1 for token in self.known)
        added = new_characters(characters, self.known) + _new_words(words, self._ids, room)
        return type(self)(self.known + added, self.max_words)


def _new_words(seen: Counter[str], known: Iterable[str], room: int) -> tuple[str, ...]:
    """The most frequent words not known yet, `room` of them at most."""
    words = [word for word in set(seen).difference(known) if seen[word] >= _OFTEN and len(word) > 1]
    return tuple(sorted(words, key=lambda word: (-seen[word], word))[: max(0, room)])
