"""The store's posts as a network reads them: the learnable ones, cleaned, each on its side of the split."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from tweetgen.corpus.clean import clean, learnable
from tweetgen.corpus.labels import Values, values
from tweetgen.corpus.passages import passages
from tweetgen.corpus.split import Marks, Split
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
    #: of the labels asked for, beside the author; "" = none
    labels: Values = ()


class Sided(NamedTuple):
    """A text on its side of the split."""

    text: Text
    held_out: bool
    #: False for a near-duplicate of an earlier one of these texts: a cluster is learnt from, and measured on, once
    first: bool = True


@dataclass(frozen=True)
class Cleanings:
    """How everybody's posts are cleaned."""

    default: Cleaning = field(default_factory=Cleaning)
    #: those cleaned otherwise, by name
    authors: Mapping[str, Cleaning] = field(default_factory=dict)

    def of(self, author: str) -> Cleaning:
        """How this author's posts are cleaned."""
        return self.authors.get(author, self.default)

    def to_json(self) -> dict[str, Json]:
        """For the origin of a model, out of which `cleaning_of` reads it again."""
        by_author: dict[str, Json] = {author: asdict(cleaning) for author, cleaning in self.authors.items()}
        return {"cleaning": asdict(self.default), "cleaning_by_author": by_author}


def cleaned_texts(
    store: "Store", cleanings: Cleanings, labels: Sequence[str] = ()
) -> Iterator[tuple[Text, int]]:
    """Every learnable post of the store with its cluster, cleaned, in stored order, none empty; with these labels.

    A long text comes as its passages, each a cluster of its own, numbered below zero.
    """
    alone = 0
    for stored in store.posts():
        author = stored.post.author
        cleaning = cleanings.of(author)
        if not learnable(stored.post, cleaning) or not (text := clean(stored.post.text, cleaning)):
            continue
        parts, own = passages(text), values(stored.post, text, labels)
        if len(parts) == 1:
            yield Text(author, text, labels=own), stored.number if stored.cluster is None else stored.cluster
            continue
        for place, part in enumerate(parts):
            alone -= 1
            yield Text(author, part, ends=place == len(parts) - 1, labels=own), alone


@dataclass(frozen=True)
class SidedTexts:
    """The texts of some authors (None: of all) with their sides, in stored order; read anew at each iteration.

    The side of a text depends on all before it, of whichever author, and on none after. Look for duplicates first
    (`find_duplicates`): a post not looked at yet counts as one of a kind.
    """

    store: "Store"
    cleanings: Cleanings
    authors: Collection[str] | None = None
    labels: Sequence[str] = ()

    def __iter__(self) -> Iterator[Sided]:
        split, seen = Split(), Marks()
        for text, cluster in cleaned_texts(self.store, self.cleanings, self.labels):
            held_out = split.decide(text.author, text.text, cluster)
            if self.authors is None or text.author in self.authors:
                yield Sided(text, held_out, first=not seen[cluster])
                seen[cluster] = 1


def held_out_texts(store: "Store", cleanings: Cleanings) -> list[Text]:
    """The texts that no training with these cleanings learns from, in stored order."""
    return [sided.text for sided in SidedTexts(store, cleanings) if sided.held_out]


def cleaning_of(origin: Mapping[str, Json]) -> Cleanings:
    """How the posts a model learnt from were cleaned, by its weights' origin; the default where unsaid."""
    by_author = origin.get("cleaning_by_author")
    authors = by_author if isinstance(by_author, dict) else {}
    return Cleanings(_cleaning(origin.get("cleaning")), {author: _cleaning(told) for author, told in authors.items()})


def _cleaning(told: Any) -> Cleaning:
    if not isinstance(told, dict):
        return Cleaning()
    known = {field.name for field in fields(Cleaning)}
    return Cleaning(**{name: value for name, value in told.items() if name in known})
