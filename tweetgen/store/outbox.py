"""The outbox: what is to be sent, is being sent, and what became of it; a change is on disk before it returns."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select, update

from tweetgen.domain import Receipt, SendState, Slot
from tweetgen.errors import Absent, Conflict
from tweetgen.store import placing
from tweetgen.store.claiming import WAITING, Allowed, Choice, is_due
from tweetgen.store.engine import reading, writing
from tweetgen.store.outbox_row import ChannelName, Ending, OutboxRow, Seen, ended, from_row
from tweetgen.store.placing import Split, whole
from tweetgen.store.tables import outbox, slots


class Outbox:
    """The table `outbox` of one database; all times are timezone-aware."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite lets writers sleep and try again; threads of one process need not
        self._turn = Lock()

    # ── in ──

    def place(
        self,
        account: str,
        slot: Slot,
        destinations: Sequence[str],
        now: datetime,
        expires_at: datetime | None = None,
        split: Split = whole,
    ) -> list[OutboxRow]:
        """Take one approved candidate for `slot` and write a row for each destination, all in one transaction.

        `split`: the parts of a text that a destination publishes one after the other; a row each.

        One scheduled for a moment that has come goes first, else the oldest approved. Empty where nothing is approved,
        the account is paused, or another process was faster; a slot is filled once, whoever asks how often.
        """
        with self._writing() as connection:
            numbers = placing.place(connection, account, slot, destinations, now, expires_at, split)
            found = connection.execute(select(outbox).where(outbox.c.number.in_(numbers)).order_by(outbox.c.number))
            return [from_row(row) for row in found]

    # ── out ──

    def claim(
        self,
        owner: str,
        now: datetime,
        lease: timedelta,
        keyed: Mapping[ChannelName, bool],
        allowed: Allowed | None = None,
        most: int = 16,
    ) -> list[OutboxRow]:
        """Mark rows that are due as `sending` by `owner` until `now + lease`: one keyless, or up to `most` keyed ones.

        `keyed`: the destinations that can be served, and whether what is sent there may share a commit. Left alone
        are paused accounts, destinations that wait or are being sent to, and parts of a thread whose part before has
        not arrived. Rows past their time expire.
        """
        with reading(self._engine) as connection:  # a reader disturbs nobody
            if not is_due(connection, now):
                return []
        with self._writing() as connection:
            choice = Choice(now, keyed, allowed, most)
            choice.read(connection)
            claimed = [_claimed(row, owner, now, now + lease) for row in choice.taken]
            for row in claimed:
                values = {name: getattr(row, name) for name in _CLAIMED}
                connection.execute(update(outbox).where(outbox.c.number == row.number).values(**values))
            choice.put_off(connection)
        return claimed

    def due(self, now: datetime, served: Collection[ChannelName], allowed: Allowed | None = None) -> list[OutboxRow]:
        """What would be sent now to the destinations `served`, each one's first; nothing is changed."""
        with reading(self._engine) as connection:
            choice = Choice(now, dict.fromkeys(served, True), allowed, most=None)
            choice.read(connection)
            return choice.taken

    def part_before(self, row: OutboxRow) -> Receipt | None:
        """The receipt of the part before in its thread, None for the first."""
        if row.part == 0:
            return None
        with reading(self._engine) as connection:
            found = connection.execute(
                select(outbox).where(
                    outbox.c.candidate == row.candidate,
                    outbox.c.destination == row.destination,
                    outbox.c.part == row.part - 1,
                )
            ).one()
        return from_row(found).receipt

    def settle(self, row: OutboxRow, ending: Ending, now: datetime) -> bool:
        """Keep what became of the attempt `row.fence`; False where the row has moved on and nothing was changed.

        A receipt is believed however late it comes, unless a later attempt was begun; anything else only while
        nobody knows better.
        """
        return self.settle_all([(row, ending)], now)[0]

    def settle_all(self, ended: Sequence[tuple[OutboxRow, Ending]], now: datetime) -> Sequence[bool]:
        """The same for several, in one transaction."""
        if not ended:
            return []
        with self._writing() as connection:
            return [self._end(connection, row, ending, now, _open_to(ending)) for row, ending in ended]

    def resolve(self, row: OutboxRow, ending: Ending, now: datetime, checks: int = 0) -> bool:
        """Keep what was found out about a row whose outcome was unknown; `checks`: so many more negative answers.

        False where somebody else was faster and nothing was changed.
        """
        same = (outbox.c.state == SendState.UNKNOWN) & (outbox.c.checks == row.checks)
        with self._writing() as connection:
            if ending.state is not SendState.UNKNOWN:
                return self._end(connection, row, ending, now, same)
            values = {"not_before": ending.not_before or now, "checks": row.checks + checks, "error": ending.error}
            mine = (outbox.c.number == row.number) & (outbox.c.fence == row.fence)
            return connection.execute(update(outbox).where(mine, same).values(**values)).rowcount > 0

    def still_running(self, row: OutboxRow, now: datetime, until: datetime) -> None:
        """The thread of an attempt given up has not ended: what it sent may still arrive, so nobody asks before."""
        mine = (outbox.c.number == row.number) & (outbox.c.fence == row.fence)
        unknown = outbox.c.state == SendState.UNKNOWN
        with self._writing() as connection:
            connection.execute(update(outbox).where(mine, unknown).values(unknown_at=now, not_before=until))

    @staticmethod
    def _end(
        connection: Connection, row: OutboxRow, ending: Ending, now: datetime, allowed: ColumnElement[bool]
    ) -> bool:
        mine = (outbox.c.number == row.number) & (outbox.c.fence == row.fence)
        return connection.execute(update(outbox).where(mine, allowed).values(**ended(ending, now))).rowcount > 0

    # ── nobody knows ──

    def recover(self, now: datetime) -> int:
        """Rows whose lease is past become `unknown`: their sender died or hangs, and bytes may have left; how many."""
        return self._lose(outbox.c.lease_until <= now, now, "its sender stopped in the middle of it")

    def abandon(self, owner: str, now: datetime) -> int:
        """All that `owner` is sending becomes `unknown`, because it is about to end; how many."""
        return self._lose(outbox.c.owner == owner, now, "the service ended in the middle of it")

    def _lose(self, which: ColumnElement[bool], now: datetime, why: str) -> int:
        lost = (outbox.c.state == SendState.SENDING) & which
        with reading(self._engine) as connection:
            if connection.execute(select(outbox.c.number).where(lost).limit(1)).first() is None:
                return 0
        with self._writing() as connection:
            values = ended(Ending(SendState.UNKNOWN, why), now)
            return connection.execute(update(outbox).where(lost).values(**values)).rowcount

    def unknown(self, now: datetime, limit: int = 100) -> Sequence[OutboxRow]:
        """Rows of unknown outcome that are to be looked at now, the longest waiting first."""
        due = (outbox.c.state == SendState.UNKNOWN) & (outbox.c.not_before <= now)
        return self._rows(select(outbox).where(due).order_by(outbox.c.not_before, outbox.c.number).limit(limit))

    # ── to look at ──

    def get(self, number: int) -> OutboxRow:
        """Raises `InputError` where there is none."""
        found = self._rows(select(outbox).where(outbox.c.number == number))
        if not found:
            raise Absent(f"outbox {number}", "there is no such row", "see: tweetgen outbox")
        return found[0]

    def list(
        self,
        account: str | None = None,
        destination: str | None = None,
        states: Collection[SendState] = (),
        limit: int = 50,
        before: int | None = None,
    ) -> Sequence[OutboxRow]:
        """The newest first; `before`: only those with a smaller number."""
        query = select(outbox).order_by(outbox.c.number.desc()).limit(limit)
        if account is not None:
            query = query.where(outbox.c.account == account)
        if destination is not None:
            query = query.where(outbox.c.destination == destination)
        if states:
            query = query.where(outbox.c.state.in_(list(states)))
        if before is not None:
            query = query.where(outbox.c.number < before)
        return self._rows(query)

    def of_slots(self, numbers: Collection[int]) -> Mapping[int, Sequence[OutboxRow]]:
        """By slot the rows of the text that it took, by destination and part."""
        found = defaultdict[int, Any](lambda: [])
        # by its text a slot's rows are found at once
        texts = select(slots.c.candidate).where(slots.c.number.in_(numbers))
        query = select(outbox).where(outbox.c.candidate.in_(texts))
        for row in self._rows(query.order_by(outbox.c.destination, outbox.c.part)):
            found[row.slot].append(row)
        return dict(found)

    def counts(self) -> dict[tuple[str, SendState], int]:
        """How many rows each account has in each state."""
        query = select(outbox.c.account, outbox.c.state, func.count()).group_by(outbox.c.account, outbox.c.state)
        with reading(self._engine) as connection:
            return {(account, SendState(state)): count for account, state, count in connection.execute(query)}

    # ── what a person may do ──

    def retry(self, number: int, now: datetime, seen: Seen | None = None) -> OutboxRow:
        """Send it once more, as soon as its destination allows; a time to expire at is forgotten.

        Raises `Conflict` where it is on its way, has arrived, or is not as it was `seen`. Of an unknown outcome: it may
        be posted twice.
        """
        states = {*SendState} - {*WAITING, SendState.SENDING, SendState.SENT, SendState.DELETED}
        return self._decide(number, states, {"state": SendState.READY, "not_before": now, "expires_at": None}, seen)

    def give_up(self, number: int, seen: Seen | None = None) -> OutboxRow:
        """Never send it, nor the later parts of its thread.

        Raises `Conflict` where it is being sent, has arrived, or is not as it was `seen`.
        """
        states = {*WAITING, SendState.UNKNOWN, SendState.NEEDS_HUMAN, SendState.FAILED}
        return self._decide(number, states, {"state": SendState.CANCELLED}, seen, later_parts=True)

    def deleted(self, number: int) -> OutboxRow:
        """It was taken back at its destination. Raises `Conflict` where it had not arrived."""
        return self._decide(number, {SendState.SENT}, {"state": SendState.DELETED})

    def landed(
        self, number: int, now: datetime, receipt: Receipt | None = None, seen: Seen | None = None
    ) -> OutboxRow:
        """Somebody saw it at its destination.

        Raises `Conflict` where its outcome is not in question, or it is not as it was `seen`.
        """
        states = {SendState.UNKNOWN, SendState.NEEDS_HUMAN, SendState.FAILED, SendState.CANCELLED}
        return self._decide(number, states, ended(Ending(SendState.SENT, receipt=receipt), now), seen)

    def _decide(
        self,
        number: int,
        states: Collection[SendState],
        values: dict[str, Any],
        seen: Seen | None = None,
        later_parts: bool = False,
    ) -> OutboxRow:
        row = self.get(number)
        with self._writing() as connection:
            this = (outbox.c.number == number) & outbox.c.state.in_(list(states))
            if seen is not None:
                this &= (outbox.c.state == seen.state) & (outbox.c.fence == seen.fence)
            if not connection.execute(update(outbox).where(this).values(**values)).rowcount:
                found = connection.execute(select(outbox.c.state).where(outbox.c.number == number)).scalar_one()
                raise Conflict(f"outbox {number}", f"it is {found}")
            if later_parts:
                later = (outbox.c.candidate == row.candidate) & (outbox.c.destination == row.destination)
                later &= (outbox.c.part > row.part) & outbox.c.state.in_(WAITING)
                connection.execute(update(outbox).where(later).values(**values))
        return self.get(number)

    # ── the database ──

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, writing(self._engine, durable=True) as connection:
            yield connection

    def _rows(self, query: Select[Any]) -> Sequence[OutboxRow]:
        with reading(self._engine) as connection:
            return [from_row(row) for row in connection.execute(query)]


def _open_to(ending: Ending) -> ColumnElement[bool]:
    """The states of a row that an attempt's answer may change."""
    if ending.state is SendState.SENT:
        return outbox.c.state.not_in([SendState.SENT, SendState.DELETED])
    return outbox.c.state.in_([SendState.SENDING, SendState.UNKNOWN])


_CLAIMED = ("state", "owner", "lease_until", "fence", "attempts", "intent_at")


def _claimed(row: OutboxRow, owner: str, now: datetime, until: datetime) -> OutboxRow:
    """The row as it is once `owner` has it."""
    return replace(
        row,
        state=SendState.SENDING,
        owner=owner,
        lease_until=until,
        fence=row.fence + 1,
        attempts=row.attempts + 1,
        intent_at=row.intent_at or now,
    )
