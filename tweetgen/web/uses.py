"""Writes down that API tokens are used, while nobody waits: a locked database keeps no program from looking."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from tweetgen.store import Store
from tweetgen.store.api_tokens import ApiToken, is_noted


class Uses:
    """In one thread at a time; what it has no time for is written down at the token's next use."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store
        self._works = threading.Lock()

    def note(self, token: ApiToken, now: datetime) -> None:
        """Have it written down soon, unless that was done within the last minute."""
        if not is_noted(token, now) and self._works.acquire(blocking=False):
            threading.Thread(target=self._write, args=(token, now), name="uses", daemon=True).start()

    def _write(self, token: ApiToken, now: datetime) -> None:
        try:
            self._store().api_tokens.used(token, now)
        except Exception as error:  # whatever ails the store now
            logging.getLogger(__name__).warning("the use of API token %d is not written down: %s", token.number, error)
        finally:
            self._works.release()
