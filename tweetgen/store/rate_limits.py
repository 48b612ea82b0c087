"""How often an app may be asked for what: counted for all its accounts and processes, corrected by its own word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, select, update

from tweetgen.interfaces import Rate
from tweetgen.store.accounts import EVERY
from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.tables import rate_limits

# how rows are marked that the app itself told us: of a stretch of time, and of one in which nothing is allowed
_TOLD, _CLOSED = 0, -1


@dataclass(frozen=True, slots=True)
class Counted:
    """How much of what an app allows is taken, until it begins anew."""

    app: str
    #: `EVERY`: of all of them together
    account: str
    endpoint: str
    taken: int
    most: int
    resets_at: datetime


class RateLimits:
    """Fixed stretches of time, each with so many requests; every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, app: str, account: str, endpoint: str, rates: Sequence[Rate], now: datetime) -> datetime | None:
        """Take one request from all that binds this account; where one has none left, when the last of these resets."""
        with writing(self._engine) as connection:
            running = _running(connection, app, account, endpoint, now)
            full: list[datetime] = [row.resets_at for row in running if row.taken >= row.most]
            begun = {(row.account, row.seconds) for row in running}
            fresh = [row for row in _rows(app, account, endpoint, rates, now) if _key(row) not in begun]
            full += [row["resets_at"] for row in fresh if row["most"] < 1]
            if full:
                return max(full)
            for one in running:
                connection.execute(update(rate_limits).where(*_is(one)).values(taken=rate_limits.c.taken + 1))
            for row in fresh:
                _put(connection, row)
        return None

    def learn(
        self, app: str, account: str, endpoint: str, requests: int, remaining: int, resets_at: datetime
    ) -> None:
        """What the app said of this account (`EVERY`: of all of them). What it said of an earlier stretch is passed
        over, and of the same stretch the least that remains counts: requests under way are not in its word yet."""
        kind = _TOLD if requests else _CLOSED
        row = {"app": app, "account": account, "endpoint": endpoint, "seconds": kind}
        taken = max(0, requests - remaining)
        with writing(self._engine) as connection:
            query = select(rate_limits).where(*(rate_limits.c[key] == value for key, value in row.items()))
            before = connection.execute(query).first()
            if before is not None and before.resets_at > resets_at:
                return
            if before is not None and before.resets_at == resets_at:
                taken = max(taken, before.taken)
            _put(connection, {**row, "taken": taken, "most": requests, "resets_at": resets_at})

    def running(self, now: datetime, limit: int = 50) -> list[Counted]:
        """Stretches that have not ended, those with the least left first."""
        left = rate_limits.c.most - rate_limits.c.taken
        names = [rate_limits.c[name] for name in ("app", "account", "endpoint", "taken", "most", "resets_at")]
        query = select(*names).where(rate_limits.c.resets_at > now).order_by(left, *names[:3]).limit(limit)
        with reading(self._engine) as connection:
            return [Counted(**row) for row in connection.execute(query).mappings()]

    def sweep(self, before: datetime) -> int:
        """Forget stretches that ended before; how many they were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(rate_limits).where(rate_limits.c.resets_at < before)).rowcount


def _running(connection: Connection, app: str, account: str, endpoint: str, now: datetime) -> Sequence[Row[Any]]:
    query = select(rate_limits).where(
        rate_limits.c.app == app,
        rate_limits.c.endpoint == endpoint,
        rate_limits.c.account.in_([account, EVERY]),
        rate_limits.c.resets_at > now,
    )
    return connection.execute(query).all()


def _rows(app: str, account: str, endpoint: str, rates: Sequence[Rate], now: datetime) -> list[dict[str, Any]]:
    """What a first request of each rate leaves."""
    return [
        {
            "app": app,
            "account": EVERY if rate.shared else account,
            "endpoint": endpoint,
            "seconds": int(rate.per.total_seconds()),
            "taken": 1,
            "most": rate.requests,
            "resets_at": now + rate.per,
        }
        for rate in rates
    ]


def _key(row: dict[str, Any]) -> tuple[str, int]:
    return row["account"], row["seconds"]


def _is(row: Row[Any]) -> Iterator[ColumnElement[bool]]:
    return (column == row._mapping[column.name] for column in rate_limits.primary_key)


def _put(connection: Connection, row: dict[str, Any]) -> None:
    insert = insert_into(connection, rate_limits).values(row)
    change = {name: row[name] for name in ("taken", "most", "resets_at")}
    keys = ["app", "account", "endpoint", "seconds"]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=change))
