"""Approved texts to every destination of their account, once each."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Any

from tweetgen import domain
from tweetgen.domain import Outgoing, Receipt, SendState, Severity
from tweetgen.errors import BudgetSpent, Duplicate, NotSent, ReauthRequired, Throttled, TweetgenError
from tweetgen.pipeline.delivery import (
    Boundary,
    Channel,
    Judge,
    Tell,
    budget_cause,
    cause_of,
    event_of,
    login_cause,
    nothing,
)
from tweetgen.pipeline.supervised import StillRunning, call
from tweetgen.store import Store, text_hash
from tweetgen.store.claiming import Allowed
from tweetgen.store.outbox_row import ChannelName, Ending, OutboxRow

LOG = logging.getLogger(__name__)
_UNTRIED = Ending(SendState.RETRY, counted=False)
# seconds that what became of a text waits at most for others to share a commit with
_KEPT_WITHIN = 1.0
#: what `Boundary` is called with while sending, in this order
BOUNDARIES = ("claim", "claimed", "send", "answered", "settled")


@dataclass(frozen=True)
class Timing:
    """How long things may take, and the clocks."""

    now: Callable[[], datetime]
    #: longest time of one `publish`; what takes longer is of unknown outcome
    limit: timedelta = timedelta(seconds=30)
    #: how much longer than `limit` a claim holds; what could not be begun within it goes back unsent
    spare: timedelta = timedelta(seconds=90)
    #: seconds on a clock that nobody sets
    monotonic: Callable[[], float] = time.monotonic

    @property
    def lease(self) -> timedelta:
        """How long a claim holds."""
        return self.limit + self.spare


class Dispatcher:
    """Sends what is due; several threads may call it, and several processes may each have one on the same store."""

    def __init__(
        self,
        store: Store,
        owner: str,
        channels: Mapping[ChannelName, Channel],
        timing: Timing,
        judge: Judge,
        allowed: Allowed | None = None,
        tell: Tell = nothing,
        boundary: Boundary = nothing,
    ) -> None:
        """`owner`: unique among all processes; `allowed`: limits and quiet hours, None for none."""
        self.channels = channels
        self.allowed = allowed
        self._store, self._owner, self._timing, self._judge = store, owner, timing, judge
        self._tell, self._boundary = tell, boundary
        self._running: dict[ChannelName, _Running] = {}
        #: where something was sent since money was last missing there
        self._paid: set[ChannelName] = set()
        self._lock = Lock()
        self._closed = Event()

    def preview(self) -> list[Outgoing]:
        """What `send_next` would send now, the first of each destination; nothing is changed."""
        outbox = self._store.outbox
        rows = outbox.due(self._timing.now(), self.channels, self.allowed)
        return [row.outgoing(outbox.part_before(row)) for row in rows]

    def drain(self, workers: int = 4) -> int:
        """Send until nothing is due, `workers` destinations at a time; how many attempts that took."""
        with ThreadPoolExecutor(workers, thread_name_prefix="dispatch") as pool:
            return sum(pool.map(lambda _: self._drain(), range(workers)))

    def send_next(self) -> int:
        """Claim and send one row, or several that have keys; how many, 0 where nothing is due or after `close`."""
        if self._closed.is_set():
            return 0
        self._tend()
        timing, channels = self._timing, self.channels  # these may be exchanged meanwhile
        self._boundary("claim")
        deadline = timing.monotonic() + timing.lease.total_seconds()
        rows = self._store.outbox.claim(self._owner, timing.now(), timing.lease, _shared(channels), self.allowed)
        if rows:
            self._boundary("claimed")
            self._send([(row, channels[row.channel]) for row in rows], deadline)
            self._boundary("settled")
        return len(rows)

    def close(self) -> int:
        """Send nothing more; what is being sent becomes `unknown`, unless its answer still comes; how many rows."""
        self._closed.set()
        return self._store.outbox.abandon(self._owner, self._timing.now())

    def _drain(self) -> int:
        count = 0
        while sent := self.send_next():
            count += sent
        return count

    # ── one claim ──

    def _send(self, claimed: Sequence[tuple[OutboxRow, Channel]], deadline: float) -> None:
        """Send one after the other; what became of them is kept in one commit, or in one a second."""
        ended: list[tuple[OutboxRow, Ending]] = []
        stopped: set[ChannelName] = set()
        kept_at = self._timing.monotonic()
        for row, channel in claimed:
            ending = _UNTRIED if row.channel in stopped else self._attempt(row, channel, deadline)
            if ending is None or ending.state is SendState.RETRY:
                stopped.add(row.channel)  # the next one there would fare no better
            if ending is not None:
                ended.append((row, ending))
            if self._timing.monotonic() - kept_at > _KEPT_WITHIN:
                self._settle(ended)
                ended, kept_at = [], self._timing.monotonic()
        self._settle(ended)

    def _attempt(self, row: OutboxRow, channel: Channel, deadline: float) -> Ending | None:
        """What became of it; None where it hangs and was left."""
        if text_hash(row.text) != row.text_hash:
            return Ending(SendState.FAILED, "its text is not the one that was approved")
        if row.channel in self._running or self._closed.is_set():
            return _UNTRIED
        outgoing = row.outgoing(self._store.outbox.part_before(row))
        answer: object
        self._boundary("send")
        try:
            answer = call(lambda: self._publish(channel, outgoing, deadline), self._timing.limit)
        except StillRunning as hung:
            self._leave(row, channel, hung)
            return None
        except Exception as error:
            answer = error
        self._boundary("answered")
        return self._ending(row, channel, answer)

    def _publish(self, channel: Channel, outgoing: Outgoing, deadline: float) -> Receipt:
        # looked at in the thread itself: whatever let it wait until now, nothing has left yet
        if deadline - self._timing.monotonic() <= self._timing.limit.total_seconds():
            raise _TooLate("no time was left to send it in")
        return channel.destination.publish(outgoing)

    def _ending(self, row: OutboxRow, channel: Channel, answer: object) -> Ending:
        """What a receipt, or what was raised, means for the row; its channel is made to wait where it asked for it."""
        now = self._timing.now()
        if not isinstance(answer, Exception):
            ending = self._judge.arrived(row, channel, answer, now)
        elif isinstance(answer, _TooLate):
            ending = Ending(SendState.RETRY, str(answer), counted=False)
        else:
            ending = self._judge.failed(row, channel, answer, now)
        if isinstance(answer, Throttled) and ending.not_before is not None:
            self._store.channels.wait(*row.channel, ending.not_before, str(answer))
            if isinstance(answer, BudgetSpent):
                self._tell_of_money(row, answer, ending.not_before, now)
        elif isinstance(answer, ReauthRequired):
            self._block(row, answer, now)
        elif isinstance(answer, Duplicate) and ending.state is SendState.SENT:
            return Ending(SendState.SENT, receipt=self._find(row, channel))
        return ending

    def _settle(self, ended: Sequence[tuple[OutboxRow, Ending]]) -> None:
        now = self._timing.now()
        kept = self._store.outbox.settle_all(ended, now)
        for (row, ending), was_kept in zip(ended, kept, strict=True):
            if ending.state is SendState.SENT and row.channel not in self._paid:
                self._paid.add(row.channel)
                self._store.notices.over(budget_cause(*row.channel))
            if not was_kept:
                LOG.info("outbox %d: %s, but it has moved on meanwhile", row.number, ending.state)
                continue
            if ending.error:
                whose = f"{row.destination} of {row.account}"
                LOG.warning("outbox %d to %s: %s, %s", row.number, whose, ending.state, ending.error)
            if event := event_of(row, ending, now):
                self._tell(event)

    def _block(self, row: OutboxRow, error: ReauthRequired, now: datetime) -> None:
        self._store.channels.block(*row.channel, str(error), now)
        account, destination = row.channel
        message = (
            f"{destination} of account {account} wants a new login ({error}); "
            f"renew it, then: tweetgen outbox unblock {account} {destination}"
        )
        self._tell(domain.Event("login", account, Severity.ACTION, message, login_cause(*row.channel), now))

    def _tell_of_money(self, row: OutboxRow, error: BudgetSpent, until: datetime, now: datetime) -> None:
        self._paid.discard(row.channel)
        account, destination = row.channel
        told = f"{destination} of account {account} waits for money until {until:%Y-%m-%d %H:%MZ}: {error}"
        self._tell(domain.Event("budget", account, Severity.WARNING, told, budget_cause(*row.channel), now))

    def _find(self, row: OutboxRow, channel: Channel) -> Receipt:
        """The receipt of a text that surely arrived; an empty one where it cannot be had."""
        try:
            found = call(lambda: channel.destination.find(row.outgoing()), self._timing.limit)
        except Exception as error:
            LOG.info("outbox %d arrived, but its receipt cannot be had: %s", row.number, error)
            return Receipt()
        return found if isinstance(found, Receipt) else Receipt()

    # ── threads that hang ──

    def _leave(self, row: OutboxRow, channel: Channel, hung: StillRunning[Any]) -> None:
        """Go on without an attempt that hangs; nothing is sent there until its thread has ended."""
        now = self._timing.now()
        running = _Running(row, channel.on_unknown != "hold", hung.future, now)
        with self._lock:
            self._running[row.channel] = running
        self._wait(running, now)  # first, for the channel is free once the row is no longer being sent
        self._settle([(row, self._judge.unknown(channel, now, str(hung)))])
        self._wait(running, now)
        hung.future.add_done_callback(lambda future: self._ended(row, channel, future))

    def _ended(self, row: OutboxRow, channel: Channel, future: Future[Any]) -> None:
        """In the thread that hung: what it came to is still worth knowing."""
        try:
            self._store.channels.end_wait(*row.channel)
            ending = self._ending(row, channel, future.exception() or future.result())
            self._settle([(row, ending)])
            if ending.state is SendState.SENT:
                self._store.notices.over(cause_of(row))
        except TweetgenError as error:
            LOG.error("outbox %d: its late answer is lost: %s", row.number, error)
        finally:
            with self._lock:
                self._running.pop(row.channel, None)

    def _tend(self) -> None:
        """Tell other processes now and then that threads still run."""
        now = self._timing.now()
        with self._lock:
            running = [one for one in self._running.values() if not one.future.done()]
        for one in running:
            if one.told_until - now < self._timing.lease / 2:
                self._wait(one, now)

    def _wait(self, running: "_Running", now: datetime) -> None:
        running.told_until = now + self._timing.lease
        self._store.channels.wait(*running.row.channel, running.told_until, "an older attempt still runs")
        if running.asked_about:
            self._store.outbox.still_running(running.row, now, running.told_until)


def _shared(channels: Mapping[ChannelName, Channel]) -> dict[ChannelName, bool]:
    """Whether what is sent there may share a commit: it can be sent again without harm, and is."""
    return {name: one.destination.keyed and one.on_unknown != "hold" for name, one in channels.items()}


@dataclass
class _Running:
    """An attempt given up whose thread has not ended."""

    row: OutboxRow
    #: whether the row waits for the thread before anybody asks what became of it
    asked_about: bool
    future: Future[Any]
    #: until when other processes believe that it runs
    told_until: datetime


class _TooLate(NotSent):
    """The lease does not last; not the destination's fault."""
