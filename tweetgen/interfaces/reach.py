"""All that a plugin may reach of the instance it runs in, so that a test can fake it."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from logging import Logger
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from tweetgen.domain import (
    Action,
    Json,
    Nearest,
    Pending,
)


class State(Protocol):
    """A small JSON value that a plugin keeps for one account; compare-and-set, so that two processes agree."""

    def get(self) -> tuple[Json, int]:
        """The value and its version; (None, 0) before the first `put`."""
        ...

    def put(self, value: Json, version: int) -> bool:
        """Keep `value` if `version` is still the newest; False if somebody was faster."""
        ...


class Secrets(Protocol):
    """Tokens that a plugin renews now and then; shared by all plugins and accounts, never in the database.

    A name is made of small letters, digits and `. _ -`, and should begin with the plugin's. A token is kept before it
    is used, and renewed by one at a time: `with secrets.lock(name): …get, renew, put`.
    """

    def get(self, name: str) -> Json:
        """What is kept under `name`, None if nothing is."""
        ...

    def put(self, name: str, value: Json) -> None:
        """Keep `value`; on disk when it returns, for its owner's eyes alone."""
        ...

    def lock(self, name: str, seconds: float = 15) -> AbstractContextManager[None]:
        """Held by one at a time, of all threads and processes. Raises `Busy` where it is not had in `seconds`."""
        ...


class Corpus(Protocol):
    """What a filter may ask about all that was collected; indexed, so that an answer takes well under a millisecond."""

    def shared_words(self, text: str) -> tuple[int, str]:
        """The longest run of words that the text shares with any post, and that run; (0, "") for one of few words."""
        ...

    def nearest(self, text: str) -> Nearest | None:
        """The post it is most like, None if it is like none."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests are allowed within how long; `shared`: by all accounts of an app, else by each of them."""

    requests: int
    per: timedelta
    shared: bool = True


class Limits(Protocol):
    """How often the accounts of an app may ask it for what; shared by all processes of the instance."""

    def take(self, app: str, endpoint: str, rates: Sequence[Rate] = ()) -> datetime | None:
        """Take one request of `endpoint`; where there is none left, take nothing and say when to come back.

        `rates` are what is assumed of the endpoint; what was learnt of it counts as well.
        """
        ...

    def learn(
        self, app: str, endpoint: str, requests: int, remaining: int, resets_at: datetime, *, shared: bool = True
    ) -> None:
        """The app's own word: of so many `requests` so many remain until `resets_at`; 0 of 0 closes the endpoint."""
        ...


class Reservation(Protocol):
    """Money set aside before it is spent."""

    def correct(self, spent: Decimal) -> None:
        """What it came to in the end; never told, as after a crash, all that was set aside counts as spent."""
        ...


class Budget(Protocol):
    """What apps may cost, in dollars, by UTC day and month; shared by all processes of the instance."""

    def reserve(
        self, app: str, amount: Decimal, *, per_day: Decimal | None = None, per_month: Decimal | None = None
    ) -> Reservation:
        """Set `amount` aside before it is spent, on this day.

        `per_day` and `per_month` bind this account; what config.yaml says under `budgets` binds all accounts of the
        app together. Raises `BudgetSpent`, and sets nothing aside, where any of them does not allow it.
        """
        ...

    def left(
        self, app: str, *, per_day: Decimal | None = None, per_month: Decimal | None = None
    ) -> Decimal | None:
        """The most that may be set aside now; None where nothing binds."""
        ...


class Queue(Protocol):
    """What a review queue may ask about its account's candidates."""

    def pending(self, limit: int = 1000) -> Sequence[Pending]:
        """Those that wait, the best first."""
        ...

    def get(self, number: int) -> Pending | None:
        """One candidate of this account, whatever its state."""
        ...

    def link(self, pending: Pending, action: Action) -> str:
        """A signed address that lets its reader decide, once, until it expires.

        Raises `TweetgenError` where config.yaml has no `web` section with an address others can reach.
        """
        ...

    def decided_today(self, via: str) -> int:
        """How many candidates were approved through this queue since midnight of the account's time zone."""
        ...


class Host(Protocol):
    """All that a plugin may reach, so that it can be tested with a fake one."""

    @property
    def account(self) -> str:
        """Whose plugin this is; "" where it serves the whole instance."""
        ...

    @property
    def timezone(self) -> ZoneInfo:
        """The account's time zone."""
        ...

    @property
    def state(self) -> State: ...

    @property
    def secrets(self) -> Secrets: ...

    @property
    def corpus(self) -> Corpus: ...

    @property
    def queue(self) -> Queue: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def budget(self) -> Budget: ...

    def own_names(self) -> Collection[str]:
        """Names and ids under which accounts of this instance post, as their destinations said: each keeps a list
        `own_names` in its `state`. Nobody should learn from these."""
        ...

    def recent_texts(self) -> Sequence[str]:
        """What the accounts of this instance have written, queued or sent lately, the newest first, this account's own
        pending and approved candidates included."""
        ...

    @property
    def base(self) -> Path:
        """The instance's folder; relative paths in settings start here."""
        ...

    @property
    def allow_private_addresses(self) -> bool:
        """Whether config.yaml lets plugins reach addresses of this machine and its local network."""
        ...

    @property
    def log(self) -> Logger: ...

    def now(self) -> datetime:
        """The current time, timezone-aware, UTC."""
        ...
