"""What observers were told of, so that they are told once for one cause."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, select, true, update

from tweetgen.domain import Event, Severity
from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.rows import repair, repair_json
from tweetgen.store.tables import notices


@dataclass(frozen=True, slots=True)
class Notice:
    """A cause that is not over, with the newest event of it."""

    event: Event
    #: events of this cause so far, the first and the last of them when
    count: int
    first_at: datetime
    last_at: datetime
    #: when all observers had been told; None: some are still to be
    told_at: datetime | None
    #: observers that were told, while others could not be
    told_to: frozenset[str] = frozenset()


class Notices:
    """Causes from their first event until they are over; every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def happened(self, event: Event) -> bool:
        """Count the event; True if it is the first of its cause: observers are to be told now.

        Where telling fails it stays in `untold`. Of two processes that see the same trouble, one gets True.
        """
        with writing(self._engine) as connection:
            row = {"cause": event.cause, "event": _to_json(event), "count": 1}
            row |= {"first_at": event.at, "last_at": event.at}
            insert = insert_into(connection, notices).values(row).on_conflict_do_nothing()
            if connection.execute(insert.returning(notices.c.cause)).first() is not None:
                return True
            told_to = _told_to(connection, event.cause)
            change = {"count": notices.c.count + 1, "last_at": event.at, "event": _to_json(event, told_to)}
            connection.execute(update(notices).where(notices.c.cause == event.cause).values(change))
            return False

    def renew(self, event: Event) -> None:
        """What is said of this cause from now on, if it is not over; it does not count as having happened again."""
        with writing(self._engine) as connection:
            change = update(notices).where(notices.c.cause == event.cause)
            kept = connection.execute(select(notices.c.event).where(notices.c.cause == event.cause)).scalar()
            if kept is not None:
                connection.execute(change.values(event=_to_json(event, kept["told_to"])))

    def told(self, cause: str, now: datetime) -> None:
        """Every observer knows."""
        with writing(self._engine) as connection:
            connection.execute(update(notices).where(notices.c.cause == cause).values(told_at=now))

    def told_some(self, cause: str, observers: Collection[str]) -> None:
        """These observers know, others could not be told: they are told later, these are not told twice."""
        with writing(self._engine) as connection:
            kept = connection.execute(select(notices.c.event).where(notices.c.cause == cause)).scalar()
            if kept is not None:
                known = sorted({*kept["told_to"], *observers})
                change = update(notices).where(notices.c.cause == cause)
                connection.execute(change.values(event={**kept, "told_to": known}))

    def over(self, cause: str) -> bool:
        """The trouble has ended: the next event of this cause is told anew. False if there was none."""
        with reading(self._engine) as connection:  # asked after every success: seldom a reason to write
            if connection.execute(select(notices.c.cause).where(notices.c.cause == cause)).first() is None:
                return False
        with writing(self._engine) as connection:
            return connection.execute(delete(notices).where(notices.c.cause == cause)).rowcount > 0

    def open(self) -> list[Notice]:
        """All that is not over, the one that happened last first."""
        return self._list(true())

    def untold(self, before: datetime) -> list[Notice]:
        """What some observer does not know yet though it began before then, the one that happened last first."""
        return self._list(notices.c.told_at.is_(None) & (notices.c.first_at <= before))

    def sweep(self, before: datetime) -> int:
        """Forget what has not happened again since, told or not; how many causes that were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(notices).where(notices.c.last_at < before)).rowcount

    def _list(self, which: ColumnElement[bool]) -> list[Notice]:
        query = select(notices).where(which).order_by(notices.c.last_at.desc(), notices.c.cause)
        with reading(self._engine) as connection:
            return [_notice(**row) for row in connection.execute(query).mappings()]


def _told_to(connection: Connection, cause: str) -> list[str]:
    kept = connection.execute(select(notices.c.event).where(notices.c.cause == cause)).scalar_one()
    return list(kept["told_to"])


def _to_json(event: Event, told_to: Collection[str] = ()) -> Mapping[str, Any]:
    return {
        "kind": event.kind,
        "account": event.account,
        "severity": event.severity.value,
        "message": repair(event.message),
        "at": event.at.astimezone(UTC).isoformat(),
        "details": repair_json(dict(event.details)),
        "told_to": list(told_to),
    }


def _notice(event: Mapping[str, Any], cause: str, **times: Any) -> Notice:
    told = Event(
        kind=event["kind"],
        account=event["account"],
        severity=Severity(event["severity"]),
        message=event["message"],
        cause=cause,
        at=datetime.fromisoformat(event["at"]),
        details=event["details"],
    )
    return Notice(told, **times, told_to=frozenset(event["told_to"]))
