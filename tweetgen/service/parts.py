"""The plugins of every account, made when first needed and kept until the configuration changes."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from tweetgen.app import App
from tweetgen.plugins import (
    ConfiguredDestination,
    ConfiguredFilter,
    ConfiguredObserver,
    ConfiguredQueue,
    ConfiguredSource,
)

Part = TypeVar("Part")


class Parts:
    """What one configuration asks for; what cannot be made raises each time it is asked for."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()

    def sources(self, account: str) -> Sequence[ConfiguredSource]:
        """Where posts of an account come from; of "" the sources of the instance and of all accounts."""
        chosen = [account] if account else None
        return self._once("sources", account, lambda: self._app.sources(chosen))

    def filters(self, account: str) -> Sequence[ConfiguredFilter]:
        """In the order in which they judge."""
        return self._once("filters", account, lambda: self._app.filters(account))

    def queue(self, account: str) -> ConfiguredQueue:
        """Where its candidates are decided about."""
        return self._once("queue", account, lambda: self._app.review_queue(account))

    def destinations(self, account: str) -> Sequence[ConfiguredDestination]:
        """Where it publishes."""
        return self._once("destinations", account, lambda: self._app.destinations(account))

    def observers(self) -> Sequence[ConfiguredObserver]:
        """Who is told what happened."""
        return self._once("observers", "", self._app.observers)

    def _once(self, role: str, account: str, make: Callable[[], Part]) -> Part:
        with self._lock:
            if (role, account) not in self._made:
                self._made[role, account] = make()
            return cast(Part, self._made[role, account])
