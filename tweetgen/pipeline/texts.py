"""The store's posts as a network reads them: the learnable ones, cleaned, each on its side of the split."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

from tweetgen.corpus.clean import clean, learnable
from tweetgen.corpus.passages import passages
from tweetgen.corpus.split import held_out
from tweetgen.domain import Json
from tweetgen.settings import Cleaning

if TYPE_CHECKING:
    from tweetgen.store import Store


class Text(NamedTuple):
    """A cleaned post, or a passage of a long text, and whose it is."""

    author: str
    text: str
    #: False for a passage that another one follows
    ends: bool = True


class Sided(NamedTuple):
    """A text on its side of the split."""

    text: Text
    held_out: bool


def cleaned_texts(store: "Store", cleaning: Cleaning) -> Iterator[tuple[Text, int]]:
    """Every learnable post of the store with its cluster, cleaned, in stored order, none empty.

    A long text comes as its passages, each a cluster of its own, numbered below zero.
    """
    alone = 0
    for stored in store.posts():
        if not learnable(stored.post, cleaning) or not (text := clean(stored.post.text, cleaning)):
            continue
        author = stored.post.author
        parts = passages(text)
        if len(parts) == 1:
            yield Text(author, text), stored.number if stored.cluster is None else stored.cluster
            continue
        for place, part in enumerate(parts):
            alone -= 1
            yield Text(author, part, ends=place == len(parts) - 1), alone


def sided_texts(store: "Store", cleaning: Cleaning) -> list[Sided]:
    """Every text and its side, in stored order; the side of a text depends on all before it, and on none after.

    Look for duplicates first (`find_duplicates`): a post not looked at yet counts as one of a kind.
    """
    texts = list(cleaned_texts(store, cleaning))
    sides = held_out([(text.author, text.text, cluster) for text, cluster in texts])
    return [Sided(text, side) for (text, _), side in zip(texts, sides, strict=True)]


def held_out_texts(store: "Store", cleaning: Cleaning) -> list[Text]:
    """The texts that no training with this cleaning learns from, in stored order."""
    return [sided.text for sided in sided_texts(store, cleaning) if sided.held_out]


def cleaning_of(origin: Mapping[str, Json]) -> Cleaning:
    """How the posts a model learnt from were cleaned, by its weights' origin; the default where unsaid."""
    told: Any = origin.get("cleaning")
    if not isinstance(told, dict):
        return Cleaning()
    known = {field.name for field in fields(Cleaning)}
    return Cleaning(**{name: value for name, value in told.items() if name in known})
