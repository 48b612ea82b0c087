"""How much may be sent and when: the shape of limits, and what cannot be true of them together."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from tweetgen.schedule import durations, quiet

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Limits(Protocol):
    """What an account or a destination is held to; None and nothing mean: no limit."""

    @property
    def per_hour(self) -> int | None:
        """Posts within any 60 minutes."""
        ...

    @property
    def per_day(self) -> int | None:
        """Posts within one day of the account's time zone."""
        ...

    @property
    def gap(self) -> timedelta:
        """Least time between two posts."""
        ...

    @property
    def quiet(self) -> Sequence[str]:
        """Hours of the account's time zone in which nothing is sent, such as 23:00-07:00."""
        ...


def contradictions(limits: Limits) -> list[str]:
    """What in `limits` is impossible or can never come to bear, one line each; none: empty."""
    return [*_numbers(limits), *_spans(limits)]


def _numbers(limits: Limits) -> list[str]:
    found = []
    spans = (("per_hour", limits.per_hour, _HOUR, "hour"), ("per_day", limits.per_day, _DAY, "day"))
    for name, most, span, unit in spans:
        if most is None:
            continue
        if most < 1:
            found.append(f"{name}: {most} lets nothing be posted; pause the account instead, or leave it out")
        elif (most - 1) * limits.gap >= span:
            fitting = -(span // -limits.gap)
            gap = durations.spell(limits.gap)
            found.append(f"{name}: {most} cannot be reached with a gap of {gap}: {fitting} fit in a {unit}")
    return found


def _spans(limits: Limits) -> list[str]:
    found, windows = [], []
    if limits.gap < timedelta(0):
        found.append("gap: less than nothing; write such as 10m")
    for text in limits.quiet:
        try:
            windows.append(quiet.parse(text))
        except ValueError as error:
            found.append(f"quiet: {error}")
    if windows and quiet.is_always(windows):
        found.append("quiet: around the clock: there is no time left to post")
    return found
