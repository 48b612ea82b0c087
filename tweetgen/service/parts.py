"""The plugins of every account, made when first needed and kept until the configuration changes."""

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from tweetgen.app import App
from tweetgen.plugins import (
    ConfiguredDestination,
    ConfiguredFilter,
    ConfiguredObserver,
    ConfiguredQueue,
    ConfiguredSource,
)
from tweetgen.service.patience import Patience
from tweetgen.service.work import Work

Part = TypeVar("Part")


class Parts:
    """What one configuration asks for. What cannot be made is left out, told as a failure, and tried again later."""

    def __init__(self, app: App, accounts: Sequence[str], work: Work, patience: Patience) -> None:
        """`accounts`: those that are served."""
        self._app, self._accounts, self._work, self._patience = app, accounts, work, patience
        self._made: dict[str, dict[str, Any]] = {}
        self._observers: Sequence[ConfiguredObserver] | None = None
        self._lock = threading.RLock()

    def sources(self, account: str) -> Sequence[ConfiguredSource]:
        """Where posts of an account come from; of "" the sources of the instance and of all accounts.

        Made anew each time; raises what their factories raise.
        """
        return self._app.sources([account] if account else None)

    def filters(self) -> Mapping[str, Sequence[ConfiguredFilter]]:
        """By account, in the order in which they judge."""
        return self._each("filters", self._app.filters)

    def queues(self) -> Mapping[str, ConfiguredQueue]:
        """By account, where its candidates are decided about."""
        return self._each("review queue", self._app.review_queue)

    def destinations(self) -> Mapping[str, Sequence[ConfiguredDestination]]:
        """By account, where it publishes."""
        return self._each("destinations", self._checked)

    def observers(self) -> Sequence[ConfiguredObserver]:
        """Who is told what happened. Raises what their factories raise."""
        with self._lock:
            if self._observers is None:
                self._observers = self._app.observers()
            return self._observers

    def _checked(self, account: str) -> Sequence[ConfiguredDestination]:
        destinations = self._app.destinations(account)
        for one in destinations:
            bool(one.destination.keyed)  # a plugin that cannot even say that must not be met while sending
        return destinations

    def _each(self, role: str, make: Callable[[str], Part]) -> Mapping[str, Part]:
        with self._lock:
            made: dict[str, Part] = self._made.setdefault(role, {})
            for account in self._accounts:
                if account not in made:
                    self._work.do(role, account, partial(self._make, role, account, make, made))
            return dict(made)

    def _make(self, role: str, account: str, make: Callable[[str], Part], made: dict[str, Part]) -> str:
        limit = self._app.config.service.plugin_timeout
        made[account] = self._patience.call(f"{role} of account {account}", partial(make, account), limit)
        return ""
