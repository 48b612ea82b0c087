"""What the three levels share: ids, the bytes they stand for, and the way back to text."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final, Literal, Self

from tweetgen.domain import Json
from tweetgen.settings import Tokens

#: The id of the end of a post, and of what stands before its first token. It has no spelling, so that a post
#: holding the literal text of any special token is like every other.
END: Final = 0
#: END, then every byte (byte b is id b + 1), in which `char` and `word` spell what they do not know.
BYTES: Final = (b"", *(bytes([value]) for value in range(256)))


class Vocabulary(ABC):
    """Token ids 1 … size - 1, each some bytes, and END = 0.

    For every text without lone surrogates `b"".join(token_bytes[i] for i in encode(text)) == text.encode()`.
    A single token may be part of a character, never anything but a part of the text's UTF-8.
    """

    level: ClassVar[Literal["subword", "char", "word"]]
    #: what each id stands for; `token_bytes[END] == b""`
    token_bytes: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many ids there are, END included."""
        return len(self.token_bytes)

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """The ids of a text, without END.

        A lone surrogate is no text: `UnicodeEncodeError`, or `TypeError` for `subword`.
        """

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` for many texts at once."""
        return [self.encode(text) for text in texts]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of these ids; END is nothing, and a character that lacks bytes becomes U+FFFD."""
        known = self.token_bytes
        return b"".join([known[token] for token in ids]).decode("utf-8", "replace")

    @abstractmethod
    def to_json(self) -> dict[str, Json]:
        """All there is to know, for `load`."""

    @classmethod
    @abstractmethod
    def from_json(cls, json: dict[str, Json]) -> Self:
        """The way back from `to_json`; `KeyError`, `TypeError` or `ValueError` where it was damaged."""

    @classmethod
    @abstractmethod
    def learn(cls, texts: Iterable[str], tokens: Tokens) -> Self:
        """A vocabulary for these texts, read once."""

    @abstractmethod
    def grown(self, texts: Iterable[str]) -> Self:
        """This vocabulary and what these texts add to it."""


def places(tokens: Iterable[str]) -> dict[str, int]:
    """The ids of ASCII's characters, which are their bytes, and of tokens that follow the bytes."""
    ids = {chr(byte): byte + 1 for byte in range(128)}
    ids.update((token, place) for place, token in enumerate(tokens, len(BYTES)))
    return ids


def strings(json: dict[str, Json], key: str) -> list[str]:
    """A list of different strings out of a vocabulary's JSON."""
    value = json[key]
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
        raise TypeError(f"{key!r} is no list of texts")
    if len(set(map(str, value))) != len(value):
        raise ValueError(f"{key!r} holds a text twice")
    return [str(entry) for entry in value]
