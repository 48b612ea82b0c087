"""Hours in which nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from tweetgen.schedule.expressions import clock
from tweetgen.schedule.walltime import next_instant, wall_time

_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """A span of the wall clock, in minutes after midnight; one that ends before it starts goes over midnight."""

    #: the first quiet minute
    start: int
    #: the first minute that is not quiet any more, up to 1440
    end: int

    def holds(self, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


def parse(text: str) -> Window:
    """The window that such as "23:00-07:00" names; "24:00" may end it.

    Raises ValueError with a one-line reason.
    """
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash:
        raise ValueError(f"{text!r} is no span of time; write such as 23:00-07:00")
    start, end = _minute(first), _DAY if last == "24:00" else _minute(last)
    if start == end:
        raise ValueError(f"{text!r} ends where it starts; write 00:00-24:00 for all day, or leave it out")
    return Window(start, end)


def is_quiet(windows: Sequence[Window], zone: tzinfo, at: datetime) -> bool:
    """Whether the clock in `zone` shows a quiet minute at the instant `at`."""
    return _holding(windows, wall_time(at, zone)) is not None


def is_always(windows: Sequence[Window]) -> bool:
    """Whether no minute of the day is left."""
    return all(any(window.holds(minute) for window in windows) for minute in range(_DAY))


def end(windows: Sequence[Window], zone: tzinfo, at: datetime) -> datetime:
    """The first instant from `at` on that is not quiet; `at` itself where it is not.

    Raises ValueError where every minute is quiet.
    """
    if is_quiet(windows, zone, at) and is_always(windows):
        raise ValueError("quiet around the clock: there is no time left to post")
    while (window := _holding(windows, wall := wall_time(at, zone))) is not None:
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        over = midnight + timedelta(minutes=window.end)
        at = next_instant(over if over > wall else over + timedelta(days=1), zone, at)
    return at


def _holding(windows: Sequence[Window], wall: datetime) -> Window | None:
    minute = wall.hour * 60 + wall.minute
    return next((window for window in windows if window.holds(minute)), None)


def _minute(text: str) -> int:
    time = clock(text)
    return time.hour * 60 + time.minute
