"""How long plugins are waited for; one that hangs is left alone until its thread has ended."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import Any, TypeVar

from tweetgen.errors import TweetgenError
from tweetgen.pipeline.supervised import StillRunning, call

Result = TypeVar("Result")


class Hangs(TweetgenError):
    """A plugin gave no answer in time."""

    def __init__(self, what: str, limit: timedelta, since: str = "") -> None:
        super().__init__(
            f"{what}: no answer within {limit.total_seconds():g} s{since}; it is asked again once its thread has ended"
        )


class Patience:
    """Calls plugins with a time limit; may be used from several threads."""

    def __init__(self) -> None:
        self._hanging: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()

    def call(self, what: str, function: Callable[[], Result], limit: timedelta) -> Result:
        """What `function` returns or raises; `what` names the plugin. Raises `Hangs`."""
        with self._lock:
            hanging = self._hanging.get(what)
        if hanging is not None and not hanging.done():
            raise Hangs(what, limit, " to an earlier call")
        try:
            return call(function, limit)
        except StillRunning as error:
            with self._lock:
                self._hanging[what] = error.future
            raise Hangs(what, limit) from None
