"""How a schedule is written: every 6h, 09:00, mon,thu 18:30, or a cron line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeAlias

from tweetgen.schedule import durations, weekdays
from tweetgen.schedule.cron import Cron

_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=366)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again after the same time, counted from the Unix epoch (1970-01-01T00:00Z), whatever clocks do.

    So `every 6h` means 00:00, 06:00, 12:00 and 18:00 UTC, after a restart as before; `every 1w` means Thursdays.
    """

    text: str
    width: timedelta


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of the account's own clock, on some days of the week."""

    text: str
    #: 0 for Monday
    days: frozenset[int]
    time: time

    def walls(self, after: datetime) -> Iterator[datetime]:
        """What the clock on the wall shows when it is due, later than `after`, rising; all naive."""
        wall = datetime.combine(after, self.time)
        while True:
            if wall > after and wall.weekday() in self.days:
                yield wall
            wall += _DAY


Expression: TypeAlias = Every | TimeOfDay | Cron


def parse(text: str) -> Expression:
    """What `text` says about when.

    Raises ValueError with a one-line reason.
    """
    words = re.sub(r"\s*,\s*", ",", text).split()
    if not words:
        raise ValueError("an empty schedule; write such as every 6h, 09:00, mon,thu 18:30 or a cron line")
    if words[0].lower() == "every":
        return _every(text, "".join(words[1:]))
    if any(":" in word for word in words[:-1]) or words[-1].count(":") > 1:
        raise ValueError(f"{text!r} has several times of day; make a list of them, one each")
    if ":" in words[-1] and len(words) <= 2:
        days = weekdays.parse(words[0]) if len(words) == 2 else weekdays.EVERY_DAY
        return TimeOfDay(text, days, clock(words[-1]))
    if len(words) < 4 and not words[0].startswith("@"):
        raise ValueError(f"{text!r} is no schedule; write such as every 6h, 09:00, mon,thu 18:30 or a cron line")
    return Cron.parse(text.strip())


def clock(text: str) -> time:
    """A time of day such as 9:00 or 18:30; raises ValueError with a one-line reason."""
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(part) for part in found.groups()) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise ValueError(f"{text!r} is no time of day; write hours and minutes, 00:00 to 23:59")
    return time(hour, minute)


def _every(text: str, width: str) -> Every:
    if not width:
        raise ValueError(f"{text!r} does not say how often; write such as every 6h")
    duration = durations.parse(width)
    if not _SHORTEST <= duration <= _LONGEST:
        raise ValueError(f"{text!r}: the shortest is 1m, the longest {_LONGEST.days}d")
    return Every(text, duration)
