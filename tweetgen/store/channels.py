"""One destination of one account, as its answers left it: to be waited for, or blocked until a person acts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, delete, select, update

from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.rows import repair
from tweetgen.store.tables import channels


@dataclass(frozen=True, slots=True)
class Channel:
    """A destination that does not take everything at any time."""

    account: str
    #: its name within the account
    destination: str
    #: nothing is sent there before
    wait_until: datetime | None
    why: str
    #: since when a login is to be renewed; only a person ends that
    blocked_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether something may be sent there."""
        return self.blocked_at is None and (self.wait_until is None or self.wait_until <= now)


class Channels:
    """Destinations with a reason to wait; those without have no row. Every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def wait(self, account: str, destination: str, until: datetime, why: str) -> None:
        """Send nothing there before `until`; the longest wait of several counts."""
        self._say(account, destination, wait_until=until, why=repair(why))

    def block(self, account: str, destination: str, why: str, now: datetime) -> None:
        """Send nothing there until a person has acted."""
        self._say(account, destination, blocked_at=now, why=repair(why))

    def _say(self, account: str, destination: str, **values: Any) -> None:
        with writing(self._engine) as connection:
            row = {"account": account, "destination": destination, **values}
            insert = insert_into(connection, channels).values(row)
            change: dict[str, Any] = dict(values)
            if "wait_until" in change:
                longer = channels.c.wait_until > insert.excluded.wait_until
                change["wait_until"] = case((longer, channels.c.wait_until), else_=insert.excluded.wait_until)
            keys = ["account", "destination"]
            connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=change))

    def end_wait(self, account: str, destination: str) -> None:
        """What was waited for has ended; a block stays."""
        change = update(channels).where(_of(account, destination))
        with writing(self._engine) as connection:
            connection.execute(change.values(wait_until=None))

    def clear(self, account: str, destination: str) -> bool:
        """Neither wait nor block any longer; False where there was nothing to clear."""
        with writing(self._engine) as connection:
            return connection.execute(delete(channels).where(_of(account, destination))).rowcount > 0

    def get(self, account: str, destination: str) -> Channel:
        """What is known of one; nothing known is a channel that is open."""
        with reading(self._engine) as connection:
            row = connection.execute(select(channels).where(_of(account, destination))).mappings().first()
        return Channel(account, destination, None, "", None) if row is None else Channel(**row)

    def all(self) -> list[Channel]:
        """Every one that something is known of, by account and destination."""
        query = select(channels).order_by(channels.c.account, channels.c.destination)
        with reading(self._engine) as connection:
            return [Channel(**row) for row in connection.execute(query).mappings()]


def _of(account: str, destination: str) -> ColumnElement[bool]:
    return (channels.c.account == account) & (channels.c.destination == destination)
