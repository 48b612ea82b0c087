"""What the store answers with, as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tweetgen.domain import Kind, Post


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post as it lies in the database."""

    #: rises in the order of arrival; never given twice, not even after a purge
    number: int
    post: Post
    #: number of the first post of its near-duplicate cluster (its own if alone); None = not looked at yet
    cluster: int | None = None


@dataclass(frozen=True, slots=True)
class Ident:
    """Which post it is, without its text."""

    number: int
    #: within its source
    id: str
    author: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of posts handed to the store: new ones, and those it knew by source and id."""

    new: int = 0
    known: int = 0
    #: new and known by author
    authors: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Where a post stands among its near-duplicates, and the keys by which later ones will find it."""

    number: int
    cluster: int
    #: band keys, little-endian int64
    bands: bytes


@dataclass(frozen=True, slots=True)
class AuthorSummary:
    """One author's posts in numbers."""

    author: str
    posts: int
    trainable: int
    #: code points of raw text
    characters: int
    #: times of the oldest and the newest dated post
    first: datetime | None
    last: datetime | None
    #: posts that nearly repeat an earlier one
    duplicates: int
    kinds: Mapping[Kind, int]
