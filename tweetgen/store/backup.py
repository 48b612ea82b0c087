"""Copies of a database that is in use, and their return; SQLite only, PostgreSQL has tools of its own."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Engine

from tweetgen.atomic import beside
from tweetgen.errors import StoreError
from tweetgen.store.engine import connect, parse, reading, writing
from tweetgen.store.problems import explain, spoken
from tweetgen.store.quarantine import Held, quarantine
from tweetgen.store.schema import is_ours, migrate

# what SQLite says of a file that nothing can be read from
_UNREADABLE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored database holds back, and where the one before it went."""

    held: Held
    #: None if there was no database before
    replaced: Path | None


def copy(engine: Engine, path: Path) -> None:
    """Write all of the database to `path`, whole or not at all, while others go on working with it.

    Raises `StoreError` for PostgreSQL, where the copy cannot be written, and where what was read is damaged.
    """
    url = engine.url
    _refuse_server(url, "pg_dump --format=custom --file=FILE DATABASE makes a backup of it")
    if path.resolve() == Path(url.database or "").resolve():
        raise StoreError(str(url), "the backup would replace the database itself", "name another file")
    with _spoken(path), beside(path) as temporary, closing(engine.raw_connection()) as raw:
        source = raw.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError(source)
        with closing(sqlite3.connect(temporary)) as target:
            source.backup(target)  # in one step: one state of the database, and writers need not wait
            _seal(target, url)


def restore(url: str, path: Path, now: datetime, patience: float) -> Restored:
    """Put the copy in `path` in the place of the database at `url`; nothing that may have been sent is sent again.

    See `quarantine` for what is held back. The database that was there is kept beside it.
    Raises `StoreError` for PostgreSQL, for a copy that is damaged or of another program, and where a program has
    the database open.
    """
    parsed = parse(url)
    _refuse_server(parsed, "stop tweetgen, let pg_restore bring the copy back, then: tweetgen restore --hold-back")
    target = Path(parsed.database or "")
    if not path.is_file():
        raise StoreError(str(path), "there is no such file", "name the backup")
    if target.exists() and path.samefile(target):
        raise StoreError(str(path), "the backup is the database itself", "name another file")
    with _spoken(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=target.parent) as folder:
            prepared = Path(folder) / target.name
            held = _prepare(path, prepared, now, patience)
            return Restored(held, _install(prepared, target, now, patience))


def _prepare(path: Path, prepared: Path, now: datetime, patience: float) -> Held:
    """A checked copy of the backup in today's shape, with everything held back."""
    url = parse(f"sqlite:///{prepared}")
    with (
        _spoken(path),
        closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(prepared)) as target,
    ):
        source.backup(target)
        _seal(target, parse(f"sqlite:///{path}"))
    engine = connect(url, patience)
    try:
        with reading(engine) as connection:
            if not is_ours(connection):
                raise StoreError(str(path), "this is no backup of a tweetgen database", "name another file")
        with spoken(url):
            migrate(engine)
        with writing(engine) as connection:
            return quarantine(connection, now)
    finally:
        engine.dispose()  # the last to leave brings the log into the file


def _install(prepared: Path, target: Path, now: datetime, patience: float) -> Path | None:
    """Put the prepared database in its place; where the one before lies now."""
    if not target.exists():
        _move(prepared, target)
        return None
    kept = target.with_name(f"{target.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    try:
        with _alone(target, patience) as connection:
            with beside(kept) as temporary, closing(sqlite3.connect(temporary)) as copied:
                connection.backup(copied)
                copied.execute("PRAGMA journal_mode = DELETE")
            with closing(sqlite3.connect(prepared)) as source:
                source.backup(connection)  # one transaction: whoever opens it meanwhile sees the one or the other
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _UNREADABLE:
            raise
        target.replace(kept)
        _move(prepared, target)
    return kept


@contextmanager
def _alone(target: Path, patience: float) -> Iterator[sqlite3.Connection]:
    """A connection that no other program has beside it. Raises `StoreError` where one has."""
    with closing(sqlite3.connect(target, timeout=patience, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise StoreError(str(target), "another program has it open", "stop tweetgen, then restore") from error
        yield connection


def _move(prepared: Path, target: Path) -> None:
    # a log of the database before would be taken for one of this
    for log in (f"{target.name}-wal", f"{target.name}-shm"):
        target.with_name(log).unlink(missing_ok=True)
    prepared.replace(target)


def _seal(target: sqlite3.Connection, url: URL) -> None:
    """Make it one file, without a log beside it, and look whether all of it can be read."""
    target.execute("PRAGMA journal_mode = DELETE")
    found = [str(row[0]) for row in target.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        why = f"it is damaged ({' '.join('; '.join(found).split())})"
        raise StoreError(str(url), why, "take another copy of it")


def _refuse_server(url: URL, remedy: str) -> None:
    if url.get_backend_name() != "sqlite":
        raise StoreError(url.render_as_string(hide_password=True), "PostgreSQL has its own tools for this", remedy)


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and of the file system into a `StoreError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(parse(f"sqlite:///{path}"), error) from error
    except OSError as error:
        why = f"it cannot be written ({error.strerror})"
        raise StoreError(str(error.filename or path), why, "check the folder and the space on its disk") from error
