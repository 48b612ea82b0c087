"""Whether a database can be written to and is whole."""

from sqlalchemy import Engine, text, update

from tweetgen.store.engine import reading, writing
from tweetgen.store.tables import accounts

_MOST = 5  # kinds of damage told of


def examine(engine: Engine) -> list[str]:
    """What SQLite finds damaged, one line each; PostgreSQL sees to that itself. Raises `StoreError` if read-only."""
    with writing(engine) as connection:
        # a change of no row still needs the right to write, and the lock for it
        connection.execute(update(accounts).where(accounts.c.account.is_(None)).values(pause_reason=""))
    if engine.dialect.name != "sqlite":
        return []
    with reading(engine) as connection:
        found = [str(row[0]) for row in connection.execute(text(f"PRAGMA quick_check({_MOST})"))]
    return [] if found == ["ok"] else found
