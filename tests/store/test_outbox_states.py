"""Whatever happens in whatever order: one sender a destination, nothing sent again before it is known."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import insert

from tweetgen.domain import Receipt, SendState
from tweetgen.errors import Conflict
from tweetgen.store import Store
from tweetgen.store.outbox_row import Ending, OutboxRow
from tweetgen.store.tables import outbox

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=2)
CHANNELS = [("ada", "main"), ("ada", "other"), ("bob", "main")]
DEFINITE = [SendState.SENT, SendState.RETRY, SendState.FAILED]


@cache
def empty() -> Path:
    """A migrated database to copy."""
    path = Path(tempfile.mkdtemp(prefix="tweetgen-states-")) / "empty.db"
    Store.open(f"sqlite:///{path}").close()
    return path


class OutboxStates(RuleBasedStateMachine):
    """Several owners, each with attempts whose answers come at any time, or never."""

    attempts = Bundle("attempts")

    @initialize(keyed=st.booleans())
    def open(self, keyed: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tweetgen-states-"))
        self.store = Store.open(f"sqlite:///{shutil.copy(empty(), self.folder / 'one.db')}")
        self.now, self.keyed = NOON, dict.fromkeys(CHANNELS, keyed)
        self.placed = 0
        #: rows whose last attempt nobody has accounted for: they may not be claimed
        self.uncertain: set[int] = set()
        #: rows that a receipt was believed of
        self.arrived: set[int] = set()
        for channel in [*CHANNELS, CHANNELS[0]]:
            self.place(channel, 0)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    @rule(channel=st.sampled_from(CHANNELS), waits=st.sampled_from([0, 0, 1]))
    def place(self, channel: tuple[str, str], waits: int) -> None:
        self.placed += 1
        row = {"account": channel[0], "destination": channel[1], "candidate": self.placed, "slot": self.placed}
        row |= {"key": str(self.placed), "text": "fog", "text_hash": "", "state": "ready", "created_at": self.now}
        with self.store._engine.begin() as connection:
            connection.execute(insert(outbox).values(**row, not_before=self.now + waits * timedelta(minutes=1)))

    @rule(target=attempts, owner=st.sampled_from("xyz"))
    def claim(self, owner: str) -> object:
        rows = self.store.outbox.claim(owner, self.now, LEASE, self.keyed)
        for row in rows:
            assert row.number not in self.uncertain | self.arrived
            self.uncertain.add(row.number)
        return multiple(*rows)

    @rule(attempt=consumes(attempts), state=st.sampled_from([*DEFINITE, SendState.UNKNOWN]))
    def answer(self, attempt: OutboxRow, state: SendState) -> None:
        newest = self.store.outbox.get(attempt.number)
        kept = self.store.outbox.settle(attempt, Ending(state, receipt=Receipt("7")), self.now)
        assert not kept or newest.fence == attempt.fence
        if kept and state in DEFINITE:
            self.uncertain.discard(attempt.number)
        if kept and state is SendState.SENT:
            self.arrived.add(attempt.number)

    @rule(later=st.booleans())
    def recover(self, later: bool) -> None:
        self.now += LEASE if later else timedelta(0)
        self.store.outbox.recover(self.now)

    @rule(owner=st.sampled_from("xyz"))
    def end(self, owner: str) -> None:
        self.store.outbox.abandon(owner, self.now)

    @rule(state=st.sampled_from([SendState.SENT, SendState.READY, SendState.NEEDS_HUMAN, SendState.UNKNOWN]))
    def reconcile(self, state: SendState) -> None:
        for row in self.store.outbox.unknown(self.now):
            assert self.store.outbox.resolve(row, Ending(state), self.now, checks=1)
            if state in (SendState.SENT, SendState.READY):
                self.uncertain.discard(row.number)
            if state is SendState.SENT:
                self.arrived.add(row.number)

    @rule(account=st.sampled_from(["ada", "*"]))
    def pause_and_resume(self, account: str) -> None:
        self.store.accounts.pause(account, "ann", "storm", self.now)
        claimed = self.store.outbox.claim("x", self.now, LEASE, self.keyed)
        assert all(account == "ada" != row.account for row in claimed)
        self.uncertain |= {row.number for row in claimed}
        self.store.accounts.resume(account)

    @rule(number=st.integers(1, 4), act=st.sampled_from(["retry", "give_up", "landed"]))
    def person(self, number: int, act: str) -> None:
        if number > self.placed:
            return
        before = self.store.outbox.get(number).state
        acts: dict[str, Callable[[], OutboxRow]] = {
            "retry": lambda: self.store.outbox.retry(number, self.now),
            "give_up": lambda: self.store.outbox.give_up(number),
            "landed": lambda: self.store.outbox.landed(number, self.now),
        }
        try:
            acts[act]()
        except Conflict:
            assert self.store.outbox.get(number).state is before
            return
        assert before not in (SendState.SENDING, SendState.SENT)
        if act == "retry":  # somebody looked, and takes it upon them
            self.uncertain.discard(number)
        if act == "landed":
            self.uncertain.discard(number)
            self.arrived.add(number)

    @invariant()
    def nothing_is_lost_and_one_sender_a_destination(self) -> None:
        if not hasattr(self, "store"):
            return
        rows = self.store.outbox.list(limit=1000)
        assert len(rows) == self.placed
        sending = [row for row in rows if row.state is SendState.SENDING]
        assert all(row.owner and row.lease_until and row.intent_at for row in sending)
        shared = all(self.keyed.values())
        channels = [(row.channel, row.owner if shared else row.number) for row in sending]
        assert len({channel for channel, _ in channels}) == len(set(channels))
        for row in rows:
            assert (row.state is SendState.SENT) == (row.number in self.arrived)
            if row.number in self.uncertain:
                assert row.state not in (SendState.READY, SendState.RETRY)


TestOutboxStates = OutboxStates.TestCase
TestOutboxStates.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
