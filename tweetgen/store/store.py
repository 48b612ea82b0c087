"""The store: posts in, posts out, and how far each source was read."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Result,
    Select,
    bindparam,
    func,
    select,
    true,
    update,
)

from tweetgen.domain import Json, Post
from tweetgen.errors import StoreError
from tweetgen.store import backup, summaries
from tweetgen.store.accounts import Accounts
from tweetgen.store.api_tokens import ApiTokens
from tweetgen.store.backup import Restored
from tweetgen.store.browsing import Browsing
from tweetgen.store.budgets import Budgets
from tweetgen.store.candidates import Candidates
from tweetgen.store.channels import Channels
from tweetgen.store.daemons import Daemons
from tweetgen.store.deeds import By, Deeds, keep
from tweetgen.store.engine import connect, insert_into, parse, reading, writing
from tweetgen.store.examine import examine
from tweetgen.store.history import History
from tweetgen.store.journal import Journal
from tweetgen.store.leases import Leases
from tweetgen.store.notices import Notices
from tweetgen.store.outbox import Outbox
from tweetgen.store.plugin_states import PluginStates
from tweetgen.store.problems import spoken
from tweetgen.store.purge import forget, purge, wipe
from tweetgen.store.quarantine import BACKUP, Held, quarantine
from tweetgen.store.rate_limits import RateLimits
from tweetgen.store.records import Added, AuthorSummary, Fingerprint, Ident, StoredPost
from tweetgen.store.rows import from_row, repair, to_row
from tweetgen.store.schema import migrate
from tweetgen.store.slots import Slots
from tweetgen.store.tables import cursors, posts
from tweetgen.store.users import Users
from tweetgen.store.votes import Votes

# rows fetched at a time
_CHUNK = 1000
# more names than this in one question is more than a database takes
_MOST_NAMES = 10_000
_COLUMNS = [column for column in posts.c if column.name != "bands"]


class Store:
    """One open database. Every method raises `StoreError` where the database cannot be read or written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._url = engine.url
        self.browse = Browsing(engine)
        self.accounts = Accounts(engine)
        self.plugin_states = PluginStates(engine)
        self.journal = Journal(engine)
        self.notices = Notices(engine)
        self.daemons = Daemons(engine)
        self.leases = Leases(engine)
        self.channels = Channels(engine)
        self.candidates = Candidates(engine)
        self.slots = Slots(engine)
        self.outbox = Outbox(engine)
        self.budgets = Budgets(engine)
        self.rate_limits = RateLimits(engine)
        self.deeds = Deeds(engine)
        self.votes = Votes(engine)
        self.users = Users(engine)
        self.api_tokens = ApiTokens(engine)
        self.history = History(engine)

    @classmethod
    def open(cls, url: str, patience: float = 60.0) -> "Store":
        """Open, and bring to the newest schema; a new SQLite file is made.

        `url`: `sqlite:///FILE` or `postgresql+psycopg://…`; `patience`: seconds to wait for another's lock.
        """
        parsed = parse(url)
        with spoken(parsed):
            engine = connect(parsed, patience)
            try:
                migrate(engine)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def backup(self, path: Path, now: datetime) -> None:
        """Write a copy of the whole database to `path`, while others go on working with it; SQLite only.

        It notes in the journal when it was made. Raises `StoreError` where it cannot be made; what was at `path` stays.
        """
        number = self.journal.begin(BACKUP, "", "", now)
        try:
            backup.copy(self._engine, path)
        except BaseException as error:
            with suppress(StoreError):  # whatever broke the copy may break this
                self.journal.end(number, "failed", str(error), now)
            raise
        self.journal.end(number, "ok", str(path), now)

    @staticmethod
    def restore(url: str, path: Path, now: datetime, patience: float = 10.0) -> Restored:
        """Put a backup in the place of the database at `url`, which nobody may have open; SQLite only.

        Nothing that may have been sent since is sent again: see `quarantine`. The database before is kept beside it.
        """
        return backup.restore(url, path, now, patience)

    def quarantine(self, now: datetime) -> Held:
        """Hold back what may have happened since this database was copied: for one that PostgreSQL's tools restored."""
        with writing(self._engine) as connection:
            return quarantine(connection, now)

    def examine(self) -> list[str]:
        """What is damaged, one line each; looks at every page, so a large file takes its time. SQLite only, else empty.

        Raises `StoreError` where it cannot be written to.
        """
        return examine(self._engine)

    def checkpoint(self) -> None:
        """Bring the write-ahead log into the database file, as far as its readers let it go; SQLite alone has one."""
        if self._engine.dialect.name == "sqlite":
            with spoken(self._url), closing(self._engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")

    def add_page(self, key: str | None, page: Sequence[Post], cursor: Json = None) -> Added:
        """Keep the posts not known yet by source and id, and the cursor after them, in one transaction.

        `key`: whose cursor; None keeps none. Raises `InputError` for a post that cannot be stored as it is.
        """
        rows = [to_row(post) for post in page]
        with writing(self._engine) as connection:
            added = self._insert(connection, rows)
            if key is not None:
                self._remember(connection, key, cursor)
        return added

    def _insert(self, connection: Connection, rows: list[dict[str, Any]]) -> Added:
        if not rows:
            return Added()
        asked = Counter(row["author"] for row in rows)
        newest = connection.execute(select(func.max(posts.c.number))).scalar() or 0
        connection.execute(insert_into(connection, posts).on_conflict_do_nothing(), rows)
        # nobody else writes meanwhile, so what is above the newest number is ours
        fresh = Counter(connection.execute(select(posts.c.author).where(posts.c.number > newest)).scalars())
        by_author = {author: (fresh[author], asked[author] - fresh[author]) for author in asked}
        return Added(fresh.total(), len(rows) - fresh.total(), by_author)

    def _remember(self, connection: Connection, key: str, cursor: Json) -> None:
        insert = insert_into(connection, cursors).values(key=key, cursor=json.dumps(cursor))
        change = {"cursor": insert.excluded.cursor}
        connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=change))

    def cursor(self, key: str) -> Json:
        """The cursor kept last under `key`, None if there is none."""
        with reading(self._engine) as connection:
            found = connection.execute(select(cursors.c.cursor).where(cursors.c.key == key)).scalar()
        return None if found is None else cast(Json, json.loads(found))

    def cursors(self, prefix: str) -> dict[str, Json]:
        """Every cursor whose key begins with `prefix`, by what follows it."""
        query = select(cursors.c.key, cursors.c.cursor).where(cursors.c.key.startswith(prefix, autoescape=True))
        with reading(self._engine) as connection:
            return {row.key[len(prefix) :]: json.loads(row.cursor) for row in connection.execute(query)}

    def posts(self, authors: Collection[str] | None = None, after: int = 0) -> Iterator[StoredPost]:
        """All posts (of these authors) by number, those numbered above `after`, read as they are asked for."""
        wanted = None if authors is None else {repair(author) for author in authors}
        query = select(*_COLUMNS).where(posts.c.number > after).order_by(posts.c.number)
        if wanted is not None and len(wanted) <= _MOST_NAMES:
            query = query.where(posts.c.author.in_(sorted(wanted)))
        with self._streaming(query) as rows:
            for row in rows:
                if wanted is None or row.author in wanted:
                    yield from_row(row)

    def count(self, after: int, through: int) -> int:
        """How many posts are numbered above the one and up to the other."""
        query = select(func.count()).where(posts.c.number.between(after + 1, through))
        with spoken(self._url), self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def numbers(self, after: int, through: int) -> Iterator[int]:
        """The numbers of those posts, rising."""
        query = select(posts.c.number).where(posts.c.number.between(after + 1, through)).order_by(posts.c.number)
        with self._streaming(query) as rows:
            yield from rows.scalars()

    def authors(self) -> list[str]:
        """Everybody with at least one post, sorted."""
        return self._names(posts.c.author)

    def sources(self) -> list[str]:
        """The name of every source that brought a post still here, sorted."""
        return self._names(posts.c.source)

    def _names(self, column: ColumnElement[str]) -> list[str]:
        with reading(self._engine) as connection:
            return sorted(connection.execute(select(column).distinct()).scalars())

    def summaries(self, author: str | None = None, source: str | None = None) -> list[AuthorSummary]:
        """Each author in numbers, sorted by name; of one author, or of what one source brought."""
        with reading(self._engine) as connection:
            return summaries.summaries(connection, _chosen(author, source))

    def purge(
        self,
        author: str | None = None,
        source: str | None = None,
        expected: int | None = None,
        by: tuple[By, datetime] | None = None,
    ) -> int:
        """Delete for good the posts of an author, of a source, or of one from the other; how many they were.

        Cursors stay, so that a source still configured does not bring the same posts back. `by`: who does it and
        when, kept among the deeds in the same transaction.
        Raises `Busy` where another program keeps the text in the files; `Conflict`, with nothing deleted, where they
        are not `expected` many; ValueError where neither is named.
        """
        if author is None and source is None:
            raise ValueError("purge needs an author or a source")
        subject = " ".join(f"{kind} {name}" for kind, name in (("author", author), ("source", source)) if name)

        def note(connection: Connection, count: int) -> None:
            if by is not None:
                keep(connection, by[0], "purge", subject, by[1], {"posts": count})

        with spoken(self._url):
            return purge(self._engine, _chosen(author, source), expected, note)

    def by_source(self, author: str | None = None) -> dict[str, int]:
        """How many posts each source brought (of this author) that are still here."""
        query = select(posts.c.source, func.count()).where(_chosen(author, None)).group_by(posts.c.source)
        with reading(self._engine) as connection:
            return {str(name): int(count) for name, count in sorted(map(tuple, connection.execute(query)))}

    def count_of(self, source: str) -> int:
        """How many posts a source brought that are still here."""
        query = select(func.count()).where(posts.c.source == repair(source))
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def idents(self, source: str, after: int, limit: int) -> list[Ident]:
        """The first `limit` posts of a source that are numbered above `after`, rising, without their texts."""
        query = select(posts.c.number, posts.c.id, posts.c.author).where(posts.c.number > after)
        query = query.where(posts.c.source == repair(source)).order_by(posts.c.number).limit(limit)
        with reading(self._engine) as connection:
            return [Ident(row.number, row.id, row.author) for row in connection.execute(query)]

    def forget(self, numbers: Collection[int], key: str, cursor: Json) -> None:
        """Delete the posts of these numbers and keep a cursor, in one transaction; `wipe` is to follow."""
        with writing(self._engine) as connection:
            if numbers:
                forget(connection, posts.c.number.in_(numbers))
            self._remember(connection, key, cursor)

    def wipe(self) -> None:
        """Take the text of what was deleted out of the files. Raises `Busy` where another program reads them."""
        with spoken(self._url):
            wipe(self._engine)

    def unclustered(self, limit: int) -> list[StoredPost]:
        """The first `limit` posts, by number, that near-duplicates were not looked for yet."""
        query = select(*_COLUMNS).where(posts.c.cluster.is_(None)).order_by(posts.c.number).limit(limit)
        with reading(self._engine) as connection:
            return [from_row(row) for row in connection.execute(query)]

    def fingerprints(self) -> Iterator[Fingerprint]:
        """Cluster and band keys of all posts looked at, by number."""
        query = select(posts.c.number, posts.c.cluster, posts.c.bands).where(posts.c.cluster.is_not(None))
        with self._streaming(query.order_by(posts.c.number)) as rows:
            for row in rows:
                yield Fingerprint(row.number, row.cluster, row.bands or b"")

    def has_clustered(self, after: int, before: int) -> bool:
        """Whether any post numbered between the two has a cluster."""
        between = posts.c.number.between(after + 1, before - 1) & posts.c.cluster.is_not(None)
        with reading(self._engine) as connection:
            return connection.execute(select(posts.c.number).where(between).limit(1)).first() is not None

    def text(self, number: int) -> str:
        """The text of one post; "" where it was purged."""
        with reading(self._engine) as connection:
            return connection.execute(select(posts.c.text).where(posts.c.number == number)).scalar() or ""

    def set_clusters(self, fingerprints: Collection[Fingerprint]) -> None:
        """Keep clusters and band keys, in one transaction; a post purged meanwhile is no error."""
        if not fingerprints:
            return
        change = update(posts).where(posts.c.number == bindparam("at"))
        change = change.values(cluster=bindparam("of"), bands=bindparam("by"))
        rows = [{"at": found.number, "of": found.cluster, "by": found.bands} for found in fingerprints]
        with writing(self._engine) as connection:
            connection.execute(change, rows)

    @contextmanager
    def _streaming(self, query: Select[Any]) -> Iterator[Result[Any]]:
        """Rows that are fetched as they are asked for."""
        with (
            reading(self._engine) as connection,
            connection.execution_options(yield_per=_CHUNK).execute(query) as rows,
        ):
            yield rows


def _chosen(author: str | None, source: str | None) -> ColumnElement[bool]:
    """The posts of an author and of a source; None means any."""
    chosen: ColumnElement[bool] = true()
    if author is not None:
        chosen = chosen & (posts.c.author == repair(author))
    if source is not None:
        chosen = chosen & (posts.c.source == repair(source))
    return chosen
