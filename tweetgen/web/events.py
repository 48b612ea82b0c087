"""What open pages are told while it happens (server-sent events): one look at the store a second, for all of them."""

import asyncio
import json
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tweetgen.domain import Action
from tweetgen.errors import Busy, StoreError
from tweetgen.store import Entry, Store

#: seconds between two looks at the store, and after which a line without content keeps a connection open
LOOK, BEAT = 1.0, 15.0
#: and after which it is asked again whether a listener may still hear: half a minute at the latest, as lines go out
AGAIN = 15.0
#: milliseconds after which a browser that was cut off comes back
RETRY = 2000
# Rows of the audit log told one by one; who missed more is told to look at everything again.
_MOST = 1000
# Messages that may wait for one listener: one that is slower is cut off, and comes back.
_WAITING = 2000
# Open pages of one person; a browser has six connections to us at most.
_EACH = 20
_JOBS = 100


@dataclass(frozen=True, slots=True)
class _Message:
    """As it goes over the wire; `number`: of the newest row of the audit log that it tells of, 0 for none."""

    text: str
    number: int = 0
    #: nothing comes after it
    last: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """The store as it was at one look."""

    newest: int
    counts: Mapping[str, int]


class Events:
    """Tells every listener. Its coroutines and `close` belong to one event loop; `tell` to any thread."""

    def __init__(self, store: Callable[[], Store], look: float = LOOK) -> None:
        """`look`: seconds between two looks at the store; none is taken while nobody listens."""
        self._store, self._look = store, look
        #: with who listens
        self._listeners: dict[asyncio.Queue[_Message], str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller: asyncio.Task[None] | None = None
        self._joining = asyncio.Lock()
        self._closed = False
        self._jobs: OrderedDict[str, _Message] = OrderedDict()
        #: by candidate, the job that wrote it
        self._writers: OrderedDict[int, str] = OrderedDict()

    def written(self, job: str, numbers: Iterable[int]) -> None:
        """Remember that these candidates were written by a job."""
        self._writers.update(dict.fromkeys(numbers, job))
        while len(self._writers) > 10 * _JOBS:
            self._writers.popitem(last=False)

    def tell(self, job: str, content: Mapping[str, Any]) -> None:
        """Say how a job gets on."""
        message = self._jobs[job] = _message("job", content)
        while len(self._jobs) > _JOBS:
            self._jobs.popitem(last=False)
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended, and nobody listens
                self._loop.call_soon_threadsafe(self._send, message)

    def check_room(self, who: str) -> None:
        """Raises `Busy` for somebody who listens often enough."""
        if sum(listener == who for listener in self._listeners.values()) >= _EACH:
            raise Busy(f"what {who} is told", f"{_EACH} other open pages", "close some")

    async def listen(
        self, after: int | None = None, who: str = "", may: Callable[[], Awaitable[bool]] | None = None
    ) -> AsyncIterator[str]:
        """What one browser is sent; `after`: the last id that it got, where it was cut off.

        `may`: asked now and then whether `who` may still hear; nothing more comes once they may not.
        """
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[_Message] = asyncio.Queue(_WAITING)
        self._listeners[queue] = who  # before the store is looked at, so that nothing is missed between
        try:
            yield f"retry: {RETRY}\n\n"
            async with self._joining:
                seen, first = await asyncio.to_thread(self._first, after)
                if self._poller is None or self._poller.done():
                    self._poller = asyncio.create_task(self._poll(seen))
            for message in [*first, *self._jobs.values()]:
                yield message.text
            asked = time.monotonic()
            while not self._closed:
                # all that waits goes at once: what is dear is sending, not what is sent
                messages = [await self._next(queue)]
                messages += [queue.get_nowait() for _ in range(queue.qsize())]
                if any(message.last for message in messages):
                    return
                if may is not None and time.monotonic() - asked >= AGAIN:
                    if not await may():
                        return
                    asked = time.monotonic()
                new = [one.text for one in messages if one.number == 0 or one.number > seen.newest]
                if new:
                    yield "".join(new)
        except StoreError as error:  # a browser comes back
            logging.getLogger(__name__).warning("an open page is cut off: %s", error)
        finally:
            self._listeners.pop(queue, None)

    def close(self) -> None:
        """End every answer, so that the server can stop."""
        self._closed = True
        self._send(_Message("", last=True))

    async def _next(self, queue: asyncio.Queue[_Message]) -> _Message:
        try:
            return await asyncio.wait_for(queue.get(), BEAT)
        except TimeoutError:
            return _Message(": still here\n\n")

    def _send(self, message: _Message) -> None:
        for queue in list(self._listeners):
            if queue.full():
                del self._listeners[queue]
                queue.get_nowait()
                queue.put_nowait(_Message("", last=True))
            else:
                queue.put_nowait(message)

    async def _poll(self, seen: _Seen) -> None:
        while self._listeners and not self._closed:
            await asyncio.sleep(self._look)
            try:
                seen, messages = await asyncio.to_thread(self._news, seen)
            except Exception as error:  # whatever ails the store now: it is asked again
                logging.getLogger(__name__).warning("open pages learn nothing new: %s", error)
                continue
            for message in messages:
                self._send(message)

    # ── in a thread, for SQL takes time ──

    def _first(self, after: int | None) -> tuple[_Seen, list[_Message]]:
        """What somebody is told who has just come, or come back."""
        candidates = self._store().candidates
        seen = _Seen(candidates.newest_decision(), candidates.pending_counts())
        _, missed = (seen, []) if after is None else self._news(_Seen(after, {}), seen)
        return seen, [*missed, _counts(seen)]

    def _news(self, seen: _Seen, now: _Seen | None = None) -> tuple[_Seen, list[_Message]]:
        """The store as it is `now`, and what has happened since it was as `seen`."""
        candidates = self._store().candidates
        newest = candidates.newest_decision() if now is None else now.newest
        if newest == seen.newest:
            return seen, []
        # a backup that was put back has fewer rows than were told of
        entries = candidates.decisions_since(seen.newest, _MOST + 1) if newest > seen.newest else []
        newest = max([newest, *(entry.number for entry in entries)])
        now = now or _Seen(newest, candidates.pending_counts())
        if not entries or len(entries) > _MOST:
            return now, [_message("missed", {}, newest), _counts(now)]
        messages = [_decided(entry) for entry in entries if entry.action is not Action.SUBMIT]
        messages += self._added(entries)
        if now.counts != seen.counts:
            messages.append(_counts(now))
        return now, messages

    def _added(self, entries: Iterable[Entry]) -> list[_Message]:
        added: Counter[tuple[str, str | None]] = Counter()
        newest = 0
        for entry in entries:
            if entry.action is Action.SUBMIT:
                added[entry.account, self._writers.get(entry.candidate)] += 1
                newest = entry.number
        items = added.items()
        return [_message("added", {"account": one, "count": n, "job": job}, newest) for (one, job), n in items]


def counts_of(counts: Mapping[str, int]) -> dict[str, Any]:
    """How many wait, as programs read it."""
    return {"total": sum(counts.values()), "accounts": dict(counts)}


def _counts(seen: _Seen) -> _Message:
    # has no number of its own: it is told to everybody, whatever they know
    return _Message(_message("counts", counts_of(seen.counts), seen.newest).text)


def _decided(entry: Entry) -> _Message:
    told = {
        "number": entry.candidate,
        "version": entry.version,
        "action": entry.action,
        "actor": entry.actor,
        "at": entry.at.isoformat(),
    }
    return _message("decided", told, entry.number)


def _message(kind: str, content: Mapping[str, Any], number: int = 0) -> _Message:
    ident = f"id: {number}\n" if number else ""
    return _Message(f"{ident}event: {kind}\ndata: {json.dumps(content)}\n\n", number)
