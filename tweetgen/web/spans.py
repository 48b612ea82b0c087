"""Spans of time as strips on one common ruler, in percent of its width."""

from dataclasses import dataclass
from datetime import datetime

#: what is shorter would not be seen
_LEAST = 0.8


@dataclass(frozen=True, slots=True)
class Ruler:
    """From the oldest to the newest of all."""

    first: datetime
    last: datetime

    @classmethod
    def of(cls, first: datetime | None, last: datetime | None) -> "Ruler | None":
        """None where nothing has a time."""
        return None if first is None or last is None else cls(first, last)

    def strip(self, first: datetime, last: datetime) -> tuple[float, float]:
        """Where a span begins and how wide it is."""
        whole = (self.last - self.first).total_seconds()
        if not whole:
            return 0, 100
        width = max(_LEAST, 100 * (last - first).total_seconds() / whole)
        return min(100 * (first - self.first).total_seconds() / whole, 100 - width), width
