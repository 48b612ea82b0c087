"""Source plugin → posts: brings in only what is new, a page and its cursor in one transaction."""

import hashlib
import json
import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tweetgen.domain import Json
from tweetgen.errors import InputError, TweetgenError
from tweetgen.interfaces import Page, Parted, Priced, Source
from tweetgen.store import Added, Store

LOG = logging.getLogger(__name__)
#: problems kept word for word; the rest is counted
MOST_PROBLEMS = 100


class Configured(Protocol):
    """A source with its name and the key of its cursor."""

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def source(self) -> Source: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """Where collecting stands, told after every page."""

    source: str
    #: of this source so far
    new: int
    known: int
    #: done and in all, in the source's own unit; None where unknown
    of: tuple[int, int] | None


@dataclass(slots=True)
class Collected:
    """What a collect brought in."""

    new: int = 0
    #: posts the store had already
    known: int = 0
    #: new and known by author
    authors: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: what could not be read, the first of them word for word
    problems: list[str] = field(default_factory=list)
    problem_count: int = 0
    #: sources that broke off; what they gave before that is kept
    failed: list[str] = field(default_factory=list)
    #: when a source that ended early has more, the first of several
    later: datetime | None = None

    def count(self, added: Added) -> None:
        """Add what the store said of a page."""
        self.new += added.new
        self.known += added.known
        for author, (new, known) in added.authors.items():
            before = self.authors.get(author, (0, 0))
            self.authors[author] = (before[0] + new, before[1] + known)

    def report(self, problems: Sequence[str]) -> None:
        """Count problems, and keep the first of them."""
        self.problem_count += len(problems)
        self.problems.extend(problems[: max(0, MOST_PROBLEMS - len(self.problems))])


def collect(
    store: Store,
    sources: Sequence[Configured],
    authors: Sequence[str] | None = None,
    notify: Callable[[Progress], None] | None = None,
    *,
    remember: bool = True,
    again: bool = False,
) -> Collected:
    """Store what is new in every source; of these authors, or of all.

    A source that fails is reported in `failed` and `problems`, and does not stop the others. Interrupted
    anywhere, all pages committed so far stay, and the next collect goes on behind them. `remember` False
    neither reads nor keeps cursors (for a file read once); `again` reads from the start.
    Raises `StoreError` where the database fails.
    """
    collected = Collected()
    for configured in sources:
        where = Bookmarks.of(store, configured, authors) if remember else Bookmarks(store, None)
        _collect_one(where, configured, authors, notify, collected, again)
    return collected


@dataclass(frozen=True)
class Bookmarks:
    """Where the cursors of one source lie."""

    store: Store
    #: None: nowhere
    key: str | None
    #: whether there is one for each part of the source
    parted: bool = False

    @classmethod
    def of(cls, store: Store, configured: Configured, authors: Sequence[str] | None) -> "Bookmarks":
        """Of this source, asked for these authors."""
        if isinstance(configured.source, Parted):
            return cls(store, f"{configured.source.cursor_key}/", parted=True)
        return cls(store, cursor_key(configured.key, authors))

    def read(self) -> Json:
        """What `Source.fetch` is given."""
        if self.key is None:
            return None
        return self.store.cursors(self.key) if self.parted else self.store.cursor(self.key)

    def keep(self, page: Page) -> Added:
        """Store a page and its cursor, in one transaction."""
        if self.key is None or not self.parted:
            return self.store.add_page(self.key, page.posts, page.cursor)
        return self.store.add_page(None if page.part is None else self.key + page.part, page.posts, page.cursor)


def estimates(
    store: Store, sources: Sequence[Configured], authors: Sequence[str] | None = None, *, again: bool = False
) -> Iterator[str]:
    """One line for each source whose posts cost money: what `collect` may come to. Nothing is asked for it."""
    for configured in sources:
        if isinstance(configured.source, Priced):
            cursor = None if again else Bookmarks.of(store, configured, authors).read()
            yield f"{configured.name}: {configured.source.estimate(authors, cursor)}"


def cursor_key(key: str, authors: Sequence[str] | None) -> str:
    """Where a source's cursor lies: what was read for some authors says nothing about the others."""
    if authors is None:
        return key
    spelt = json.dumps(sorted(set(authors)))
    return f"{key}:{hashlib.sha256(spelt.encode()).hexdigest()[:12]}"


def _collect_one(
    bookmarks: Bookmarks,
    configured: Configured,
    authors: Sequence[str] | None,
    notify: Callable[[Progress], None] | None,
    collected: Collected,
    again: bool,
) -> None:
    failures: list[str] = []
    cursor = None if again else bookmarks.read()
    new = known = 0
    with closing(_pages(configured, authors, cursor, failures)) as pages:
        for page in pages:
            try:
                added = bookmarks.keep(page)
            except InputError as error:
                failures.append(str(error))
                break
            collected.count(added)
            collected.report(page.problems)
            if page.later is not None:
                collected.later = min(page.later, collected.later or page.later)
            new, known = new + added.new, known + added.known
            if notify is not None:
                notify(Progress(configured.name, new, known, page.progress))
    if failures:
        collected.failed.append(configured.name)
        collected.report([f"source {configured.name}: {failure}" for failure in failures])


def _pages(
    configured: Configured, authors: Sequence[str] | None, cursor: Json, failures: list[str]
) -> Generator[Page, None, None]:
    """The source's pages until it ends or fails; a plugin may raise anything."""
    try:
        yield from configured.source.fetch(authors, cursor)
    except TweetgenError as error:
        failures.append(str(error))
    except Exception as error:
        LOG.debug("source %s", configured.name, exc_info=True)
        failures.append(" ".join(f"{type(error).__name__}: {error}".split()))
