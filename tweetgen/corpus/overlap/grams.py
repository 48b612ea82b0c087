"""A text as words that can be compared, and every four of them in a row as a number, the same on every machine."""

import re
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from tweetgen.corpus.characters import unescape
from tweetgen.corpus.likeness import LINK_OR_NAME
from tweetgen.corpus.words import spans

#: words of a gram: a shorter run is in everybody's mouth, and is not looked for
GRAM = 4

Keys = NDArray[np.uint64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_FEW = 200_000
# letters of a word that tells posts apart, and how many of a post are kept
_TELLING, _TELLING_MOST = 5, 6


def bare(text: str) -> str:
    """The text without links and @names, which cleaning takes out of posts as well, and with one kind of apostrophe."""
    plain = unescape(text).replace("’", "'")
    return LINK_OR_NAME.sub(_blank, plain) if "://" in plain or "@" in plain else plain


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def folded_words(text: str) -> list[str]:
    """The words of a `bare` text without case, in order: as many as `spans` finds."""
    return [text[start:end].casefold() for start, end in spans(text)]


def telling_words(words: Iterable[str]) -> list[str]:
    """The longest words of a text, each once: rare ones are among them, and no others need to be counted."""
    long = dict.fromkeys(word for word in words if len(word) >= _TELLING)
    return sorted(long, key=len, reverse=True)[:_TELLING_MOST]


class WordHashes(dict[str, int]):
    """The 64-bit hash of each word asked for; those asked for lately are remembered."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _FEW:
            self.clear()
        digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[word] = number = int.from_bytes(digest, "little")
        return number


def gram_keys(hashes: Keys) -> Keys:
    """The key of each run of `GRAM` words, (words,) to (words - GRAM + 1,)."""
    count = max(len(hashes) - GRAM + 1, 0)
    keys = hashes[:count].copy()
    for place in range(1, GRAM):
        keys ^= keys >> _SHIFT
        keys *= _FACTOR
        keys += hashes[place : place + count]
    keys ^= keys >> _SHIFT
    keys *= _FACTOR
    keys ^= keys >> _SHIFT
    return keys
