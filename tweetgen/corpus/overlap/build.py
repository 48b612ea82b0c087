"""Posts → a segment, made in memory: for some ten thousand posts at a time."""

from collections.abc import Sequence
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tweetgen.corpus.likeness import BANDS, band_keys
from tweetgen.corpus.overlap.grams import GRAM, Keys, WordHashes, bare, folded_words, gram_keys, telling_words
from tweetgen.corpus.overlap.segment import SegmentFile, Sizes, record


class Indexable(NamedTuple):
    """What the index takes of a post."""

    number: int
    author: str
    text: str


def write_segment(file: IO[bytes], posts: Sequence[Indexable], hashes: WordHashes) -> None:
    """Write the posts, which come in order of their numbers."""
    records = [record(post.author, post.text) for post in posts]
    words = [folded_words(bare(post.text)) for post in posts]
    word_starts = _starts([len(each) for each in words])
    keys, places = _grams(words, word_starts, hashes)
    likeness_keys, rows = _bands([post.text for post in posts])
    telling_keys, telling_rows = _telling(words, hashes)
    sizes = Sizes(len(posts), len(keys), len(likeness_keys), len(telling_keys), sum(map(len, records)))
    segment = SegmentFile(file, sizes)
    segment.append("numbers", np.array([post.number for post in posts], np.uint64))
    segment.append("text_starts", _starts([len(each) for each in records]))
    segment.append("gram_keys", keys)
    segment.append("band_keys", likeness_keys)
    segment.append("telling_keys", telling_keys)
    segment.append("telling_rows", telling_rows)
    segment.append("word_starts", word_starts)
    segment.append("gram_places", places)
    segment.append("band_rows", rows)
    segment.append("texts", b"".join(records))


def likeness_keys_of(text: str) -> Keys:
    """The keys by which a text meets those it is like: one for a short text, else one a band."""
    return _by_band(band_keys([text]))[0]


def _grams(words: Sequence[Sequence[str]], starts: NDArray[np.int64], hashes: WordHashes) -> "tuple[Keys, Any]":
    row = np.fromiter((hashes[word] for each in words for word in each), np.uint64, int(starts[-1]))
    keys = gram_keys(row)
    # a run may not reach into the next post
    ends = np.repeat(starts[1:], np.diff(starts))[: len(keys)]
    places = np.flatnonzero(np.arange(len(keys)) + GRAM <= ends)
    return _in_order(keys[places], places)


def _telling(words: Sequence[Sequence[str]], hashes: WordHashes) -> "tuple[Keys, Any]":
    found = [telling_words(each) for each in words]
    rows = np.repeat(np.arange(len(words)), [len(each) for each in found])
    return _in_order(np.fromiter((hashes[word] for each in found for word in each), np.uint64, len(rows)), rows)


def _bands(texts: Sequence[str]) -> "tuple[Keys, Any]":
    keys, rows = _by_band(band_keys(texts))
    return _in_order(keys, rows)


def _by_band(keys: NDArray[np.int64]) -> "tuple[Keys, Any]":
    """Keys (posts, BANDS) as one list with the row of each: equal keys of unlike bands do not meet."""
    # all keys of a short text are one: it meets only its equals
    wanted = np.ones(keys.shape, bool)
    wanted[:, 1:] = keys[:, 1:] != keys[:, :1]
    own = keys.view(np.uint64) + np.arange(BANDS, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    return own[wanted], np.nonzero(wanted)[0]


def _in_order(keys: Keys, values: NDArray[Any]) -> "tuple[Keys, Any]":
    order = np.argsort(keys, kind="stable")
    return keys[order], values[order]


def _starts(lengths: Sequence[int]) -> NDArray[np.int64]:
    """Where each of several things in a row begins, and where the last ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.asarray(lengths, np.int64))])
