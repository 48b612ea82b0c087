"""When the next post may go out: per hour, per day, gaps and quiet hours, decided from what was sent."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from tweetgen.schedule import durations, quiet
from tweetgen.schedule.limits import Limits
from tweetgen.schedule.walltime import instant, wall_time

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: how far back `sent` has to reach: the longest day there is, with an hour more
REACH = timedelta(hours=26)


def earliest(limits: Limits, zone: tzinfo, now: datetime, sent: Sequence[datetime]) -> tuple[datetime, str]:
    """The first moment from `now` on that keeps every limit, and in words what it waits for ("" where it is `now`).

    `sent`: when posts went out, in any order, reaching back `REACH` or the gap if that is longer. Days are those of
    `zone`. Of several reasons the one that takes longest is given. What seems to be sent more than a day from now is
    left out: the clock was wrong then. Raises ValueError for limits that let nothing through.
    """
    if any(most is not None and most < 1 for most in (limits.per_hour, limits.per_day)):
        raise ValueError("a limit of no posts at all: pause the account instead")
    times = sorted(at for at in sent if at <= now + _DAY)
    windows = [quiet.parse(text) for text in limits.quiet]
    at, reason = now, ""
    while True:
        steps = (_after_gap(limits, at, times), _within_hour(limits, at, times), _within_day(limits, zone, at, times))
        later, why = max(*steps, (quiet.end(windows, zone, at), "quiet hours"), key=lambda step: step[0])
        if later <= at:
            return at, reason
        at, reason = later, why


def _after_gap(limits: Limits, at: datetime, times: Sequence[datetime]) -> tuple[datetime, str]:
    free = times[-1] + limits.gap if times else at
    return free, f"gap of {durations.spell(limits.gap)}"


def _within_hour(limits: Limits, at: datetime, times: Sequence[datetime]) -> tuple[datetime, str]:
    """An hour after the post that is the first too many."""
    most = limits.per_hour
    free = at if most is None or len(times) < most else times[-most] + _HOUR
    return free, "limit per hour reached"


def _within_day(limits: Limits, zone: tzinfo, at: datetime, times: Sequence[datetime]) -> tuple[datetime, str]:
    """The next midnight of `zone` once the day is full."""
    midnight = wall_time(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = len(times) - bisect_left(times, instant(midnight, zone))
    free = at if limits.per_day is None or today < limits.per_day else instant(midnight + _DAY, zone)
    return free, "limit per day reached"
