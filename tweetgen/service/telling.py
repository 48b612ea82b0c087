"""Events on their way to the observers: told by a tick of its own, so that a slow observer holds up no step."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from queue import Empty, SimpleQueue

from tweetgen.domain import Event
from tweetgen.pipeline import observe
from tweetgen.plugins import ConfiguredObserver
from tweetgen.service.redaction import Redactor
from tweetgen.store import Store


class Teller:
    """Keeps the order: trouble that ends before it was told is not told as lasting."""

    def __init__(
        self,
        store: Store,
        observers: Callable[[], Sequence[ConfiguredObserver]],
        redactor: Redactor,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._observers, self._redactor, self._now = store, observers, redactor, now
        self._waiting: SimpleQueue[Event | str] = SimpleQueue()

    def tell(self, event: Event) -> None:
        """Somebody should hear of it, once per cause."""
        self._waiting.put(replace(event, message=self._redactor.text(event.message)))

    def over(self, cause: str) -> None:
        """It has ended; the next event of this cause is told anew."""
        self._waiting.put(cause)

    def work_off(self) -> None:
        """Tell what waits."""
        for item in self._taken():
            if isinstance(item, Event):
                observe.tell(self._store, self._observers(), item, self._now())
            else:
                self._store.notices.over(item)

    def keep(self) -> None:
        """Leave what waits to the next process that serves this store: there is no time left to tell it."""
        for item in self._taken():
            if isinstance(item, Event):
                self._store.notices.happened(item)
            else:
                self._store.notices.over(item)

    def _taken(self) -> Iterator[Event | str]:
        with suppress(Empty):
            while True:
                yield self._waiting.get_nowait()
