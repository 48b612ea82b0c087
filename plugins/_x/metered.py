"""Requests that read from X: within its limits, paid from the budget before they are sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from tweetgen.errors import DeliveryError, Throttled
from tweetgen.interfaces import Host, Rate, Reservation

from .port import Users, XClient, XError, XFault, XPage, XPost

Answer = TypeVar("Answer")
Price = Annotated[
    Decimal,
    Field(ge=0),
    PlainSerializer(float, return_type=float),
    WithJsonSchema({"type": "number", "minimum": 0}),
]

_QUARTER = timedelta(minutes=15)
#: requests that X allows within 15 minutes: with an app's own token, and with a user's
_RATES = {
    "posts": (10_000, 900),
    "users": (300, 900),
    "users_by_id": (300, 900),
    "posts_by_id": (3_500, 5_000),
}
#: the fewest posts that can be asked for, and the most
FEWEST, MOST = 5, 100
#: a post, the one it answers and the one it quotes come together, and X may count each of them
_ALONG = 3


class Prices(BaseModel):
    """What X charges, in dollars."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    post: Price = Decimal("0.005")
    """For each post that is read."""
    user: Price = Decimal("0.01")
    """For each user that is looked up."""


class XBudget(BaseModel):
    """The most that may be spent, in dollars; null: as much as one likes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    per_day: Price | None = Decimal(5)
    """Within a day, UTC."""
    per_month: Price | None = Decimal(50)
    """Within a month, UTC."""


@dataclass(frozen=True)
class Metered:
    """One login's requests; each raises `XError`, or `Throttled` (`BudgetSpent`) with nothing asked."""

    #: opened for the first request
    client: Callable[[], XClient]
    host: Host
    app: str
    #: whether the login is the app's own, whose limits all accounts share
    app_only: bool
    prices: Prices
    budget: XBudget

    def users(self, names: Sequence[str]) -> Users:
        """Up to 100, by name."""
        return self._ask("users", self.prices.user, len(names), lambda client: client.users(names), _found)

    def users_by_id(self, ids: Sequence[str]) -> Users:
        """Up to 100, by id."""
        return self._ask("users_by_id", self.prices.user, len(ids), lambda client: client.users_by_id(ids), _found)

    def posts_by_id(self, ids: Sequence[str]) -> tuple[Sequence[XPost], Mapping[str, str]]:
        """Up to 100, by id."""
        return self._ask(
            "posts_by_id", self.prices.post, len(ids), lambda client: client.posts_by_id(ids), lambda said: len(said[0])
        )

    def posts(
        self,
        user_id: str,
        *,
        since_id: str | None,
        until_id: str | None,
        token: str | None,
        replies: bool,
        reposts: bool,
        size: int,
    ) -> XPage:
        """A page of at most `size` posts, and fewer where the budget allows no more."""
        each = self.prices.post * _ALONG
        left = self.left()
        if left is not None and each:
            size = min(size, int(left / each))
        size = min(MOST, max(FEWEST, size))

        def request(client: XClient) -> XPage:
            return client.posts(
                user_id,
                since_id=since_id,
                until_id=until_id,
                token=token,
                replies=replies,
                reposts=reposts,
                size=size,
            )

        return self._ask("posts", self.prices.post, size * _ALONG, request, lambda page: page.reads)

    def left(self) -> Decimal | None:
        """What may still be spent now; None: nothing binds."""
        return self.host.budget.left(self.app, per_day=self.budget.per_day, per_month=self.budget.per_month)

    def _ask(
        self,
        endpoint: str,
        price: Decimal,
        most: int,
        request: Callable[[XClient], Answer],
        reads: Callable[[Answer], int],
    ) -> Answer:
        client = self.client()
        shared = self.app_only
        rate = Rate(_RATES[endpoint][0 if shared else 1], _QUARTER, shared)
        if (until := self.host.limits.take(self.app, endpoint, [rate])) is not None:
            raise Throttled("the limit of requests to X is reached", until)
        reserved = self.host.budget.reserve(
            self.app, price * most, per_day=self.budget.per_day, per_month=self.budget.per_month
        )
        try:
            answer = request(client)
        except XError as error:
            self._settle(error, endpoint, reserved)
            raise
        except DeliveryError:  # the login could not be renewed, so that nothing was asked
            reserved.correct(Decimal(0))
            raise
        reserved.correct(price * reads(answer))
        self._learn(client, endpoint)
        return answer

    def _settle(self, error: XError, endpoint: str, reserved: Reservation) -> None:
        """What an error means for money and limits. Raises `Throttled` for one that time alone mends."""
        if error.kind is not XFault.UNKNOWN:
            reserved.correct(Decimal(0))
        if error.kind is XFault.RATE_LIMITED:
            until = error.until or self.host.now() + _QUARTER
            self.host.limits.learn(self.app, endpoint, 0, 0, until, shared=self.app_only)
            raise Throttled("X takes no more requests", until) from error

    def _learn(self, client: XClient, endpoint: str) -> None:
        rate = client.rates.get(endpoint)
        if rate is None or rate.limit is None or rate.remaining is None or rate.resets_at is None:
            return
        self.host.limits.learn(
            self.app, endpoint, rate.limit, rate.remaining, rate.resets_at, shared=self.app_only
        )


def _found(users: Users) -> int:
    return len(users[0])
