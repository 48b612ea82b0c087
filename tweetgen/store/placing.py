"""Gives an approved text to a slot: its rows of the outbox, the candidate and the slot change together."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, or_, select, update

from tweetgen.domain import Action, Decision, ReviewState, SendState, Slot, SlotState
from tweetgen.errors import InputError
from tweetgen.store.accounts import EVERY
from tweetgen.store.candidate_rows import text_hash
from tweetgen.store.candidates import decide
from tweetgen.store.tables import accounts, candidates, outbox, slots

#: the parts that a destination, by name, makes of a text
Split = Callable[[str, str], Sequence[str]]


def whole(_: str, text: str) -> Sequence[str]:
    """One part."""
    return [text]


def place(
    connection: Connection,
    account: str,
    slot: Slot,
    destinations: Sequence[str],
    now: datetime,
    expires_at: datetime | None,
    split: Split,
) -> list[int]:
    """The numbers of the new rows, none where nothing can be placed; see `Outbox.place`."""
    if not destinations or not _is_open(connection, slot) or _is_paused(connection, account):
        return []
    chosen = next_approved(connection, account, now)
    if chosen is None:
        return []
    placed = Decision(chosen.number, chosen.version, Action.PLACE, "service", "dispatch", f"for {slot.key}")
    decide(connection, placed, now)
    filled = {"state": SlotState.FILLED, "reason": "", "candidate": chosen.number, "changed_at": now}
    connection.execute(update(slots).where(slots.c.number == slot.number).values(**filled))
    written = []
    for name in destinations:
        for part, text in enumerate(split(name, chosen.text)):
            # a thread that was begun is not broken off because time passes
            until = expires_at if part == 0 else None
            written.append(_write(connection, account, slot, name, chosen, part, text, now, until))
    return written


def next_approved(connection: Connection, account: str, now: datetime, after: int = 0) -> Row[Any] | None:
    """The approved candidate a slot takes, or the one `after` so many others; None if there is none.

    One whose text is not the one that was approved is passed over; raises `InputError` if there is no other.
    """
    query = (
        select(candidates)
        .where(
            candidates.c.state == ReviewState.APPROVED,
            candidates.c.account == account,
            or_(candidates.c.scheduled_for.is_(None), candidates.c.scheduled_for <= now),
        )
        .order_by(
            candidates.c.scheduled_for.is_(None),
            candidates.c.scheduled_for,
            candidates.c.decided_at,
            candidates.c.number,
        )
    )
    changed = None
    for row in connection.execute(query):
        if text_hash(row.text) != row.text_hash:
            changed = row.number
        elif after:
            after -= 1
        else:
            return row
    if changed is not None:
        raise InputError(f"candidate {changed}", "its text is not the one that was approved", "reject it, or edit it")
    return None


def _is_open(connection: Connection, slot: Slot) -> bool:
    state = connection.execute(select(slots.c.state).where(slots.c.number == slot.number)).scalar()
    return bool(state == SlotState.OPEN)


def _is_paused(connection: Connection, account: str) -> bool:
    paused = accounts.c.account.in_([account, EVERY]) & accounts.c.paused_at.is_not(None)
    return connection.execute(select(accounts.c.account).where(paused).limit(1)).first() is not None


def _write(
    connection: Connection,
    account: str,
    slot: Slot,
    destination: str,
    chosen: Row[Any],
    part: int,
    text: str,
    now: datetime,
    expires_at: datetime | None,
) -> int:
    row = {
        "account": account,
        "destination": destination,
        "candidate": chosen.number,
        "part": part,
        "slot": slot.number,
        # unique in the world, and known to nobody else
        "key": uuid4().hex,
        "text": text,
        "text_hash": chosen.text_hash if text == chosen.text else text_hash(text),
        "state": SendState.READY,
        "not_before": now,
        "expires_at": expires_at,
        "created_at": now,
    }
    return int(connection.execute(insert(outbox).values(**row).returning(outbox.c.number)).scalar_one())
