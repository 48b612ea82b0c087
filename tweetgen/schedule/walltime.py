"""From what a clock on the wall shows to the instant it means, through both nights of a year on which clocks change."""

from datetime import UTC, datetime, timedelta, tzinfo

_SECOND = timedelta(seconds=1)


def wall_time(at: datetime, zone: tzinfo) -> datetime:
    """What a clock in `zone` shows at an instant: a naive datetime."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """The first instant (UTC) at which a clock in `zone` shows `wall` (naive).

    A time that is skipped means the next one that exists: the moment the clock is put forward.
    """
    # fold 0 reads a repeated time as its first, and a skipped one by the offset before the change
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if wall_time(found, zone) == wall:
        return found
    return _change(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found, zone)


def next_instant(wall: datetime, zone: tzinfo, after: datetime) -> datetime:
    """As `instant`, but the second of a repeated time where the first is not later than `after`."""
    first = instant(wall, zone)
    return first if first > after else wall.replace(tzinfo=zone, fold=1).astimezone(UTC)


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first second of the new offset; `before` lies under the old one, `after` does not."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
