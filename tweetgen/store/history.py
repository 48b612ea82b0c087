"""What people did, in one list: the deeds, and the decisions about candidates; nothing is ever taken out of either."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, select

from tweetgen.domain import Json
from tweetgen.store.engine import reading
from tweetgen.store.people_tables import deeds
from tweetgen.store.tables import decisions

#: who writes, submits, expires and places by the clock
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that somebody did."""

    #: of its row in its own log
    number: int
    #: whether that is the log of decisions
    is_decision: bool
    at: datetime
    actor: str
    #: the page, queue or command it was done with
    via: str
    #: such as approve, reject, pause, user.add
    what: str
    #: to what: a candidate, an account, an author, a user
    subject: str
    details: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has read back: only rows numbered lower come next, in either log."""

    deed: int
    decision: int


class History:
    """Both logs, read side by side. Every method raises `StoreError` where the database cannot be read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last(
        self, limit: int = 100, before: Place | None = None, actor: str | None = None, service: bool = False
    ) -> tuple[list[Done], Place | None]:
        """The newest first, and the place to go on from, None at the end.

        `actor`: only theirs; `service`: also what the service itself did to candidates.
        """
        of_deeds = select(deeds).order_by(deeds.c.number.desc()).limit(limit + 1)
        of_decisions = select(decisions).order_by(decisions.c.number.desc()).limit(limit + 1)
        if before is not None:
            of_deeds = of_deeds.where(deeds.c.number < before.deed)
            of_decisions = of_decisions.where(decisions.c.number < before.decision)
        if actor is not None:
            of_deeds = of_deeds.where(deeds.c.actor == actor)
            of_decisions = of_decisions.where(decisions.c.actor == actor)
        elif not service:
            of_decisions = of_decisions.where(decisions.c.actor != SERVICE)
        with reading(self._engine) as connection:
            mine = [_deed(row) for row in connection.execute(of_deeds)]
            others = [_decision(row) for row in connection.execute(of_decisions)]
        found = _merged(mine, others, limit)
        if len(mine) + len(others) <= limit:
            return found, None
        place = before or Place(2**63 - 1, 2**63 - 1)
        for done in found:
            place = Place(place.deed, done.number) if done.is_decision else Place(done.number, place.decision)
        return found, place


def _merged(one: list[Done], other: list[Done], limit: int) -> list[Done]:
    """By time, but never out of the order of either log: a clock may go back, a place to read on from may not."""
    found: list[Done] = []
    a, b = 0, 0
    while len(found) < limit and (a < len(one) or b < len(other)):
        if b >= len(other) or (a < len(one) and one[a].at >= other[b].at):
            found.append(one[a])
            a += 1
        else:
            found.append(other[b])
            b += 1
    return found


def _deed(row: Row[Any]) -> Done:
    return Done(row.number, False, row.at, row.actor, row.via, row.deed, row.subject, row.details)


def _decision(row: Row[Any]) -> Done:
    details: dict[str, Json] = {"account": row.account, "version": row.version, "text": row.text}
    if row.reason:
        details["reason"] = row.reason
    if row.scheduled_for is not None:
        details["scheduled_for"] = row.scheduled_for.isoformat()
    return Done(row.number, True, row.at, row.actor, row.via, row.action, str(row.candidate), details)
