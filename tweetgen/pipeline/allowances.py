"""How much of their limits accounts have used and when the next post may go out; what apps still allow."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tweetgen.config import Account
from tweetgen.pipeline.limits import REACH, earliest
from tweetgen.schedule import durations
from tweetgen.schedule.walltime import instant, wall_time
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# slots of one account looked through for those of today
_MOST = 200


def allowances(store: Store, accounts: Mapping[str, Account], now: datetime) -> list[dict[str, Any]]:
    """Of each account with limits what is used of them and what is still planned today; plain JSON."""
    limited = {name: account for name, account in accounts.items() if _has_limits(account)}
    if not limited:
        return []
    # slots are found by when they were due, and may be filled as much later as `late` says
    reach = max(max(REACH, one.limits.gap) + one.schedule.late for one in limited.values())
    sent = store.slots.filled(list(limited), "post", now - reach)
    return [_allowance(store, name, account, sent.get(name, []), now) for name, account in limited.items()]


def rates(store: Store, now: datetime) -> list[dict[str, Any]]:
    """What apps allow within a stretch of time, those with the least left first; plain JSON."""
    return [
        {
            "app": one.app,
            "account": "" if one.account == EVERY else one.account,
            "endpoint": one.endpoint,
            "taken": one.taken,
            "most": one.most,
            "resets_at": one.resets_at.isoformat(),
        }
        for one in store.rate_limits.running(now)
    ]


def _has_limits(account: Account) -> bool:
    limits = account.limits
    return bool(limits.per_hour or limits.per_day or limits.gap or limits.quiet)


def _allowance(store: Store, name: str, account: Account, sent: list[datetime], now: datetime) -> dict[str, Any]:
    limits, zone = account.limits, ZoneInfo(account.timezone)
    midnight = wall_time(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begin, end = instant(midnight, zone), instant(midnight + _DAY, zone)
    try:
        at, why = earliest(limits, zone, now, sent)
    except ValueError as error:  # limits that let nothing through
        at, why = None, str(error)
    today = sum(begin <= moment < end for moment in sent)
    planned = sum(slot.due_at < end for slot in store.slots.upcoming(name, "post", _MOST))
    return {
        "account": name,
        "last_hour": sum(now - _HOUR < moment <= now for moment in sent),
        "per_hour": limits.per_hour,
        "today": today,
        "per_day": limits.per_day,
        "planned_today": planned,
        "too_many_today": max(0, today + planned - limits.per_day) if limits.per_day else 0,
        "gap": durations.spell(limits.gap) if limits.gap else "",
        "quiet": list(limits.quiet),
        "next_at": None if at is None else at.isoformat(),
        "why": why,
    }
