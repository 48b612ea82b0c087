"""One week of the schedule, ready to be shown: seven days, what is in them, texts that wait, and accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from tweetgen.domain import Pending, SendState
from tweetgen.errors import InputError
from tweetgen.pipeline.accounts import next_posts
from tweetgen.pipeline.timetable import MOST_ACCOUNTS, Moment, timetable
from tweetgen.store.accounts import EVERY
from tweetgen.web.api.accounts import pause_out
from tweetgen.web.site import Site
from tweetgen.web.times import FIRST, LAST, Times, zone_of

DAY = timedelta(days=1)
# no clock is farther from UTC
_WIDEST = timedelta(hours=14)
#: names a person can choose from; more are typed
MOST_NAMES = 200
_MOST_TEXTS = 10


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday on."""

    monday: date

    @classmethod
    def of(cls, day: date) -> "Week":
        """The one that a day is in."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def days(self) -> list[date]:
        """Monday to Sunday."""
        return [self.monday + DAY * place for place in range(7)]

    @property
    def before(self) -> date:
        """A day of the week before."""
        return self.monday - 7 * DAY

    @property
    def after(self) -> date:
        """A day of the week after."""
        return self.monday + 7 * DAY

    @property
    def told(self) -> str:
        """Such as "23 to 29 November 2026"."""
        last = self.days[-1]
        month = "" if self.monday.month == last.month else f" {self.monday:%B}"
        year = "" if self.monday.year == last.year else f" {self.monday.year}"
        return f"{self.monday.day}{month}{year} to {last.day} {last:%B} {last.year}"


def week_of(site: Site, account: str, day: str) -> Week:
    """The week of a day such as 2026-11-24; of today, by the clock of the account, where none is named.

    Raises `InputError`.
    """
    if not day:
        return Week.of(site.now().astimezone(zone_of(site.app, account)).date())
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = date.min
    if not FIRST < found.year < LAST:
        raise InputError(f"week {day!r}", "is no day of any week", "write it as 2026-11-24")
    return Week.of(found)


def week_page(site: Site, account: str, week: Week, view: str) -> dict[str, Any]:
    """What the page shows of one account ("": all). Raises UnknownName."""
    app, now = site.app, site.now()
    if account:
        app.account(account)
    times = Times(app, now)
    midnight = datetime.combine(week.monday, time(), UTC)
    since, until = midnight - _WIDEST, midnight + 7 * DAY + _WIDEST
    found = timetable(site.store, app.accounts, since, until, now, account or None)
    days: dict[date, list[Moment]] = {day: [] for day in week.days}
    for one in found.moments:
        day = times.local(one.due_at, one.account).date()
        if day in days:
            days[day].append(one)
    names = sorted(app.accounts)
    shown = [account] if account else names[:MOST_ACCOUNTS]
    return {
        "account": account,
        "week": week,
        "view": view,
        "times": times,
        "now": now,
        "today": now.astimezone(zone_of(app, account)).date(),
        "days": {day: _by_wall(moments, times) for day, moments in days.items()},
        "by_account": _by_account(moment for moments in days.values() for moment in moments),
        "more": found.more,
        "names": names if len(names) <= MOST_NAMES else [],
        "many": len(names) > MOST_NAMES,
        "zones": sorted({times.zone(name) for name in shown}),
        "accounts": _accounts(site, shown, now),
        "unlisted": len(names) - len(shown) if not account else 0,
        "texts": _texts(site, shown),
        "asked": _asked(site, account),
        "paused": pause_out(site.store.accounts.states().get(EVERY)),
    }


def _by_wall(moments: list[Moment], times: Times) -> list[Moment]:
    return sorted(moments, key=lambda one: (times.clock(one.due_at, one.account), one.account, one.due_at))


def _by_account(moments: Iterable[Moment]) -> dict[str, list[Moment]]:
    found: dict[str, list[Moment]] = {}
    for one in sorted(moments, key=lambda one: (one.account, one.due_at)):
        found.setdefault(one.account, []).append(one)
    return found


def _accounts(site: Site, names: list[str], now: datetime) -> list[dict[str, Any]]:
    states = site.store.accounts.states()
    return [
        {
            "name": name,
            "about": site.app.accounts[name].about,
            "paused": pause_out(states.get(name)),
            "next": next(iter(next_posts(site.store, name, site.app.accounts[name], now, 1)), None),
        }
        for name in names
    ]


def _texts(site: Site, names: list[str]) -> list[Pending]:
    """Approved ones in the order in which slots take them, a few of each account."""
    found = (one for name in names for one in site.store.candidates.approved(name, _MOST_TEXTS))
    return list(islice(found, 2 * _MOST_TEXTS))


def _asked(site: Site, account: str) -> int:
    """Rows of the outbox that wait for a person."""
    wanted = (SendState.NEEDS_HUMAN, SendState.UNKNOWN)
    counts = site.store.outbox.counts().items()
    return sum(count for (name, state), count in counts if state in wanted and account in ("", name))
