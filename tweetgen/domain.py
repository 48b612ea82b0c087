"""The nouns of tweetgen as frozen dataclasses; every other module speaks in these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Kind(StrEnum):
    """What a post is in its conversation."""

    #: written from scratch
    ORIGINAL = "original"
    #: an answer to somebody's post
    REPLY = "reply"
    #: somebody else's words passed on
    REPOST = "repost"
    #: own words about somebody's post
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Post:
    """One text by one author, raw as its source gave it; cleaning happens when it is read for training."""

    author: str
    text: str
    #: unique within `source`; a source without ids of its own takes a digest of author and text
    id: str
    #: the name of the source that brought it, e.g. "jsonl"
    source: str
    #: when it was written (timezone-aware), or None where nobody knows
    created_at: datetime | None = None
    kind: Kind = Kind.ORIGINAL
    #: the text this one answers, when known
    reply_to: str | None = None
    #: further labels by name, e.g. {"lang": "en"}
    labels: Mapping[str, str] = field(default_factory=dict)
    #: where exactly it came from, for a person: a path with a line, a URL
    provenance: str = ""
    #: False where it may be kept but must not be learnt from
    trainable: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text the network wrote, with all that is needed to write it again."""

    text: str
    #: shares by author, summing to 1; empty = written as nobody
    voice: Mapping[str, float]
    #: the weights file's name
    model: str
    seed: int
    temperature: tuple[float, ...]
    #: True if it came to its own end, False if it was cut at the longest length allowed
    complete: bool
    #: natural-log likelihood under its own voice, end of post included where reached
    log_likelihood: float
