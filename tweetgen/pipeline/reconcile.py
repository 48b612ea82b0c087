"""Finds out what became of texts whose sending was cut off: nobody sends them again before that is known."""

import logging
import random
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from tweetgen.domain import Receipt, SendState
from tweetgen.errors import ReauthRequired, Throttled
from tweetgen.pipeline.delivery import Backoff, Boundary, Channel, Tell, event_of, next_check, nothing
from tweetgen.pipeline.dispatch import Timing
from tweetgen.pipeline.supervised import StillRunning, call
from tweetgen.store import Store
from tweetgen.store.claiming import UNUSABLE
from tweetgen.store.outbox_row import ChannelName, Ending, OutboxRow

LOG = logging.getLogger(__name__)
#: what `Boundary` is called with while reconciling, in this order
BOUNDARIES = ("find", "found", "resolved")
#: negative answers needed, the last of them after the destination has settled
_NEGATIVE = 2
# a destination that cannot be asked now is asked again after this
_LATER = timedelta(minutes=1)


class Reconciler:
    """Resolves rows of unknown outcome; several processes may each have one on the same store."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[ChannelName, Channel],
        timing: Timing,
        chance: random.Random,
        backoff: Backoff | None = None,
        tell: Tell = nothing,
        boundary: Boundary = nothing,
    ) -> None:
        self.channels = channels
        self._store, self._timing, self._chance = store, timing, chance
        self._backoff = backoff or Backoff()
        self._tell, self._boundary = tell, boundary
        self._running: dict[ChannelName, Future[Any]] = {}

    def run(self) -> int:
        """Look at every row whose time has come, after taking in those whose sender died; how many were looked at."""
        self._store.outbox.recover(self._timing.now())
        rows = self._store.outbox.unknown(self._timing.now())
        for row in rows:
            channel = self.channels.get(row.channel)
            if channel is None:
                self._later(row, UNUSABLE)
            else:
                self._look(row, channel)
        return len(rows)

    def _look(self, row: OutboxRow, channel: Channel) -> None:
        if channel.on_unknown == "hold":
            self._resolve(row, Ending(SendState.NEEDS_HUMAN, row.error))
        elif channel.on_unknown == "resend" or channel.destination.keyed:
            self._send_again(row, channel)
        else:
            self._ask(row, channel)

    def _ask(self, row: OutboxRow, channel: Channel) -> None:
        running = self._running.get(row.channel)
        if running is not None and not running.done():
            self._later(row, "it is still being asked")
            return
        asked_at = self._timing.now()
        self._boundary("find")
        try:
            found = call(lambda: channel.destination.find(row.outgoing()), self._timing.limit)
        except NotImplementedError:
            self._resolve(row, Ending(SendState.NEEDS_HUMAN, row.error))
        except StillRunning as hung:
            self._running[row.channel] = hung.future
            self._later(row, f"asked whether it arrived: {hung}")
        except Exception as error:
            self._refused(row, error)
        else:
            self._boundary("found")
            self._answered(row, channel, found, asked_at)

    def _answered(self, row: OutboxRow, channel: Channel, found: object, asked_at: datetime) -> None:
        if isinstance(found, Receipt):
            self._resolve(row, Ending(SendState.SENT, receipt=found))
        elif found is not None:
            self._later(row, f"asked whether it arrived, it answered no receipt but {type(found).__name__}")
        else:
            self._not_there(row, channel, asked_at)

    def _not_there(self, row: OutboxRow, channel: Channel, asked_at: datetime) -> None:
        since = row.unknown_at or asked_at
        if row.checks + 1 >= _NEGATIVE and asked_at >= since + channel.settle:
            if row.attempts >= channel.attempts:
                why = f"given up after {row.attempts} attempts, none of which arrived: {row.error}"
                self._resolve(row, Ending(SendState.FAILED, why))
            else:
                self._resolve(row, Ending(SendState.READY, "it did not arrive; sent again"))
            return
        again = next_check(channel, since, self._timing.now())
        self._resolve(row, Ending(SendState.UNKNOWN, row.error, again), negative=1)

    def _send_again(self, row: OutboxRow, channel: Channel) -> None:
        """With the same key that is harmless; without one it is what `resend` asks for."""
        if row.attempts >= channel.attempts:
            self._resolve(row, Ending(SendState.NEEDS_HUMAN, f"after {row.attempts} attempts: {row.error}"))
            return
        at = self._timing.now() + self._backoff.delay(row.attempts, self._chance)
        self._resolve(row, Ending(SendState.READY, row.error, at))

    def _refused(self, row: OutboxRow, error: Exception) -> None:
        """It could not be asked; that is no answer."""
        now = self._timing.now()
        if isinstance(error, ReauthRequired):
            self._store.channels.block(*row.channel, str(error), now)
        until = error.until if isinstance(error, Throttled) else None
        self._later(row, f"asked whether it arrived: {type(error).__name__}: {error}", until)

    def _later(self, row: OutboxRow, why: str, until: datetime | None = None) -> None:
        LOG.info("outbox %d: %s", row.number, why)
        at = max(until or self._timing.now() + _LATER, self._timing.now())
        self._resolve(row, Ending(SendState.UNKNOWN, why, at))

    def _resolve(self, row: OutboxRow, ending: Ending, negative: int = 0) -> None:
        now = self._timing.now()
        if not self._store.outbox.resolve(row, ending, now, negative):
            return  # somebody was faster, or its answer came after all
        self._boundary("resolved")
        if event := event_of(row, ending, now):
            self._tell(event)
