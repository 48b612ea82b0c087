"""The moments at which an expression is due, each with the name that makes it unique."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from tweetgen.schedule.expressions import Every, Expression
from tweetgen.schedule.walltime import instant, wall_time

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One moment at which something is due."""

    #: what the wall clock shows then, "2026-10-25T02:30"; of `every`, the instant, "2026-10-25T00:30:00Z"
    key: str
    #: UTC
    due_at: datetime


def occurrences(expression: Expression, zone: tzinfo, after: datetime, until: datetime) -> Iterator[Occurrence]:
    """All later than `after` and not later than `until`, strictly rising; spans joined give what one long span gives.

    A wall time that comes twice in a night counts once, the first time; one that is skipped counts as the next minute
    that exists, and several that are skipped together count as one.
    """
    if isinstance(expression, Every):
        yield from _every(expression.width, after, until)
        return
    latest = after
    for wall in expression.walls(wall_time(after, zone)):
        due_at = instant(wall, zone)
        if due_at > until:
            return
        if due_at > latest:
            latest = due_at
            yield Occurrence(wall_time(due_at, zone).isoformat(timespec="minutes"), due_at)


def _every(width: timedelta, after: datetime, until: datetime) -> Iterator[Occurrence]:
    due_at = _EPOCH + ((after - _EPOCH) // width + 1) * width
    while due_at <= until:
        yield Occurrence(due_at.strftime("%Y-%m-%dT%H:%M:%SZ"), due_at)
        due_at += width
