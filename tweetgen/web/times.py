"""Moments as pages show and read them: in the time zone of the account, which is named."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tweetgen.app import App
from tweetgen.errors import InputError
from tweetgen.schedule.walltime import instant

#: of moments that somebody may name; nobody means the year 9999
FIRST, LAST = 2000, 2200
# units, each from so many seconds on
_UNITS = ((172_800, 86_400, "d"), (5_400, 3_600, "h"), (60, 60, "min"))


def zone_of(app: App, account: str) -> ZoneInfo:
    """Of an account; of the instance where it is "" or there is no such account any more."""
    return ZoneInfo(app.accounts[account].timezone if account in app.accounts else app.config.timezone)


def utc_of(given: datetime, zone: ZoneInfo) -> datetime:
    """The instant that is meant; without an offset, the first at which a clock in `zone` shows it.

    Raises `InputError` for one that nobody means.
    """
    if not FIRST <= given.year < LAST:
        raise InputError(f"a moment in the year {given.year}", "nobody means that", f"name one from {FIRST} on")
    return instant(given, zone) if given.tzinfo is None else given.astimezone(UTC)


def read(text: str, zone: ZoneInfo) -> datetime:
    """What a field for date and time holds. Raises `InputError`."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text[:40]!r}", "is no date and time", "write it as 2026-03-01T18:30") from None
    return utc_of(given, zone)


class Times:
    """For templates; a moment may come as ISO 8601, and nobody's account is ""."""

    def __init__(self, app: App, now: datetime) -> None:
        self._app, self._now = app, now

    def local(self, moment: datetime | str, account: str = "") -> datetime:
        """What a clock of the account shows."""
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return at.astimezone(zone_of(self._app, account))

    def shown(self, moment: datetime | str, account: str = "") -> str:
        """Such as "Sun 1 Nov 09:00 CET"; the year where it is not this one."""
        at = self.local(moment, account)
        year = f" {at.year}" if at.year != self._now.astimezone(at.tzinfo).year else ""
        return f"{at:%a} {at.day} {at:%b}{year} {at:%H:%M %Z}"

    def clock(self, moment: datetime | str, account: str = "") -> str:
        """Such as 09:00."""
        return f"{self.local(moment, account):%H:%M}"

    def field(self, moment: datetime | str, account: str = "") -> str:
        """As a field for date and time wants it."""
        return f"{self.local(moment, account):%Y-%m-%dT%H:%M}"

    def iso(self, moment: datetime | str) -> str:
        """For machines."""
        return moment if isinstance(moment, str) else moment.isoformat(timespec="seconds")

    def away(self, moment: datetime | str) -> str:
        """Such as "in 3 h" or "2 d ago"."""
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        seconds = (at - self._now) / timedelta(seconds=1)
        for least, size, unit in _UNITS:
            if abs(seconds) >= least:
                told = f"{round(abs(seconds) / size)} {unit}"
                return f"in {told}" if seconds > 0 else f"{told} ago"
        return "in a moment" if seconds > 0 else "just now"

    def zone(self, account: str = "") -> str:
        """The name of its time zone."""
        return zone_of(self._app, account).key
