"""How alike two texts are: shingles to tell, MinHash bands to find (Broder 1997; Indyk and Motwani 1998).

Texts are compared folded: case, links, @names, numbers and punctuation make no difference. Two are duplicates
if equal when folded, or if both have 32 folded characters and share 7 in 10 of their runs of 5 characters:
a word or two changed in a post of usual length. Of pairs that share just 7 in 10, some 89 in 100 meet in a
band; of those that share 8 in 10, 98; equal ones always.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
import regex
from numpy.typing import NDArray

from tweetgen.corpus.characters import unescape

#: keys per post: one of the whole folded text, the others each of `_ROWS` minima
BANDS = 9
#: least Jaccard similarity of two texts' sets of shingles
THRESHOLD = 0.7
#: folded texts shorter than this are duplicates only if equal: one long hashtag would outweigh the rest
SHORTEST = 32

_ROWS = 4
_SHINGLE = 5
# Longer texts are compared by their beginning; and by the whole for equality.
_LONGEST = 4000
# Code points hashed at once: what stays in the processor's cache.
_TILE = 1 << 16

Words: TypeAlias = NDArray[np.uint32]

LINK_OR_NAME = re.compile(r"https?://\S+|(?<!\w)@\w+", re.IGNORECASE)
_APOSTROPHES = re.compile("['’ʼ]")
_SEPARATORS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_NUMBERS = regex.compile(r"\p{Nd}+")
_LETTER = regex.compile(r"[^0 ]")
_ASCII = bytes(
    ord(character.lower() if character.isalpha() else "0" if character.isdigit() else " ")
    for character in map(chr, range(128))
) + bytes(128)


def fold(text: str) -> str:
    """What is compared: lower case, every number a 0, all else one space; a text without letters as it is."""
    plain = unescape(text)
    if "://" in plain or "@" in plain:
        plain = LINK_OR_NAME.sub(" ", plain)
    if not plain.isascii():
        plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", plain).casefold())
        plain = _NUMBERS.sub("0", _SEPARATORS.sub(" ", plain)).strip()
    if plain.isascii():
        letters = b" ".join(plain.encode().translate(_ASCII, b"'").split())
        plain = (re.sub(b"00+", b"0", letters) if b"00" in letters else letters).decode()
    return plain if _LETTER.search(plain) else " ".join(text.casefold().split())


def similar(a: str, b: str) -> bool:
    """Whether two texts are duplicates or near duplicates."""
    return similar_folded(fold(a), fold(b))


def similar_folded(a: str, b: str) -> bool:
    """`similar` of two texts that are folded already."""
    if a == b:
        return True
    a, b = a[:_LONGEST], b[:_LONGEST]
    if min(len(a), len(b)) < SHORTEST:
        return False
    left, right = _shingles(a), _shingles(b)
    if min(len(left), len(right)) < THRESHOLD * max(len(left), len(right)):
        return False
    shared = len(left & right)
    return shared >= THRESHOLD * (len(left) + len(right) - shared)


def likeness(a: str, b: str) -> float:
    """Share of the runs of 5 characters of two folded texts that are in both (Jaccard), 0 to 1; 1 for equal ones."""
    if a == b:
        return 1.0
    left, right = _shingles(a[:_LONGEST]), _shingles(b[:_LONGEST])
    shared = len(left & right)
    return shared / max(len(left) + len(right) - shared, 1)


def _shingles(folded: str) -> set[str]:
    return {folded[start : start + _SHINGLE] for start in range(len(folded) - _SHINGLE + 1)}


def band_keys(texts: Sequence[str]) -> NDArray[np.int64]:
    """Keys (n, BANDS): texts that share a key in one band are worth comparing. The same on every machine."""
    keys = np.empty((len(texts), BANDS), np.int64)
    done = 0
    for folded in _tiles(texts):
        keys[done : done + len(folded)] = _keys(folded)
        done += len(folded)
    return keys


def _tiles(texts: Sequence[str]) -> Iterator[list[str]]:
    tile: list[str] = []
    size = 0
    for text in texts:
        tile.append(fold(text))
        size += min(len(tile[-1]), _LONGEST)
        if size >= _TILE:
            yield tile
            tile, size = [], 0
    if tile:
        yield tile


def _keys(folded: list[str]) -> NDArray[np.int64]:
    keys = np.empty((len(folded), BANDS), np.int64)
    keys[:, 0] = [_digest(text) for text in folded]
    keys[:, 1:] = keys[:, :1]  # short texts meet only their equals
    long = [index for index, text in enumerate(folded) if len(text) >= SHORTEST]
    if long:
        keys[long, 1:] = _bands(_minima([folded[index][:_LONGEST] for index in long]))
    return keys


def _digest(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _minima(folded: list[str]) -> Words:
    """MinHash signatures (rows × bands, texts) of texts no shorter than a shingle."""
    joined = "".join(folded) + " " * _SHINGLE
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    hashes = _hashes(codes.astype(np.uint32, copy=False))
    lengths = np.array([len(text) for text in folded])
    ends = np.cumsum(lengths)
    # Between a text's last shingle and the next text's first lie those that span both: every second segment.
    segments = np.stack([ends - lengths, ends - _SHINGLE + 1], axis=1).ravel()
    factors, offsets = _functions()
    minima = np.empty((len(factors), len(folded)), np.uint32)
    # a short text by all functions at once, a full tile by one after the other: what the cache holds
    step = max(_TILE // len(hashes), 1)
    for row in range(0, len(factors), step):
        values = hashes * factors[row : row + step, None]
        values += offsets[row : row + step, None]
        minima[row : row + step] = np.minimum.reduceat(values, segments, axis=1)[:, ::2]
    return minima


def _hashes(codes: Words) -> Words:
    """One well-mixed hash per shingle: polynomial, then the finaliser of MurmurHash3."""
    shingles = len(codes) - _SHINGLE + 1
    hashes = np.zeros(shingles, np.uint32)
    for shift in range(_SHINGLE):
        hashes *= np.uint32(0x01000193)
        hashes += codes[shift : shift + shingles] * np.uint32(0x9E3779B1)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        hashes ^= hashes >> np.uint32(shift)
        hashes *= np.uint32(factor)
    hashes ^= hashes >> np.uint32(16)
    return hashes


@lru_cache(maxsize=1)
def _functions() -> tuple[Words, Words]:
    """The permutations x → factor·x + offset modulo 2³², factors odd, fixed for good."""
    count = (BANDS - 1) * _ROWS
    numbers = np.frombuffer(
        b"".join(blake2b(b"minhash %d" % index, digest_size=8).digest() for index in range(count)), "<u4"
    ).reshape(count, 2)
    return (numbers[:, 0] | np.uint32(1)).astype(np.uint32), numbers[:, 1].astype(np.uint32)


def _bands(minima: Words) -> NDArray[np.int64]:
    """Signatures (rows × bands, texts) to keys (texts, bands)."""
    grouped = minima.reshape(BANDS - 1, _ROWS, -1).astype(np.uint64)
    keys = np.zeros((BANDS - 1, grouped.shape[2]), np.uint64)
    for row in range(_ROWS):
        keys ^= grouped[:, row]
        keys *= np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return keys.T.view(np.int64)
