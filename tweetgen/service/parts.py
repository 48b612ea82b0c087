"""The plugins of every account, made when first needed and kept until the configuration changes."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
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
from tweetgen.service.work import Failed, Work, told

Part = TypeVar("Part")


class Parts:
    """What one configuration asks for. What cannot be made is left out, told as a failure, and tried again later."""

    def __init__(self, app: App, accounts: Sequence[str], work: Work, patience: Patience) -> None:
        """`accounts`: those that are served."""
        self._app, self._accounts, self._work, self._patience = app, accounts, work, patience
        self._made: dict[str, dict[str, Any]] = {}
        self._whole: set[str] = set()
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
        """By account, where it can publish; what cannot be made is left out and keeps no other from being made."""
        with self._lock:
            for account in self._accounts:
                if account not in self._whole:
                    self._work.do("destinations", account, partial(self._make_destinations, account))
            return dict(self._made.get("destinations", {}))

    def observers(self) -> Sequence[ConfiguredObserver]:
        """Who is told what happened. Raises what their factories raise."""
        with self._lock:
            if self._observers is None:
                self._observers = self._app.observers()
            return self._observers

    def _make_destinations(self, account: str) -> str:
        """Make those that are still missing. Raises Failed, naming each that cannot be made."""
        held: dict[str, Sequence[ConfiguredDestination]] = self._made.setdefault("destinations", {})
        made = {one.name: one for one in held.get(account, ())}
        makers, problems = self._app.destination_makers(account), []
        for name in [name for name in makers if name not in made]:
            try:
                what = f"destination {name} of account {account}"
                made[name] = self._patience.call(what, partial(_checked, makers[name]), self._limit)
            except Exception as error:  # whatever a plugin raises; its siblings are made all the same
                problems.append(f"{name}: {told(error)}")
        held[account] = [made[name] for name in makers if name in made]
        if problems:
            raise Failed("; ".join(problems))
        self._whole.add(account)
        return ""

    def _each(self, role: str, make: Callable[[str], Part]) -> Mapping[str, Part]:
        with self._lock:
            made: dict[str, Part] = self._made.setdefault(role, {})
            for account in self._accounts:
                if account not in made:
                    self._work.do(role, account, partial(self._make, role, account, make, made))
            return dict(made)

    def _make(self, role: str, account: str, make: Callable[[str], Part], made: dict[str, Part]) -> str:
        made[account] = self._patience.call(f"{role} of account {account}", partial(make, account), self._limit)
        return ""

    @property
    def _limit(self) -> timedelta:
        return self._app.config.service.plugin_timeout


def _checked(make: Callable[[], ConfiguredDestination]) -> ConfiguredDestination:
    made = make()
    bool(made.destination.keyed)  # a plugin that cannot even say that must not be met while sending
    return made
