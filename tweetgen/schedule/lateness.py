"""How late a post may come, and whether quiet hours let it come at all."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from tweetgen.schedule import quiet
from tweetgen.schedule.expressions import Expression
from tweetgen.schedule.moments import occurrences

#: later than this a slot counts as late; so much every slot is given, for restarts
GRACE = timedelta(minutes=5)

# looked at from any day on: leap days come within eight years, and no schedule has more times than a day has minutes
_START = datetime(2000, 1, 1, tzinfo=UTC)
_REACH = timedelta(days=8 * 366)
_MOST = 1440
_STEP = timedelta(minutes=1)


def patience(catch_up: str, late: timedelta) -> timedelta:
    """How long after its time a post may still be made."""
    return GRACE if catch_up == "skip" else max(late, GRACE)


def is_given_up(windows: Sequence[quiet.Window], zone: tzinfo, at: datetime, patience: timedelta) -> bool:
    """Whether a post that is due at `at` is given up before the quiet hours end."""
    return quiet.is_quiet(windows, zone, at) and (
        quiet.is_always(windows) or quiet.end(windows, zone, at) > at + patience
    )


def never_posts(
    expression: Expression, zone: tzinfo, windows: Sequence[quiet.Window], jitter: timedelta, patience: timedelta
) -> bool:
    """Whether every post of a schedule, `jitter` late at most, falls into quiet hours that outlast its `patience`."""
    found = islice(occurrences(expression, zone, _START, _START + _REACH), _MOST)
    later = [_STEP * minutes for minutes in range(min(int(jitter / _STEP), _MOST) + 1)]
    return all(
        is_given_up(windows, zone, one.due_at + put_off, patience) for one in found for put_off in reversed(later)
    )
