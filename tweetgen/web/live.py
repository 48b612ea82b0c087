"""Work in a thread whose events an asynchronous reader gets as they come, many at once where they come fast."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Generic, TypeVar

Event = TypeVar("Event")


class _BrokenOff(BaseException):
    """Nobody reads any more."""


class Live(Generic[Event]):
    """One piece of work, begun at once; `work` is given what it tells its events with."""

    def __init__(self, work: Callable[[Callable[[Event], None]], object]) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: deque[Event] = deque()
        self._news = asyncio.Event()
        #: whether the reader will look again anyway
        self._told = False
        self._stopped = self._ended = False
        self._error: Exception | None = None
        threading.Thread(target=self._run, args=(work,), name="live", daemon=True).start()

    def stop(self) -> None:
        """Break the work off at its next event."""
        self._stopped = True

    async def batches(self) -> AsyncIterator[list[Event]]:
        """All events in order, each time those that are there; raises what the work raised."""
        ended = False
        while not ended:
            await self._news.wait()
            self._news.clear()
            ended, self._told = self._ended, False
            if batch := [self._events.popleft() for _ in range(len(self._events))]:
                yield batch
        if self._error is not None:
            raise self._error

    def _run(self, work: Callable[[Callable[[Event], None]], object]) -> None:
        try:
            work(self._tell)
        except _BrokenOff:
            pass
        except Exception as error:
            self._error = error
        self._ended = True
        self._wake()

    def _tell(self, event: Event) -> None:
        if self._stopped:
            raise _BrokenOff
        self._events.append(event)
        if not self._told:
            self._told = True
            self._wake()

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: the process ends
            self._loop.call_soon_threadsafe(self._news.set)
