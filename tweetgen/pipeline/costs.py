"""What apps have cost, what binds them, and where it leads: one entry for each app."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from tweetgen.store import Store
from tweetgen.store.accounts import EVERY
from tweetgen.store.budgets import Spending

#: the rate of the forecast is that of so many days
_DAYS = 7


def costs(store: Store, now: datetime) -> list[dict[str, Any]]:
    """By app and account (EVERY first, which stands for all of them), in dollars; plain JSON."""
    now = now.astimezone(UTC)
    spent = store.budgets.since(now - timedelta(days=_DAYS))
    rows = sorted(spent, key=lambda one: (one.app, one.account != EVERY, one.account))
    return [
        _cost(app, account, {one.period: one for one in group}, now)
        for (app, account), group in groupby(rows, key=lambda one: (one.app, one.account))
    ]


def _cost(app: str, account: str, periods: dict[str, Spending], now: datetime) -> dict[str, Any]:
    day, month = periods.get(f"{now:%Y-%m-%d}"), periods.get(f"{now:%Y-%m}")
    so_far = month.spent if month else Decimal(0)
    rate = _rate(periods, now)
    end = (now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    left = Decimal(str((end - now) / timedelta(days=1)))
    cap = month.cap if month else None
    return {
        "app": app,
        "account": "" if account == EVERY else account,
        "all_accounts": account == EVERY,
        "today": _number(day.spent if day else Decimal(0)),
        "per_day": _number(day.cap if day else None),
        "this_month": _number(so_far),
        "per_month": _number(cap),
        "forecast": _number(so_far + rate * left),
        "reached_at": _reached(so_far, cap, rate, now, end),
    }


def _rate(periods: dict[str, Spending], now: datetime) -> Decimal:
    """Dollars a day: the mean of the last days, from the first of them on which anything was spent."""
    days = {period: one.spent for period, one in periods.items() if len(period) == len("2026-11-23")}
    if not days:
        return Decimal(0)
    since = datetime.strptime(min(days), "%Y-%m-%d").replace(tzinfo=UTC)
    return sum(days.values(), Decimal(0)) / Decimal(str(max(1.0, (now - since) / timedelta(days=1))))


def _reached(so_far: Decimal, cap: Decimal | None, rate: Decimal, now: datetime, end: datetime) -> str | None:
    """When the month's budget will be spent, None if not within the month."""
    if cap is None or (so_far < cap and not rate):
        return None
    at = now + timedelta(days=float(max(Decimal(0), cap - so_far) / rate)) if so_far < cap else now
    return at.isoformat() if at < end else None


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else round(float(amount), 6)
