"""What one plugin may reach of the instance that made it; implements `interfaces.Host` and its parts."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from tweetgen.domain import Action, Json, Pending
from tweetgen.errors import InputError
from tweetgen.interfaces import Budget, Corpus, Limits, Queue, Rate, Reservation, Secrets, State
from tweetgen.pipeline.links import Links
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY
from tweetgen.store.budgets import NO_CAPS, Caps


@dataclass(frozen=True)
class Parts:
    """What a host reaches, opened when a plugin first asks for it."""

    store: Callable[[], Store]
    corpus: Callable[[], Corpus]
    links: Callable[[], Links]
    secrets: Callable[[], Secrets]
    #: by app, what all its accounts may cost together
    budgets: Mapping[str, Caps] = field(default_factory=dict)


@dataclass(frozen=True)
class InstanceHost:
    """The host of one plugin."""

    #: under which its log and its state are kept, such as "filter.history"
    plugin: str
    account: str
    timezone: ZoneInfo
    base: Path
    allow_private_addresses: bool
    parts: Parts

    @property
    def log(self) -> logging.Logger:
        """The plugin's own log."""
        return logging.getLogger(f"tweetgen.{self.plugin}")

    @property
    def state(self) -> State:
        """What the plugin keeps for this account."""
        return PluginState(self.parts.store(), self.plugin, self.account)

    @property
    def secrets(self) -> Secrets:
        """Tokens that are renewed now and then."""
        return self.parts.secrets()

    @property
    def corpus(self) -> Corpus:
        """All that was collected."""
        return self.parts.corpus()

    @property
    def queue(self) -> Queue:
        """The account's candidates."""
        return AccountQueue(self.parts.store(), self.account, self.timezone, self.parts.links, self.now)

    @property
    def limits(self) -> Limits:
        """How often apps may be asked."""
        return AppLimits(self.parts.store(), self.account, self.now)

    @property
    def budget(self) -> Budget:
        """What apps may cost."""
        return AppBudget(self.parts.store(), self.account, self.parts.budgets, self.now)

    def own_names(self) -> Collection[str]:
        """Under which names the accounts of this instance post, as their destinations keep in their state."""
        kept = self.parts.store().plugin_states.values("destination.")
        lists = (value.get("own_names") for value in kept if isinstance(value, dict))
        return {str(name) for names in lists if isinstance(names, list) for name in names}

    def recent_texts(self) -> Sequence[str]:
        """What all accounts have posted or may yet post, the newest first."""
        return self.parts.store().candidates.recent_texts(self.now())

    def now(self) -> datetime:
        """The current time, UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class PluginState:
    """One plugin's value for one account, in the store; implements `interfaces.State`."""

    store: Store
    plugin: str
    account: str

    def get(self) -> tuple[Json, int]:
        """The value and its version; (None, 0) before the first `put`."""
        return self.store.plugin_states.get(self.plugin, self.account)

    def put(self, value: Json, version: int) -> bool:
        """Keep `value` if `version` is still the newest; False if somebody was faster."""
        return self.store.plugin_states.put(self.plugin, self.account, value, version)


@dataclass(frozen=True)
class AccountQueue:
    """One account's candidates, in the store; implements `interfaces.Queue`."""

    store: Store
    account: str
    timezone: ZoneInfo
    links: Callable[[], Links]
    now: Callable[[], datetime]

    def pending(self, limit: int = 1000) -> Sequence[Pending]:
        """Those that wait, the best first."""
        return self.store.candidates.pending(self.account, limit)

    def get(self, number: int) -> Pending | None:
        """One candidate of this account, whatever its state."""
        with suppress(InputError):
            pending = self.store.candidates.get(number)
            return pending if pending.account == self.account else None
        return None

    def link(self, pending: Pending, action: Action) -> str:
        """A signed address that lets its reader decide, once; see `Links.link` for what it raises."""
        return self.links().link(pending, action, self.now())

    def decided_today(self, via: str) -> int:
        """How many were approved through the queue `via` since midnight of the account's time zone."""
        today = self.now().astimezone(self.timezone).date()
        midnight = datetime.combine(today, time(), self.timezone)
        return self.store.candidates.approved_since(self.account, via, midnight.astimezone(UTC))


@dataclass(frozen=True)
class AppLimits:
    """Requests that one account takes of apps, in the store; implements `interfaces.Limits`."""

    store: Store
    account: str
    now: Callable[[], datetime]

    def take(self, app: str, endpoint: str, rates: Sequence[Rate] = ()) -> datetime | None:
        """Take one request; where there is none left, when to come back."""
        return self.store.rate_limits.take(app, self.account, endpoint, rates, self.now())

    def learn(
        self, app: str, endpoint: str, requests: int, remaining: int, resets_at: datetime, *, shared: bool = True
    ) -> None:
        """What the app itself said."""
        whose = EVERY if shared else self.account
        self.store.rate_limits.learn(app, whose, endpoint, requests, remaining, resets_at)


@dataclass(frozen=True)
class AppBudget:
    """Money that one account spends on apps, in the store; implements `interfaces.Budget`."""

    store: Store
    account: str
    #: by app, for all accounts together
    budgets: Mapping[str, Caps]
    now: Callable[[], datetime]

    def reserve(
        self, app: str, amount: Decimal, *, per_day: Decimal | None = None, per_month: Decimal | None = None
    ) -> Reservation:
        """Set `amount` aside; raises `BudgetSpent`."""
        now = self.now()
        bound = self.budgets.get(app, NO_CAPS)
        self.store.budgets.reserve(app, self.account, amount, Caps(per_day, per_month), bound, now)
        return StoredReservation(self, app, amount, now)

    def left(self, app: str, *, per_day: Decimal | None = None, per_month: Decimal | None = None) -> Decimal | None:
        """The most that may be set aside now; None where nothing binds."""
        bound = self.budgets.get(app, NO_CAPS)
        return self.store.budgets.left(app, self.account, Caps(per_day, per_month), bound, self.now())


@dataclass(frozen=True)
class StoredReservation:
    """Money set aside at one moment; implements `interfaces.Reservation`."""

    budget: AppBudget
    app: str
    amount: Decimal
    at: datetime

    def correct(self, spent: Decimal) -> None:
        """What it came to; to be told once."""
        budget = self.budget
        budget.store.budgets.correct(self.app, budget.account, self.amount, spent, self.at, budget.now())
