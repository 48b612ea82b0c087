"""Deletes posts so that their text is in the database's files no more."""

from sqlalchemy import ColumnElement, Engine, delete, select, update

from tweetgen.errors import Busy
from tweetgen.store.engine import writing
from tweetgen.store.tables import posts


def purge(engine: Engine, chosen: ColumnElement[bool]) -> int:
    """Delete the posts that `chosen` picks; how many they were.

    Raises `Busy` where another program keeps reading old pages: the posts are gone then, but their text may
    still be in the files; the same purge again, once that program has ended, removes it.
    """
    with writing(engine) as connection:
        count = connection.execute(delete(posts).where(chosen)).rowcount
        # a cluster that lost its first post is looked for again
        orphaned = posts.c.cluster.not_in(select(posts.c.number))
        connection.execute(update(posts).where(orphaned).values(cluster=None, bands=None))
    if engine.dialect.name == "sqlite":
        _rewrite_sqlite(engine)
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (FULL, ANALYZE) posts")
    return count


def _rewrite_sqlite(engine: Engine) -> None:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")  # rewrites the whole file without what was deleted
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # and the log, which held the old pages
        row = cursor.fetchone()
        if row is None or row[0]:
            raise Busy(f"{engine.url.database}-wal, which still holds what was deleted,", "another program")
    finally:
        raw.close()
