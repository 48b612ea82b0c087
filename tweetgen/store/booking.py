"""Gives a text that was approved for one moment a slot at that moment, and takes it back with the approval."""

from datetime import datetime

from sqlalchemy import Connection, update

from tweetgen.domain import Pending, ReviewState, SlotState
from tweetgen.store.engine import insert_into
from tweetgen.store.tables import slots

_PREFIX = "candidate "


def follow(connection: Connection, before: Pending, after: Pending, now: datetime) -> None:
    """Keep the slot in step with a decision: there is one while its text is approved for a moment, and no longer.

    A text that another slot took leaves none either, so that no other text goes out in its place.
    """
    if _moment(before) is not None:
        booked = (slots.c.account == before.account) & slots.c.key.startswith(f"{_PREFIX}{before.number}.")
        mine = booked & (slots.c.step == "post") & (slots.c.state == SlotState.OPEN)
        reason = f"the text is {after.state}" if after.state is not before.state else "the text has another time"
        change = update(slots).where(mine)
        connection.execute(change.values(state=SlotState.CANCELLED, reason=reason, changed_at=now))
    if (due_at := _moment(after)) is not None:
        row = {"account": after.account, "step": "post", "key": f"{_PREFIX}{after.number}.{after.version}"}
        insert = insert_into(connection, slots).values(**row, due_at=due_at, state=SlotState.OPEN, changed_at=now)
        connection.execute(insert)


def candidate_of(key: str) -> str:
    """The candidate's number where a slot was made for its text alone, else ""."""
    return key.removeprefix(_PREFIX).partition(".")[0] if key.startswith(_PREFIX) else ""


def _moment(pending: Pending) -> datetime | None:
    return pending.scheduled_for if pending.state is ReviewState.APPROVED else None
