"""APScheduler as a clock: a handful of coarse ticks, kept in memory, in UTC; what is due stands in the store."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


@dataclass(frozen=True)
class Tick:
    """Something that is looked at again and again."""

    name: str
    #: from one beginning to the next; one that takes longer is not begun a second time beside itself
    seconds: float
    #: catches what it can name itself; what it raises otherwise is logged by APScheduler
    call: Callable[[], object]


class Clock:
    """Calls each tick in its own thread, at once and then every so many seconds, until it is stopped."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self._running: dict[str, float] = {}
        self._changed = threading.Condition()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(ticks))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        first = datetime.now(UTC)
        for tick in ticks:
            self._scheduler.add_job(
                self._call, "interval", (tick,), seconds=tick.seconds, name=tick.name, next_run_time=first
            )

    def start(self) -> None:
        """Begin; returns at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing any more; what runs goes on, see `wait`."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing runs; False if something still does after `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, seconds)

    def running(self) -> dict[str, float]:
        """What runs now, and for how long (seconds)."""
        now = time.monotonic()
        with self._changed:
            return {name: now - began for name, began in self._running.items()}

    def _call(self, tick: Tick) -> None:
        with self._changed:
            self._running[tick.name] = time.monotonic()
        try:
            tick.call()
        finally:
            with self._changed:
                del self._running[tick.name]
                self._changed.notify_all()
