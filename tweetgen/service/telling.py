"""Events on their way to the observers: told by a tick of its own, so that a slow observer holds up no step."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

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
        self._waiting: deque[Event | str] = deque()

    def tell(self, event: Event) -> None:
        """Somebody should hear of it, once per cause."""
        self._waiting.append(replace(event, message=self._redactor.text(event.message)))

    def over(self, cause: str) -> None:
        """It has ended; the next event of this cause is told anew."""
        self._waiting.append(cause)

    def renew(self, event: Event) -> None:
        """It still lasts, and is to be put differently now, such as with another number; nobody is told anew."""
        self._store.notices.renew(replace(event, message=self._redactor.text(event.message)))

    def work_off(self) -> None:
        """Tell what waits."""
        self._each(lambda event: observe.tell(self._store, self._observers(), event, self._now()))

    def keep(self) -> None:
        """Leave what waits to the next process that serves this store: there is no time left to tell it."""
        self._each(self._store.notices.happened)

    def _each(self, pass_on: Callable[[Event], object]) -> None:
        while self._waiting:
            item = self._waiting[0]
            if isinstance(item, Event):
                pass_on(item)
            else:
                self._store.notices.over(item)
            self._waiting.popleft()  # only now: where the store fails, it is not lost
