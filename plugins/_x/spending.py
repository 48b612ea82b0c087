"""What writing to X takes of limits and budget, before a byte leaves, and what it came to."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from tweetgen.errors import DeliveryError, NotSent, Throttled
from tweetgen.interfaces import Host, Rate, Reservation

from .metered import Price, XBudget
from .port import XError, XFault, XRate


class WritePrices(BaseModel):
    """What X charges, in dollars."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    create: Price = Decimal("0.015")
    """For a post."""
    create_link: Price = Decimal("0.2")
    """For a post with an address in it."""
    delete: Price = Decimal("0.01")
    """For deleting a post."""
    own_post: Price = Decimal("0.001")
    """For each own post that is read, to find out whether one arrived; more where the app is somebody else's."""
    user: Price = Decimal("0.01")
    """For looking up whose login it is, once."""


@dataclass(frozen=True)
class Spending:
    """The limits and the budget of one login."""

    host: Host
    app: str
    budget: XBudget
    #: by the client's method
    rates: Mapping[str, Sequence[Rate]]

    @contextmanager
    def of(self, endpoint: str, price: Decimal, told: Callable[[], Mapping[str, XRate]]) -> Iterator[None]:
        """Around one request; `told`: what X's answers said about limits.

        Raises `Throttled` (`BudgetSpent`) or `NotSent` before anything is sent. What goes wrong with the books
        afterwards never hides what became of the request.
        """
        reserved = self._reserve(endpoint, price)
        try:
            yield
        except XError as error:  # its kind is sure of what became of the request, but for UNKNOWN
            if error.kind is not XFault.UNKNOWN:
                self._keep_books(lambda: reserved.correct(Decimal(0)))
            if error.kind is XFault.RATE_LIMITED and (until := error.until):
                self._keep_books(lambda: self.host.limits.learn(self.app, endpoint, 0, 0, until, shared=False))
            raise
        except DeliveryError:  # the login could not be renewed: nothing was asked
            self._keep_books(lambda: reserved.correct(Decimal(0)))
            raise
        finally:
            self._keep_books(lambda: self._learn(endpoint, told()))

    def _reserve(self, endpoint: str, price: Decimal) -> Reservation:
        try:
            until = self.host.limits.take(self.app, endpoint, self.rates.get(endpoint, ()))
            if until is not None:
                raise Throttled(f"the limit of requests to X (app {self.app}) is reached", until)
            per_day, per_month = self.budget.per_day, self.budget.per_month
            return self.host.budget.reserve(self.app, price, per_day=per_day, per_month=per_month)
        except DeliveryError:
            raise
        except Exception as error:
            raise NotSent(f"limits and budget cannot be looked at: {error}") from error

    def _learn(self, endpoint: str, rates: Mapping[str, XRate]) -> None:
        for window, shared in (("", False), (" app", True), (" user", False)):
            rate = rates.get(endpoint + window)
            if rate is None or rate.limit is None or rate.remaining is None or rate.resets_at is None:
                continue
            # of a user's two windows the longer one counts once nothing is left of it
            if window != " user" or rate.remaining <= 0:
                limits = self.host.limits
                limits.learn(self.app, endpoint, rate.limit, rate.remaining, rate.resets_at, shared=shared)

    def _keep_books(self, entry: Callable[[], None]) -> None:
        try:
            entry()
        except Exception as error:
            self.host.log.log(logging.WARNING, "what X said of limits and cost could not be kept: %s", error)
