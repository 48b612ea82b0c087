"""Limits that contradict themselves."""

from datetime import timedelta

import pytest

from tweetgen.schedule.limits import contradictions
from tweetgen.settings import Limits


@pytest.mark.parametrize(
    "limits",
    [
        Limits(),
        Limits(per_hour=5, per_day=20, gap=timedelta(minutes=10), quiet=("23:00-07:00",)),
        Limits(per_hour=6, gap=timedelta(minutes=10)),
        Limits(per_hour=7, gap=timedelta(minutes=9)),
        Limits(per_day=1, gap=timedelta(days=30)),
    ],
)
def test_limits_that_can_be_kept_are_fine(limits: Limits) -> None:
    assert contradictions(limits) == []


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(per_day=0), "per_day: 0 lets nothing be posted"),
        (Limits(per_hour=-1), "per_hour: -1 lets nothing be posted"),
        (Limits(per_hour=7, gap=timedelta(minutes=10)), "per_hour: 7 cannot be reached with a gap of 10m: 6 fit"),
        (Limits(per_hour=9, gap=timedelta(minutes=9)), "per_hour: 9 cannot be reached with a gap of 9m: 7 fit"),
        (Limits(per_day=3, gap=timedelta(hours=12)), "per_day: 3 cannot be reached with a gap of 12h: 2 fit"),
        (Limits(gap=timedelta(minutes=-1)), "gap: less than nothing"),
        (Limits(quiet=("00:00-24:00",)), "quiet: around the clock"),
        (Limits(quiet=("20:00-08:00", "08:00-20:00")), "quiet: around the clock"),
        (Limits(quiet=("at night",)), "quiet: 'at night' is no span of time|quiet: 'at night'"),
    ],
)
def test_limits_that_cannot_be_kept_are_told(limits: Limits, said: str) -> None:
    (line,) = contradictions(limits)
    assert any(line.startswith(start) for start in said.split("|"))


def test_all_of_it_is_told_at_once() -> None:
    assert len(contradictions(Limits(per_hour=0, per_day=0, quiet=("", "00:00-24:00")))) == 4
