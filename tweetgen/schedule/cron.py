"""Cron lines of five fields, with weekdays by name; the only module that knows cronsim."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cronsim import CronSim, CronSimError

from tweetgen.schedule import weekdays

_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * sun",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS = "five fields: minute, hour, day of the month, month, weekday, such as 0 3 * * sun"
# any day does to see whether it ever fires: cronsim looks 50 years ahead, and leap days come within eight
_ANY_DAY = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron line; where both day of the month and weekday are given, either will do, as cron has always read it."""

    text: str
    #: the same with weekdays as cronsim numbers them
    line: str

    @classmethod
    def parse(cls, text: str) -> "Cron":
        """Raises ValueError with a one-line reason, also for a line that never fires."""
        fields = _NICKNAMES.get(text.lower(), text).split()
        if text.startswith("@") and text.lower() not in _NICKNAMES:
            raise ValueError(f"{text!r} is not known: write {', '.join(_NICKNAMES)}, or {_FIELDS}")
        if len(fields) != 5:
            raise ValueError(f"{text!r} has {len(fields)} fields; cron here takes {_FIELDS}")
        line = " ".join([*fields[:4], _weekday_field(fields[4])])
        cron = cls(text, line)
        if (mistake := _mistake(line)) is None and next(cron.walls(_ANY_DAY), None) is not None:
            return cron
        # cronsim finds the same fault in 31 feb as in 32 jan; in a year of long months only the latter is left
        of_any_month = " ".join([*line.split()[:3], "*", line.split()[4]])
        if mistake is None or (_mistake(of_any_month) is None and _mistake(f"0 0 1 {fields[3]} *") is None):
            raise ValueError(f"cron {text!r} never fires: there is no such day")
        raise ValueError(f"cron {text!r}: {mistake}; write {_FIELDS}")

    def walls(self, after: datetime) -> Iterator[datetime]:
        """What the clock on the wall shows when it fires, later than `after`, rising; all naive."""
        return CronSim(self.line, after)


def _mistake(line: str) -> str | None:
    try:
        CronSim(line, _ANY_DAY)
    except CronSimError as error:
        return str(error).lower()
    return None


def _weekday_field(field: str) -> str:
    """A weekday field with cronsim's numbers, Sunday being 0."""
    if field == "*":
        return field
    if "/" in field:
        raise ValueError(f"weekdays {field!r}: a step depends on where the week begins; write mon,wed,fri")
    terms = []
    for term in field.split(","):
        name, sharp, nth = term.partition("#")
        days = [weekdays.number(name)] if sharp else sorted(weekdays.parse(name))
        terms += [f"{(day + 1) % 7}{sharp}{nth}" for day in days]
    return ",".join(terms)
