"""Durations as people write them: 90s, 10m, 6h, 2d, 1w, 1h30m."""

import re
from datetime import timedelta

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WRITTEN = re.compile("".join(rf"(?:([0-9]+){unit})?" for unit in _UNITS))


def parse(text: str) -> timedelta:
    """The duration that `text` spells, largest unit first; "0s" is one too.

    Raises ValueError with a one-line reason.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(f"{text!r} is no duration; write a number and its unit, such as 90s, 10m, 6h, 2d, 1w or 1h30m")
    seconds = sum(int(count or 0) * size for count, size in zip(found.groups(), _UNITS.values(), strict=True))
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"{text!r} is longer than any calendar") from None


def spell(duration: timedelta) -> str:
    """The shortest text that `parse` reads as `duration`, to the second."""
    rest = int(duration.total_seconds())
    parts = []
    for unit, size in _UNITS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
