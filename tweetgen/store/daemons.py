"""Who serves this store: every daemon says now and then that it lives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, delete, select

from tweetgen.domain import Json
from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.processes import gone, here
from tweetgen.store.tables import daemons

#: among the details, where the process runs
_WHERE = "processes"


@dataclass(frozen=True, slots=True)
class Daemon:
    """A process that serves, or served until it fell silent."""

    #: host:pid:random
    owner: str
    started_at: datetime
    beat_at: datetime
    details: Mapping[str, Json]


class Daemons:
    """Signs of life; every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def beat(self, owner: str, started_at: datetime, now: datetime, details: Mapping[str, Json]) -> None:
        """Say that `owner` lives, with whatever others may want to know of it."""
        change = {"beat_at": now, "details": {**details, _WHERE: here()}}
        with writing(self._engine) as connection:
            insert = insert_into(connection, daemons).values(owner=owner, started_at=started_at, **change)
            connection.execute(insert.on_conflict_do_update(index_elements=["owner"], set_=change))

    def alive(self, since: datetime) -> list[Daemon]:
        """Those heard of since then, the oldest first; without those of which we see that their process is gone."""
        query = select(daemons).where(daemons.c.beat_at >= since).order_by(daemons.c.started_at, daemons.c.owner)
        with reading(self._engine) as connection:
            heard_of = [Daemon(**row) for row in connection.execute(query).mappings()]
        return [_without_where(one) for one in heard_of if not gone(one.owner, one.details.get(_WHERE))]

    def leave(self, owner: str) -> None:
        """Say that `owner` ends."""
        with writing(self._engine) as connection:
            connection.execute(delete(daemons).where(daemons.c.owner == owner))

    def sweep(self, before: datetime) -> int:
        """Forget those not heard of since then; how many they were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(daemons).where(daemons.c.beat_at < before)).rowcount


def _without_where(daemon: Daemon) -> Daemon:
    return replace(daemon, details={key: value for key, value in daemon.details.items() if key != _WHERE})
