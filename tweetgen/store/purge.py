"""Deletes posts so that their text is in the database's files no more."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, Engine, delete, select, update

from tweetgen.errors import Busy, Conflict
from tweetgen.store.engine import writing
from tweetgen.store.tables import posts


def purge(
    engine: Engine,
    chosen: ColumnElement[bool],
    expected: int | None = None,
    keep: Callable[[Connection, int], None] | None = None,
) -> int:
    """Delete the posts that `chosen` picks; how many they were. `keep` notes it in the same transaction.

    Raises `Busy`, with nothing deleted, where another program reads the database all the while; `Conflict`, with
    nothing deleted, where they are not `expected` many.
    """
    if engine.dialect.name == "sqlite":
        _empty_log(engine)
    with writing(engine) as connection:
        count = forget(connection, chosen)
        if expected not in (None, count):
            raise Conflict(f"{expected:,} posts were to be deleted", f"now they are {count:,}, and none was deleted")
        if keep is not None:
            keep(connection, count)
    wipe(engine)
    return count


def forget(connection: Connection, chosen: ColumnElement[bool]) -> int:
    """Delete the posts that `chosen` picks; how many they were. Their text stays in the files until `wipe`."""
    count = connection.execute(delete(posts).where(chosen)).rowcount
    # a cluster that lost its first post is looked for again
    orphaned = posts.c.cluster.not_in(select(posts.c.number))
    connection.execute(update(posts).where(orphaned).values(cluster=None, bands=None))
    return count


def wipe(engine: Engine) -> None:
    """Write the files anew without what was deleted. Raises `Busy` where another program reads them all the while."""
    if engine.dialect.name == "sqlite":
        _empty_log(engine, "VACUUM")  # which rewrites the whole file without what was deleted
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (FULL, ANALYZE) posts")


def _empty_log(engine: Engine, *before: str) -> None:
    """Move the write-ahead log into the database file, and cut it to nothing: it holds old pages."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for statement in (*before, "PRAGMA wal_checkpoint(TRUNCATE)"):
            cursor.execute(statement)
        row = cursor.fetchone()
        if row is not None and row[0]:
            # a log left behind goes when the last program closes the database
            raise Busy(f"database {engine.url.database}", "another program that reads it")
    finally:
        raw.close()
