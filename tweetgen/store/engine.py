"""Connections: SQLite and PostgreSQL made to behave alike."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError

from tweetgen.errors import MissingDependency, StoreError
from tweetgen.store.problems import spoken

# seconds that somebody may wait for another program's lock without being told why
_SOON = 1.5
# one writer at a time, as in SQLite: numbers rise in the order of commits, and two collects never deadlock
_WRITER_LOCK = 0x7477656574


def parse(url: str) -> URL:
    """A database URL we can serve.

    Raises `StoreError` for anything but SQLite in a file and PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(url, "this is no database URL", "write sqlite:///FILE or postgresql://…") from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreError(url, f"{backend} is not supported", "use sqlite:///FILE or postgresql://…")
    if parsed.database in (None, "", ":memory:"):
        raise StoreError(url, "a database in memory would forget everything", "name a file: sqlite:///FILE")
    return parsed


def connect(url: URL, patience: float) -> Engine:
    """An engine for `url`; `patience`: seconds to wait for another program's lock."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, patience)
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise MissingDependency("psycopg", "a PostgreSQL database", "postgresql") from error
    options = f"-c timezone=utc -c lock_timeout={int(patience * 1000)}"
    return create_engine(url, connect_args={"options": options})


def _sqlite(url: URL, patience: float) -> Engine:
    file = Path(str(url.database))
    if not url.query.get("uri"):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = f"its folder cannot be made ({error.strerror})"
            raise StoreError(str(url), why, "name another place") from error
    engine = create_engine(url, connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours to say, see below
        _write_ahead(connection, file, patience)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # in pages: ids come in no order, so every commit touches many; written back seldom, each goes once
        connection.execute("PRAGMA wal_autocheckpoint = 16000")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA cache_size = -32768")  # KiB, kept in memory at most

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a writer asks for the lock at once: a reader that turns writer later fails without waiting
        if connection.get_execution_options().get("writes", False):
            raw = cast(sqlite3.Connection, connection.connection.driver_connection)
            if patience <= _SOON or not _begins_soon(raw, file, patience):
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _begins_soon(connection: sqlite3.Connection, file: Path, patience: float) -> bool:
    """Begin to write; False where it has to be tried again, with all patience: who waits was told then."""
    connection.execute(f"PRAGMA busy_timeout = {int(_SOON * 1000)}")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if _is_busy(error):
            _tell(file, patience - _SOON)
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
    return True


def _tell(file: Path, rest: float) -> None:
    told = "%s is locked by another program; waiting up to %.0f s more for it (which one: fuser -v %s)"
    logging.getLogger(__name__).warning(told, file, rest, file)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _write_ahead(connection: sqlite3.Connection, file: Path, patience: float) -> None:
    """Switch to the write-ahead log; SQLite does not wait for every lock here, so we do."""
    begun = time.monotonic()
    connection.execute("PRAGMA busy_timeout = 0")
    told = patience <= _SOON
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
            return
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - begun
            if not _is_busy(error) or waited > patience:
                raise
            if not told and waited > _SOON:
                told = True
                _tell(file, patience - waited)
            time.sleep(0.05)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read from; all questions asked on it see one state of the database. Raises `StoreError`."""
    with spoken(engine.url), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, durable: bool = False) -> Iterator[Connection]:
    """A transaction that no other writer is in; committed at the end, rolled back on any error. Raises `StoreError`.

    `durable`: what was committed outlives a power cut too; otherwise SQLite may forget the last moments then.
    """
    with (
        spoken(engine.url),
        engine.connect().execution_options(writes=True) as connection,
        _synced(connection) if durable else nullcontext(),
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
            if durable:  # a server may be told to answer before the disk has it
                connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        yield connection


@contextmanager
def _synced(connection: Connection) -> Iterator[None]:
    """SQLite waits for the disk at every commit meanwhile; it takes that order outside of transactions only."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = cast(sqlite3.Connection, connection.connection.driver_connection)
    raw.execute("PRAGMA synchronous = FULL")
    try:
        yield
    finally:
        raw.execute("PRAGMA synchronous = NORMAL")


def insert_into(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that can say ON CONFLICT: the same sentence in either dialect."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return cast(sqlite.Insert, postgresql.insert(table))
