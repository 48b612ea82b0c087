"""The store's posts as a network reads them: the learnable ones, cleaned, each on its side of the split."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

from tweetgen.corpus.clean import clean, learnable
from tweetgen.corpus.split import held_out
from tweetgen.domain import Json
from tweetgen.settings import Cleaning

if TYPE_CHECKING:
    from tweetgen.store import Store


class Text(NamedTuple):
    """A cleaned post, and whose it is."""

    author: str
    text: str


def cleaned_texts(store: "Store", cleaning: Cleaning) -> Iterator[tuple[str, str, int]]:
    """Author, cleaned text and cluster of every learnable post of the store, in stored order, none empty."""
    for stored in store.posts():
        if learnable(stored.post, cleaning) and (text := clean(stored.post.text, cleaning)):
            cluster = stored.number if stored.cluster is None else stored.cluster
            yield stored.post.author, text, cluster


def held_out_texts(store: "Store", cleaning: Cleaning) -> list[Text]:
    """The texts that no training with this cleaning learns from, in stored order.

    Look for duplicates first (`find_duplicates`): a post not looked at yet counts as one of a kind.
    """
    posts = list(cleaned_texts(store, cleaning))
    return [
        Text(author, text) for (author, text, _), side in zip(posts, held_out(posts), strict=True) if side
    ]


def cleaning_of(origin: Mapping[str, Json]) -> Cleaning:
    """How the posts a model learnt from were cleaned, by its weights' origin; the default where unsaid."""
    told: Any = origin.get("cleaning")
    if not isinstance(told, dict):
        return Cleaning()
    known = {field.name for field in fields(Cleaning)}
    return Cleaning(**{name: value for name, value in told.items() if name in known})
