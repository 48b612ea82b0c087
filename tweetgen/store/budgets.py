"""What apps cost: money is set aside before it is spent, by UTC day and month, for an account and for all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import Connection, Engine, delete, select

from tweetgen.errors import BudgetSpent
from tweetgen.store.accounts import EVERY
from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.rows import repair
from tweetgen.store.tables import spending

_DOLLAR = 1_000_000


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be spent, in dollars; None: as much as one likes."""

    per_day: Decimal | None = None
    per_month: Decimal | None = None

    @classmethod
    def of(cls, per_day: float | None, per_month: float | None) -> "Caps":
        """From numbers as people write them."""
        return cls(*(None if one is None else Decimal(str(one)) for one in (per_day, per_month)))


NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Spending:
    """What one app has cost within one day or month."""

    app: str
    #: `EVERY`: all of them together
    account: str
    #: of UTC: 2026-11-23 or 2026-11
    period: str
    #: reservations included
    spent: Decimal
    #: what bound it when it was spent last
    cap: Decimal | None


class Budgets:
    """Reservations and their corrections; every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, app: str, account: str, amount: Decimal, caps: Caps, app_caps: Caps, now: datetime) -> None:
        """Set `amount` aside, on disk when it returns.

        Raises `BudgetSpent`, with nothing set aside, where `caps` of the account or `app_caps` do not allow it.
        """
        wanted = _micro(amount)
        with writing(self._engine, durable=True) as connection:
            for whose, period, cap in _purses(account, caps, app_caps, now):
                spent = _spent(connection, app, whose, period)
                if cap is not None and spent + wanted > _micro(cap):
                    raise BudgetSpent(_refusal(app, whose, period, spent, amount, cap), _next(period, now))
            for whose, period, cap in _purses(account, caps, app_caps, now):
                _add(connection, app, whose, period, wanted, now, cap)

    def correct(self, app: str, account: str, reserved: Decimal, spent: Decimal, at: datetime, now: datetime) -> None:
        """What was set aside `at` that moment came to `spent`."""
        difference = _micro(spent) - _micro(reserved)
        if difference:
            with writing(self._engine) as connection:
                for whose, period, _ in _purses(account, NO_CAPS, NO_CAPS, at):
                    _add(connection, app, whose, period, difference, now)

    def left(self, app: str, account: str, caps: Caps, app_caps: Caps, now: datetime) -> Decimal | None:
        """The most that may be set aside now, None where nothing binds."""
        with reading(self._engine) as connection:
            rests = [
                _micro(cap) - _spent(connection, app, whose, period)
                for whose, period, cap in _purses(account, caps, app_caps, now)
                if cap is not None
            ]
        return Decimal(max(0, min(rests))) / _DOLLAR if rests else None

    def since(self, day: datetime) -> list[Spending]:
        """Days from that one on, and months from its own on, by app, account and period."""
        since = _periods(day)
        query = select(spending).order_by(spending.c.app, spending.c.account, spending.c.period)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(spending.c.period >= min(since))).all()
        return [
            Spending(
                row.app,
                row.account,
                row.period,
                Decimal(row.spent) / _DOLLAR,
                None if row.cap is None else Decimal(row.cap) / _DOLLAR,
            )
            for row in rows
            if row.period >= (since[0] if len(row.period) == len(since[0]) else since[1])
        ]

    def sweep(self, before: datetime) -> int:
        """Forget days and months that were not touched since; how many they were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(spending).where(spending.c.changed_at < before)).rowcount


def _purses(account: str, caps: Caps, app_caps: Caps, now: datetime) -> Iterator[tuple[str, str, Decimal | None]]:
    """Everything that is counted: whose, in which period, and the most it may come to."""
    day, month = _periods(now)
    for whose, bound in ((repair(account), caps), (EVERY, app_caps)):
        yield whose, day, bound.per_day
        yield whose, month, bound.per_month


def _periods(now: datetime) -> tuple[str, str]:
    """The day and the month."""
    today = now.astimezone(UTC)
    return f"{today:%Y-%m-%d}", f"{today:%Y-%m}"


def _next(period: str, now: datetime) -> datetime:
    """When the next day or month begins."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if len(period) > len("2026-11"):
        return midnight + timedelta(days=1)
    return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)


def _spent(connection: Connection, app: str, account: str, period: str) -> int:
    mine = (spending.c.app == app) & (spending.c.account == account) & (spending.c.period == period)
    return connection.execute(select(spending.c.spent).where(mine)).scalar() or 0


def _add(
    connection: Connection,
    app: str,
    account: str,
    period: str,
    micro: int,
    now: datetime,
    cap: Decimal | None = None,
) -> None:
    bound = None if cap is None else _micro(cap)
    row = {"app": app, "account": account, "period": period, "spent": micro, "cap": bound, "changed_at": now}
    insert = insert_into(connection, spending).values(row)
    change = {"spent": spending.c.spent + insert.excluded.spent, "changed_at": now}
    if cap is not None:
        change["cap"] = insert.excluded.cap
    keys = ["app", "account", "period"]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=change))


def _refusal(app: str, account: str, period: str, spent: int, amount: Decimal, cap: Decimal) -> str:
    whose = "all accounts" if account == EVERY else account or "this instance"
    sofar = Decimal(spent) / _DOLLAR
    return (
        f"budget of {app} for {whose}: {_dollars(amount)} more would pass the {_dollars(cap)} of {period},"
        f" of which {_dollars(sofar)} are spent; raise the budget, or wait"
    )


def _dollars(amount: Decimal) -> str:
    return f"${amount.normalize():f}" if amount % Decimal("0.01") else f"${amount:.2f}"


def _micro(amount: Decimal) -> int:
    """In millionths of a dollar, rounded up."""
    return int((amount * _DOLLAR).to_integral_value(ROUND_CEILING))
