"""One token per code point; those too rare to be learnt are spelt in their UTF-8 bytes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal, Self

from tweetgen.domain import Json
from tweetgen.model.vocabulary.base import BYTES, Vocabulary, places, strings
from tweetgen.settings import Tokens

#: Seen less often than this, a character teaches its own embedding nothing that its bytes would not.
OFTEN = 5


class Char(Vocabulary):
    """END, 256 bytes (the first 128 are ASCII's characters), then further characters as they were learnt."""

    level: ClassVar[Literal["char"]] = "char"

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        self.token_bytes = (*BYTES, *(character.encode() for character in self.characters))
        self._ids = places(self.characters)

    def encode(self, text: str) -> list[int]:
        return spell(text, self._ids)

    def to_json(self) -> dict[str, Json]:
        return {"level": self.level, "characters": list(self.characters)}

    @classmethod
    def from_json(cls, json: dict[str, Json]) -> Self:
        characters = strings(json, "characters")
        if any(len(character) > 1 for character in characters):
            raise ValueError("'characters' holds more than single characters")
        return cls(characters)

    @classmethod
    def learn(cls, texts: Iterable[str], tokens: Tokens) -> Self:
        return cls(()).grown(texts)

    def grown(self, texts: Iterable[str]) -> Self:
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(text)
        return type(self)(self.characters + new_characters(seen, self.characters))


def spell(text: str, ids: Mapping[str, int]) -> list[int]:
    """Characters as ids, unknown ones as the ids of their bytes."""
    try:
        return [ids[character] for character in text]
    except KeyError:
        return [token for character in text for token in _spelt(character, ids)]


def _spelt(character: str, ids: Mapping[str, int]) -> list[int]:
    token = ids.get(character)
    return [byte + 1 for byte in character.encode()] if token is None else [token]


def new_characters(seen: Counter[str], known: Iterable[str]) -> tuple[str, ...]:
    """Characters beyond ASCII seen often enough and not known yet, the most frequent first."""
    signs = [sign for sign in set(seen).difference(known) if seen[sign] >= OFTEN and sign > "\x7f"]
    return tuple(sorted(signs, key=lambda sign: (-seen[sign], sign)))
