"""Makes the slots of many accounts at once, and takes out those a changed schedule no longer has."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from tweetgen.domain import SlotState
from tweetgen.store.engine import insert_into
from tweetgen.store.tables import slots

#: step, key, due_at
Wanted = tuple[str, str, datetime]
#: whatever has a schedule
STEPS = ("collect", "post", "train")
# what a schedule names begins with a date; a uuid does not
_BY_SCHEDULE = slots.c.key.like("____-__-__T%")
#: numbers or names in one question; many more than these a database does not take
MOST = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """The slots one account is to have up to `until`."""

    account: str
    #: digest of the schedule they come from
    schedule: str
    until: datetime
    wanted: Sequence[Wanted]
    #: whether whatever else is open and still to come disappears
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """How many slots were new, and how many disappeared."""

    made: int = 0
    withdrawn: int = 0


def carry_out(connection: Connection, wanted: Sequence[Plan], now: datetime) -> Planned:
    """Open the slots that are not there yet; one that is there, in whatever state, stays as it is."""
    replaced = [plan for plan in wanted if plan.replace]
    withdrawn = _replace(connection, replaced, now) if replaced else 0
    rows = [
        {
            "account": plan.account,
            "step": step,
            "key": key,
            "due_at": due_at,
            "not_before": due_at,
            "state": SlotState.OPEN,
            "reason": "",
            "changed_at": now,
        }
        for plan in wanted
        for step, key, due_at in plan.wanted
    ]
    if not rows:
        return Planned(0, withdrawn)
    insert = insert_into(connection, slots).on_conflict_do_nothing()
    made = connection.execute(insert, rows, execution_options={"preserve_rowcount": True})
    return Planned(made.rowcount, withdrawn)


def withdraw(connection: Connection, accounts: Collection[str], now: datetime) -> int:
    """Delete what schedules made, is open and is due after `now`; how many."""
    return connection.execute(delete(slots).where(_to_come(accounts, now))).rowcount


def _replace(connection: Connection, replaced: Sequence[Plan], now: datetime) -> int:
    wanted = {(plan.account, *one) for plan in replaced for one in plan.wanted}
    query = select(slots.c.number, slots.c.account, slots.c.step, slots.c.key, slots.c.due_at)
    there = connection.execute(query.where(_to_come([plan.account for plan in replaced], now)))
    gone = [number for number, *slot in there if tuple(slot) not in wanted]
    for some in _in_batches(gone):
        connection.execute(delete(slots).where(slots.c.number.in_(some)))
    return len(gone)


def _to_come(accounts: Collection[str], now: datetime) -> ColumnElement[bool]:
    open_later = (slots.c.state == SlotState.OPEN) & (slots.c.due_at > now)
    return slots.c.account.in_(accounts) & slots.c.step.in_(STEPS) & open_later & _BY_SCHEDULE


def _in_batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), MOST):
        yield numbers[start : start + MOST]
