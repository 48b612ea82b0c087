"""Names → authors of the corpus: whom nobody collected yet is asked of the sources that can look a name up."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tweetgen.interfaces import Directory, Source
from tweetgen.pipeline.collect import Collected, Configured
from tweetgen.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """A configured source that is asked for other authors than its own."""

    name: str
    key: str
    source: Source


@dataclass(slots=True)
class Found:
    """The names, as far as they could be found."""

    #: as the corpus spells them; those that nobody knows, as they were written
    authors: list[str]
    #: what the sources brought for them
    collected: list[Collected] = field(default_factory=list)


def look_up(
    store: Store,
    sources: Sequence[Configured],
    names: Sequence[str],
    bring_in: Callable[[Sequence[Configured]], Collected],
) -> Found:
    """The author behind each name: one of the corpus, or one that a source with a directory can bring in.

    `bring_in` collects; a source is asked only for those that no source before it had.
    """
    found = Found(_spelt(store, sources, names))
    for asked in _asked(store, sources, names):
        found.collected.append(bring_in([asked]))
        found.authors = _spelt(store, sources, names)
    return found


def _asked(store: Store, sources: Sequence[Configured], names: Sequence[str]) -> Iterator[Asked]:
    """One source after the other, for whoever is still missing then."""
    for configured in sources:
        source = configured.source
        if not isinstance(source, Directory):
            continue
        there = _folded(store)
        missing = [name for name in names if _known(name, sources, there) is None]
        spelt = [author for name in missing if (author := source.author(name)) is not None]
        if spelt:
            yield Asked(configured.name, configured.key, source.asking(spelt))


def _spelt(store: Store, sources: Sequence[Configured], names: Sequence[str]) -> list[str]:
    there = _folded(store)
    return list(dict.fromkeys(_known(name, sources, there) or name for name in names))


def _folded(store: Store) -> dict[str, str]:
    """Every author by their own name, and by it in small letters."""
    authors = store.authors()
    return {**{author.casefold(): author for author in authors}, **{author: author for author in authors}}


def _known(name: str, sources: Sequence[Configured], there: dict[str, str]) -> str | None:
    if name in there and there[name] == name:
        return name
    for configured in sources:
        if isinstance(configured.source, Directory):
            author = configured.source.author(name)
            if author is not None and (known := there.get(author.casefold())) is not None:
                return known
    return None
