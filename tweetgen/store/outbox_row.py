"""One row of the outbox as others see it, and what the columns become when an attempt ends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from tweetgen.domain import Outgoing, Receipt, SendState
from tweetgen.store.rows import repair, repair_json
from tweetgen.store.tables import outbox

#: (account, destination's name)
ChannelName = tuple[str, str]
# an error is for a person to read
_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One text for one destination, and all that is known of its way there."""

    number: int
    account: str
    destination: str
    candidate: int
    part: int
    slot: int
    key: str
    text: str
    text_hash: str
    state: SendState
    attempts: int
    not_before: datetime
    expires_at: datetime | None
    owner: str | None
    lease_until: datetime | None
    #: rises with every claim: the name of an attempt
    fence: int
    intent_at: datetime | None
    #: when its outcome was last lost; stays once that is known, for a later attempt must know of it
    unknown_at: datetime | None
    checks: int
    sent_at: datetime | None
    remote_id: str
    url: str
    details: Mapping[str, Any] | None
    error: str
    created_at: datetime

    @property
    def channel(self) -> ChannelName:
        """Account and destination."""
        return self.account, self.destination

    @property
    def receipt(self) -> Receipt:
        """What the destination said of it; empty before it was sent."""
        return Receipt(self.remote_id, self.url, self.details or {})

    def outgoing(self, after: Receipt | None = None) -> Outgoing:
        """As its destination gets it; `after`: the receipt of the part before."""
        begun = self.intent_at or self.created_at
        return Outgoing(
            self.account, self.text, self.key, begun, max(self.attempts, 1), self.part, after
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as somebody saw it who now decides about it."""

    state: SendState
    fence: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A text that has, or may have, arrived."""

    account: str
    destination: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of an attempt, or of the question what became of it."""

    state: SendState
    error: str = ""
    #: when to send it, or ask for it, again; None: at once
    not_before: datetime | None = None
    receipt: Receipt | None = None
    #: False where the attempt shall not count
    counted: bool = True


def from_row(row: Row[Any]) -> OutboxRow:
    """The row of the table."""
    values = dict(row._mapping)
    return OutboxRow(**values | {"state": SendState(values["state"])})


def ended(ending: Ending, now: datetime) -> dict[str, Any]:
    """The columns after an attempt, or the question what became of it, has ended so."""
    values: dict[str, Any] = {
        "state": ending.state,
        "error": repair(ending.error)[:_LONGEST_ERROR],
        "not_before": ending.not_before or now,
        "owner": None,
        "lease_until": None,
    }
    if not ending.counted:
        values["attempts"] = outbox.c.attempts - 1
    if ending.state is SendState.UNKNOWN:
        values |= {"unknown_at": now, "checks": 0}
    if ending.state is SendState.SENT:
        values |= {"sent_at": now, **_kept(ending.receipt or Receipt())}
    return values


def _kept(receipt: Receipt) -> dict[str, Any]:
    """The columns of a receipt; details that are no JSON are not worth losing the rest for."""
    try:
        details = repair_json(json.loads(json.dumps(dict(receipt.details), allow_nan=False)))
    except (TypeError, ValueError):
        details = {}
    return {"remote_id": repair(str(receipt.id)), "url": repair(str(receipt.url)), "details": details}
