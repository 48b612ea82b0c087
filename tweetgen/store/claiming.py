"""Which rows of the outbox may be sent now."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from heapq import merge
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, or_, select, tuple_, update

from tweetgen.domain import SendState
from tweetgen.store.accounts import EVERY
from tweetgen.store.outbox_row import ChannelName, OutboxRow, Sent, from_row
from tweetgen.store.tables import UtcTime, accounts, channels, outbox

#: when a row may be sent at the earliest, given what its account sent lately; None: now
Allowed = Callable[[OutboxRow, datetime, Sequence[Sent]], datetime | None]

WAITING = (SendState.READY, SendState.RETRY)
#: those that may have arrived count as sent
_PERHAPS = (SendState.SENDING, SendState.UNKNOWN, SendState.NEEDS_HUMAN)
# the widest window of any limit but the gap, for which the last one is enough
_LATELY = timedelta(days=2)
#: why a row waits whose destination is not among those that can be served
UNUSABLE = "its destination cannot be used now, or no configuration names it"
# it is looked for again after this
_UNCONFIGURED = timedelta(minutes=1)
_CHUNK = 20


@cache
def _due(*states: SendState) -> Select[Any]:
    """Rows that nothing in the store holds back; asked with `now`."""
    now = bindparam("now", type_=UtcTime)
    paused = select(accounts.c.account).where(accounts.c.paused_at.is_not(None))
    held = or_(channels.c.wait_until > now, channels.c.blocked_at.is_not(None))
    held_channels = select(channels.c.account, channels.c.destination).where(held)
    sending = select(outbox.c.account, outbox.c.destination).where(outbox.c.state == SendState.SENDING)
    channel = tuple_(outbox.c.account, outbox.c.destination)
    before = outbox.alias("before")
    arrived = select(before.c.number).where(
        before.c.candidate == outbox.c.candidate,
        before.c.destination == outbox.c.destination,
        before.c.part == outbox.c.part - 1,
        before.c.state == SendState.SENT,
    )
    return select(outbox).where(
        outbox.c.state.in_(states) if len(states) > 1 else outbox.c.state == states[0],
        outbox.c.not_before <= now,
        outbox.c.account.not_in(paused),
        ~paused.where(accounts.c.account == EVERY).exists(),
        channel.not_in(held_channels),
        channel.not_in(sending),
        or_(outbox.c.part == 0, arrived.exists()),
    )


def is_due(connection: Connection, now: datetime) -> bool:
    """Whether there is anything to choose from."""
    query = _due(*WAITING).with_only_columns(outbox.c.number).limit(1)
    return connection.execute(query, {"now": now}).first() is not None


def _in_order(connection: Connection, now: datetime) -> Generator[OutboxRow, None, None]:
    """What is due, the longest waiting first, read as it is asked for; to be closed."""
    with ExitStack() as opened:
        streams = []
        for state in WAITING:  # of one state an index knows the order
            query = _due(state).order_by(outbox.c.not_before, outbox.c.number).execution_options(yield_per=_CHUNK)
            rows = opened.enter_context(connection.execute(query, {"now": now}))
            streams.append(map(from_row, rows))
        yield from merge(*streams, key=lambda row: (row.not_before, row.number))


@dataclass
class Choice:
    """What may be sent now: one row without a key, or several with one; of all, if `most` is None, the first each."""

    now: datetime
    #: the destinations that can be served, and whether they have keys
    keyed: Mapping[ChannelName, bool]
    allowed: Allowed | None
    most: int | None
    taken: list[OutboxRow] = field(default_factory=list)
    _expired: list[int] = field(default_factory=list)
    _later: dict[ChannelName, tuple[datetime, str]] = field(default_factory=dict)
    _sent: dict[str, list[Sent]] = field(default_factory=dict)

    def read(self, connection: Connection) -> None:
        """Go through what is due until enough is taken."""
        with closing(_in_order(connection, self.now)) as rows:
            for row in rows:
                if self._fits(connection, row):
                    self.taken.append(row)
                    self._sent.get(row.account, []).append(Sent(row.account, row.destination, self.now))
                if self._enough():
                    break

    def put_off(self, connection: Connection) -> None:
        """Let what may not be sent yet wait, and what is too late expire, so that it is not met again.

        To be called once what was taken is no longer waiting.
        """
        if self._expired:
            change = update(outbox).where(outbox.c.number.in_(self._expired))
            connection.execute(change.values(state=SendState.EXPIRED, error="its time passed before it could be sent"))
        for (account, destination), (until, why) in self._later.items():
            mine = (outbox.c.account == account) & (outbox.c.destination == destination)
            waiting = outbox.c.state.in_(WAITING) & (outbox.c.not_before < until)
            connection.execute(update(outbox).where(mine, waiting).values(not_before=until, error=why))

    def _enough(self) -> bool:
        if self.most is None or not self.taken:
            return False
        return len(self.taken) >= self.most or not self.keyed[self.taken[-1].channel]

    def _fits(self, connection: Connection, row: OutboxRow) -> bool:
        if row.channel in self._later or (self.most is None and row.channel in self._taken_channels()):
            return False
        if row.expires_at is not None and row.expires_at <= self.now:
            self._expired.append(row.number)
            return False
        if row.channel not in self.keyed:
            self._later[row.channel] = (self.now + _UNCONFIGURED, UNUSABLE)
            return False
        if self.taken and not self.keyed[row.channel]:
            return False  # a keyless one shares its commit with none
        return self._within_limits(connection, row)

    def _within_limits(self, connection: Connection, row: OutboxRow) -> bool:
        if self.allowed is None or row.part:  # a thread that was begun is not broken off
            return True
        if row.account not in self._sent:
            self._sent[row.account] = lately(connection, row.account, self.now - _LATELY)
        sent = [*last_before(connection, row, self.now - _LATELY), *self._sent[row.account]]
        until = self.allowed(row, self.now, sent)
        if until is None or until <= self.now:
            return True
        self._later[row.channel] = (until, "its limits or quiet hours let it wait")
        return False

    def _taken_channels(self) -> set[ChannelName]:
        return {row.channel for row in self.taken}


def lately(connection: Connection, account: str, since: datetime) -> list[Sent]:
    """What an account sent since then, by time; what may have arrived counts as sent when it was last tried."""
    perhaps = outbox.c.state.in_(_PERHAPS)
    at = case((perhaps, func.coalesce(outbox.c.unknown_at, outbox.c.intent_at)), else_=outbox.c.sent_at)
    query = (
        select(outbox.c.destination, at.label("at"))
        .where(outbox.c.account == account, or_(outbox.c.sent_at >= since, perhaps))
        .order_by(at)
    )
    return [Sent(account, destination, at) for destination, at in connection.execute(query)]


def last_before(connection: Connection, row: OutboxRow, until: datetime) -> list[Sent]:
    """The last text that was sent where `row` goes, if that is as long ago as `until`."""
    there = (outbox.c.account == row.account) & (outbox.c.destination == row.destination)
    at = connection.execute(select(func.max(outbox.c.sent_at)).where(there, outbox.c.sent_at < until)).scalar()
    return [] if at is None else [Sent(row.account, row.destination, at)]
