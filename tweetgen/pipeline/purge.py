"""Posts → none: what a purge would delete, who learnt from it, and what is left to do once it is deleted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from tweetgen.errors import Busy, InputError, UnknownName
from tweetgen.model.cards import card
from tweetgen.model.library import listing
from tweetgen.pipeline.index import FOLDER, keep_up
from tweetgen.pipeline.workspace import forget_trainings
from tweetgen.store import AuthorSummary, Store


@dataclass(frozen=True, slots=True)
class Learnt:
    """Weights files that learnt from some authors: what those learnt, no purge can take from them."""

    #: by file, the authors it learnt from
    files: Mapping[Path, Sequence[str]]
    #: files that cannot be read, and why
    problems: Mapping[Path, str]


@dataclass(frozen=True, slots=True)
class Doomed:
    """What a purge would delete."""

    authors: Sequence[AuthorSummary]
    #: posts by source
    sources: Mapping[str, int]

    @property
    def posts(self) -> int:
        """How many."""
        return sum(summary.posts for summary in self.authors)

    @property
    def names(self) -> list[str]:
        """Whose."""
        return [summary.author for summary in self.authors]


@dataclass(slots=True)
class Cleared:
    """What became of what else held the posts."""

    #: models whose stopped training held them; it cannot be resumed
    forgotten: list[str] = field(default_factory=list)
    #: models that learn from them right now, and whose folder still holds them
    busy: list[str] = field(default_factory=list)
    #: why they have not left the overlap index yet
    index: str | None = None


def doomed(store: Store, author: str | None, source: str | None) -> Doomed:
    """The posts of an author, of a source, or of one from the other; at least one post.

    Raises `UnknownName` for a name nobody carries, `InputError` for two that do not meet.
    """
    summaries = store.summaries(author, source)
    if not summaries:
        _refuse(store, author, source)
    counts = store.by_source(author)
    return Doomed(summaries, {name: count for name, count in counts.items() if source in (None, name)})


def learnt_from(folders: Sequence[Path], authors: Collection[str]) -> Learnt:
    """The weights files in `folders` that learnt from any of these authors, as far as they tell."""
    cards = [card(path) for path in listing(folders)]
    files = {found.path: shared for found in cards if (shared := [*filter(found.learnt_from, authors)])}
    return Learnt(files, {found.path: found.problem for found in cards if found.problem is not None})


def clear_up(store: Store, state: Path, trainings: Path, authors: Collection[str]) -> Cleared:
    """Take deleted posts of these authors out of the overlap index in `state`, and forget who was about to learn them.

    Raises `StoreError` where the database fails, OSError where the disk does.
    """
    cleared = Cleared()
    try:
        if (state / FOLDER).is_dir():
            keep_up(store, state / FOLDER)
    except Busy as error:
        cleared.index = f"{error}; until then it holds their texts, which leave it with the next collect"
    cleared.forgotten, cleared.busy = forget_trainings(trainings, authors)
    return cleared


def _refuse(store: Store, author: str | None, source: str | None) -> NoReturn:
    """Say why nothing can be deleted."""
    known_author(store, author)
    if source is not None and source not in (known := store.sources()):
        raise UnknownName("source", source, known)
    raise InputError(f"author {author}", f"no post from source {source}", "leave one of the two out")


def known_author(store: Store, author: str | None) -> None:
    """Raises `UnknownName` for somebody without a post, with the nearest names; None is anybody."""
    if author is not None and author not in (known := store.authors()):
        raise UnknownName("author", author, known)
