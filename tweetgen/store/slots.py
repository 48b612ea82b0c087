"""Slots: when something is due, what it waits for, and why it was missed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Engine, Row, bindparam, delete, func, or_, select, update

from tweetgen.domain import ReviewState, Slot, SlotState
from tweetgen.errors import Absent, Conflict, InputError
from tweetgen.schedule import Occurrence
from tweetgen.store.booking import candidate_of
from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.planning import MOST, Plan, Planned, carry_out, withdraw
from tweetgen.store.tables import candidates, plans, slots

_OPEN = slots.c.state == SlotState.OPEN


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open slot is looked at again at `until`."""

    number: int
    until: datetime
    #: what it waits for, such as "no approved text"
    reason: str


@dataclass(frozen=True, slots=True)
class Missed:
    """An open slot passes without anything happening."""

    number: int
    reason: str


class Slots:
    """The table `slots` of one database; every method raises `StoreError`, all times are timezone-aware."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # ── made by schedule ──

    def add(self, account: str, step: str, occurrences: Iterable[Occurrence], now: datetime) -> int:
        """Open a slot for each; one with the same key is left as it is, whatever became of it. How many are new."""
        plan = Plan(account, "", now, [(step, one.key, one.due_at) for one in occurrences])
        with writing(self._engine) as connection:
            return carry_out(connection, [plan], now).made

    def plan(self, wanted: Sequence[Plan], now: datetime) -> Planned:
        """Make the slots of many accounts, and remember how far each is planned, all in one transaction."""
        if not wanted:
            return Planned()
        with writing(self._engine) as connection:
            planned = carry_out(connection, wanted, now)
            insert = insert_into(connection, plans)
            change = {name: insert.excluded[name] for name in ("schedule", "until")}
            rows = [{"account": one.account, "schedule": one.schedule, "until": one.until} for one in wanted]
            connection.execute(insert.on_conflict_do_update(index_elements=["account"], set_=change), rows)
        return planned

    def plans(self, accounts: Collection[str] | None = None) -> Mapping[str, tuple[str, datetime]]:
        """Digest of the schedule and end of the time that slots were made for, by account (None: all)."""
        query = select(plans) if accounts is None else select(plans).where(plans.c.account.in_(accounts))
        with reading(self._engine) as connection:
            return {row.account: (row.schedule, row.until) for row in connection.execute(query)}

    def forget(self, accounts: Collection[str], now: datetime) -> int:
        """Take out what is still to come of accounts that are gone; how many slots that were."""
        names = sorted(accounts)
        withdrawn = 0
        with writing(self._engine) as connection:
            for start in range(0, len(names), MOST):
                some = names[start : start + MOST]
                connection.execute(delete(plans).where(plans.c.account.in_(some)))
                withdrawn += withdraw(connection, some, now)
        return withdrawn

    # ── made by hand ──

    def book(self, account: str, step: str, due_at: datetime, now: datetime) -> Slot:
        """One more slot."""
        with writing(self._engine) as connection:
            return _book(connection, account, step, due_at, now)

    def move(self, number: int, due_at: datetime, now: datetime) -> Slot:
        """The slot that takes its place; the old one stays as a tombstone, so that it is not made again.

        Raises `InputError` where there is no such slot or it is that of one text alone, `Conflict` where it is not
        open any more.
        """
        with writing(self._engine) as connection:
            old = _close(connection, number, SlotState.MOVED, f"moved to {due_at:%Y-%m-%dT%H:%M}Z", now)
            return _book(connection, old.account, old.step, due_at, now)

    def cancel(self, number: int, now: datetime) -> Slot:
        """Take it out for good; raises as `move` does."""
        with writing(self._engine) as connection:
            return _close(connection, number, SlotState.CANCELLED, "cancelled by hand", now)

    # ── due ──

    def due(
        self, now: datetime, step: str | None = None, limit: int = 1000, accounts: Collection[str] | None = None
    ) -> list[Slot]:
        """Open slots (of these accounts) that are to be looked at now, the longest waiting first."""
        query = select(slots).where(_OPEN, slots.c.not_before <= now)
        if step is not None:
            query = query.where(slots.c.step == step)
        if accounts is not None:
            query = query.where(slots.c.account.in_(accounts))
        return self._slots(query.order_by(slots.c.not_before, slots.c.number).limit(limit))

    def open_before(self, accounts: Collection[str], step: str, now: datetime) -> list[Slot]:
        """All that is due and open of some accounts, also what waits; by account, then by time."""
        concerned = slots.c.account.in_(accounts) & (slots.c.step == step) & _OPEN & (slots.c.due_at <= now)
        return self._slots(select(slots).where(concerned).order_by(slots.c.account, slots.c.due_at, slots.c.number))

    def filled(self, accounts: Collection[str], step: str, since: datetime) -> Mapping[str, list[datetime]]:
        """When the slots of some accounts that were due after `since` were filled, by account and rising."""
        concerned = slots.c.account.in_(accounts) & (slots.c.step == step) & (slots.c.due_at > since)
        query = select(slots.c.account, slots.c.changed_at).where(concerned, slots.c.state == SlotState.FILLED)
        found: dict[str, list[datetime]] = {}
        with reading(self._engine) as connection:
            for account, changed_at in connection.execute(query.order_by(slots.c.changed_at)):
                found.setdefault(account, []).append(changed_at)
        return found

    def with_text(self, accounts: Collection[str], now: datetime) -> Collection[str]:
        """Those of some accounts that have an approved text which a slot may take now."""
        ready = (candidates.c.state == ReviewState.APPROVED) & candidates.c.account.in_(accounts)
        ready &= or_(candidates.c.scheduled_for.is_(None), candidates.c.scheduled_for <= now)
        with reading(self._engine) as connection:
            return set(connection.execute(select(candidates.c.account).where(ready).distinct()).scalars())

    def put(self, changes: Sequence[Waiting | Missed], now: datetime) -> None:
        """Let open slots wait, or close them, all in one transaction; any that is not open any more stays as it is."""
        waiting = [
            {"at": one.number, "on": one.until, "why": one.reason} for one in changes if isinstance(one, Waiting)
        ]
        missed = [{"at": one.number, "why": one.reason} for one in changes if isinstance(one, Missed)]
        change = update(slots).where(slots.c.number == bindparam("at"), _OPEN).values(reason=bindparam("why"))
        with writing(self._engine) as connection:
            if waiting:
                connection.execute(change.values(not_before=bindparam("on")), waiting)
            if missed:
                connection.execute(change.values(state=SlotState.MISSED, changed_at=now), missed)

    def miss(self, number: int, reason: str, now: datetime) -> None:
        """Close an open slot with the reason for which nothing happened."""
        self.put([Missed(number, reason)], now)

    def fill(self, number: int, now: datetime) -> bool:
        """What it was for has happened (of posts `outbox.place` says so); False where it was not open any more."""
        change = update(slots).where(slots.c.number == number, _OPEN)
        with writing(self._engine) as connection:
            values = {"state": SlotState.FILLED, "reason": "", "changed_at": now}
            return connection.execute(change.values(values)).rowcount > 0

    # ── to look at ──

    def get(self, number: int) -> Slot:
        """Raises `InputError` where there is none."""
        with reading(self._engine) as connection:
            return _get(connection, number)

    def upcoming(self, account: str | None = None, step: str | None = None, limit: int = 20) -> list[Slot]:
        """What is open, the earliest first."""
        query = select(slots).where(_OPEN, *_chosen(account, step))
        return self._slots(query.order_by(slots.c.due_at, slots.c.number).limit(limit))

    def past(
        self,
        account: str | None = None,
        step: str | None = None,
        limit: int = 20,
        states: Collection[SlotState] = (SlotState.MISSED,),
    ) -> list[Slot]:
        """What came to an end, the latest first: missed, unless other states are asked for."""
        query = select(slots).where(slots.c.state.in_(states), *_chosen(account, step))
        return self._slots(query.order_by(slots.c.due_at.desc(), slots.c.number.desc()).limit(limit))

    def between(
        self,
        since: datetime,
        until: datetime,
        account: str | None = None,
        step: str | None = None,
        states: Collection[SlotState] = (),
        limit: int = 500,
        after: tuple[datetime, int] | None = None,
    ) -> list[Slot]:
        """Those due from `since` on and before `until`, the earliest first; `after`: only those past it and number."""
        query = select(slots).where(slots.c.due_at >= since, slots.c.due_at < until, *_chosen(account, step))
        if states:
            query = query.where(slots.c.state.in_(states))
        if after is not None:
            due_at, number = after
            same = (slots.c.due_at == due_at) & (slots.c.number > number)
            query = query.where(or_(slots.c.due_at > due_at, same))
        return self._slots(query.order_by(slots.c.due_at, slots.c.number).limit(limit))

    def keyed(self, account: str, step: str, key: str) -> Slot | None:
        """The one that carries this name, whatever became of it; None where it was not made yet."""
        found = self._slots(select(slots).where(*_chosen(account, step), slots.c.key == key))
        return found[0] if found else None

    def counts(self) -> Mapping[tuple[str, SlotState], int]:
        """How many slots each step has in each state."""
        query = select(slots.c.step, slots.c.state, func.count()).group_by(slots.c.step, slots.c.state)
        with reading(self._engine) as connection:
            return {(step, SlotState(state)): count for step, state, count in connection.execute(query)}

    def sweep(self, before: datetime) -> int:
        """Delete what was due before and is not open any more; how many."""
        old = delete(slots).where(slots.c.due_at < before, ~_OPEN)
        with writing(self._engine) as connection:
            return connection.execute(old).rowcount

    def _slots(self, query: Any) -> list[Slot]:
        with reading(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(query)]


def _chosen(account: str | None, step: str | None) -> list[ColumnElement[bool]]:
    """Of one account and of one step; None means any."""
    pairs = ((slots.c.account, account), (slots.c.step, step))
    return [column == wanted for column, wanted in pairs if wanted is not None]


def _get(connection: Connection, number: int) -> Slot:
    row = connection.execute(select(slots).where(slots.c.number == number)).first()
    if row is None:
        raise Absent(f"slot {number}", "there is no such slot", "see: tweetgen slots")
    return _from_row(row)


def _book(connection: Connection, account: str, step: str, due_at: datetime, now: datetime) -> Slot:
    row = {"account": account, "step": step, "key": str(uuid4()), "due_at": due_at, "state": SlotState.OPEN}
    insert = insert_into(connection, slots).values(**row, changed_at=now).returning(slots)
    return _from_row(connection.execute(insert).one())


def _close(connection: Connection, number: int, state: SlotState, reason: str, now: datetime) -> Slot:
    """The slot as it was."""
    slot = _get(connection, number)
    if slot.state is not SlotState.OPEN:
        raise Conflict(f"slot {number}", f"it is {slot.state}")
    if candidate := candidate_of(slot.key):
        why = f"candidate {candidate} was approved for this very moment"
        raise InputError(f"slot {number}", why, "undo that, or schedule it anew, with: tweetgen review")
    change = update(slots).where(slots.c.number == number)
    connection.execute(change.values(state=state, reason=reason, changed_at=now))
    return slot


def _from_row(row: Row[Any]) -> Slot:
    return Slot(row.number, row.account, row.step, row.key, row.due_at, SlotState(row.state), row.reason)
