"""What people did besides deciding about candidates: paused, purged, moved, sent again; rows are only ever added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from tweetgen.domain import Json
from tweetgen.store.engine import reading, writing
from tweetgen.store.people_tables import deeds
from tweetgen.store.rows import repair, repair_json


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody did."""

    number: int
    at: datetime
    actor: str
    #: the page or command it was done with
    via: str
    #: such as pause, purge, outbox.retry, slot.move, user.add
    deed: str
    #: to what: an account, an author, a row of the outbox
    subject: str
    details: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and with what."""

    actor: str
    #: the page or command
    via: str


class Deeds:
    """The log of deeds. Every method raises `StoreError` where the database cannot be read or written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, actor: str, via: str, deed: str, subject: str, now: datetime, details: Mapping[str, Json] | None = None
    ) -> None:
        """Keep what somebody did."""
        with writing(self._engine) as connection:
            keep(connection, By(actor, via), deed, subject, now, details)

    def last(self, limit: int = 100, before: int | None = None) -> list[Deed]:
        """The newest first; `before`: only rows numbered lower."""
        query = select(deeds).order_by(deeds.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(deeds.c.number < before)
        with reading(self._engine) as connection:
            return [Deed(**row._asdict()) for row in connection.execute(query)]


def keep(
    connection: Connection,
    by: By,
    deed: str,
    subject: str,
    now: datetime,
    details: Mapping[str, Json] | None = None,
) -> None:
    """What `Deeds.add` does, within the caller's transaction (`writing`): no change without its row."""
    row = {"at": now, "actor": repair(by.actor), "via": by.via, "deed": deed, "subject": repair(subject)}
    connection.execute(insert(deeds), {**row, "details": repair_json(dict(details or {}))})
