"""What plugins share that speak with one app, whatever the account: how often it may be asked, and for how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol


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
