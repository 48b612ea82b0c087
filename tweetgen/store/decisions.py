"""The audit log: one row for everything that happened to a candidate, each row sealed to the one before."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from tweetgen.domain import Action, Decision, ReviewState
from tweetgen.store.tables import decisions

#: what stands before the first row
_BEGINNING = ""
# put together once: that costs SQLAlchemy more than the question does the database
_NEWEST = select(decisions.c.digest).order_by(decisions.c.number.desc()).limit(1)
_INSERT = insert(decisions)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit log."""

    number: int
    at: datetime
    account: str
    candidate: int
    #: the candidate's version after it
    version: int
    action: Action
    actor: str
    via: str
    reason: str
    #: the candidate's text after it
    text: str
    #: as they were when it was decided, by name; what a ranker learns from
    scores: Mapping[str, float]
    at_random: bool
    #: None for the first row of a candidate
    state_before: ReviewState | None
    state_after: ReviewState
    scheduled_for: datetime | None
    digest: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What checking the whole log found."""

    rows: int
    #: number of the first row that is not as it was written, None if all are
    broken: int | None
    #: of the last row; whoever keeps it elsewhere also sees whether rows were cut off at the end
    digest: str


def append(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Add rows, in order; the caller is the only writer, within `writing`."""
    digest = connection.execute(_NEWEST).scalar() or _BEGINNING
    sealed = []
    for row in rows:
        digest = _seal(digest, row)
        sealed.append({**row, "digest": digest})
    if sealed:
        connection.execute(_INSERT, sealed)


def verify(connection: Connection) -> Audit:
    """Compute every seal again."""
    digest, count = _BEGINNING, 0
    query = select(decisions).order_by(decisions.c.number).execution_options(yield_per=1000)
    with connection.execute(query) as rows:
        for row in rows:
            count += 1
            digest = _seal(digest, row._asdict())
            if digest != row.digest:
                return Audit(count, row.number, digest)
    return Audit(count, None, digest)


def last_of(connection: Connection, candidate: int) -> Entry:
    """What happened last to a candidate."""
    query = select(decisions).where(decisions.c.candidate == candidate)
    return from_row(connection.execute(query.order_by(decisions.c.number.desc()).limit(1)).one())


def of_candidate(connection: Connection, candidate: int) -> list[Entry]:
    """All that happened to a candidate, the oldest first."""
    query = select(decisions).where(decisions.c.candidate == candidate).order_by(decisions.c.number)
    return [from_row(row) for row in connection.execute(query)]


def from_row(row: Row[Any]) -> Entry:
    """The entry in a row of the table."""
    values = row._asdict()
    values["action"] = Action(row.action)
    values["state_before"] = ReviewState(row.state_before) if row.state_before else None
    values["state_after"] = ReviewState(row.state_after)
    return Entry(**values)


def decision(entry: Entry) -> Decision:
    """The decision that an entry keeps."""
    return Decision(
        number=entry.candidate,
        version=entry.version - 1,
        action=entry.action,
        actor=entry.actor,
        via=entry.via,
        reason=entry.reason,
        text=entry.text,
        scheduled_for=entry.scheduled_for,
    )


def _seal(before: str, row: Mapping[str, Any]) -> str:
    """SHA-256 over a row and the seal of the row before, the same whichever database gave the row back."""
    at, scheduled_for = row["at"], row["scheduled_for"]
    sealed = [
        before,
        at.astimezone(UTC).isoformat(),
        row["account"],
        row["candidate"],
        row["version"],
        row["action"],
        row["actor"],
        row["via"],
        row["reason"],
        row["text"],
        # a database may give 1.0 back as 1
        sorted((name, float(score)) for name, score in row["scores"].items()),
        bool(row["at_random"]),
        row["state_before"],
        row["state_after"],
        scheduled_for.astimezone(UTC).isoformat() if scheduled_for else None,
    ]
    return sha256(json.dumps(sealed, ensure_ascii=True, allow_nan=False).encode()).hexdigest()
