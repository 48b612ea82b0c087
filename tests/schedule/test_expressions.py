"""How schedules are written, and what is refused."""

from datetime import time, timedelta

import pytest

from tweetgen.schedule.cron import Cron
from tweetgen.schedule.expressions import Every, TimeOfDay, parse


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("every 6h", timedelta(hours=6)),
        ("every 90s", timedelta(seconds=90)),
        ("Every 1h30m", timedelta(minutes=90)),
        ("every 2 d", timedelta(days=2)),
    ],
)
def test_every_takes_a_duration(text: str, width: timedelta) -> None:
    assert parse(text) == Every(text, width)


@pytest.mark.parametrize(
    ("text", "days", "hour", "minute"),
    [
        ("09:00", {0, 1, 2, 3, 4, 5, 6}, 9, 0),
        ("9:05", {0, 1, 2, 3, 4, 5, 6}, 9, 5),
        ("mon,thu 18:30", {0, 3}, 18, 30),
        ("mon, thu 18:30", {0, 3}, 18, 30),
        ("Fri-Mon 00:00", {4, 5, 6, 0}, 0, 0),
        ("saturday 23:59", {5}, 23, 59),
    ],
)
def test_a_time_of_day_may_name_its_weekdays(text: str, days: set[int], hour: int, minute: int) -> None:
    assert parse(text) == TimeOfDay(text, frozenset(days), time(hour, minute))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("0 3 * * sun", "0 3 * * 0"),
        ("0 3 * * mon", "0 3 * * 1"),
        ("*/5 9-17 * jan,feb mon-fri", "*/5 9-17 * jan,feb 1,2,3,4,5"),
        ("0 3 * * fri-mon", "0 3 * * 1,5,6,0"),
        ("0 3 * * tue#2", "0 3 * * 2#2"),
        ("@daily", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("0 0 29 feb *", "0 0 29 feb *"),
        # either will do where day and weekday are both given, so this one does fire
        ("0 0 31 feb mon", "0 0 31 feb 1"),
    ],
)
def test_a_cron_line_names_its_weekdays(text: str, line: str) -> None:
    assert parse(text) == Cron(text, line)


@pytest.mark.parametrize("text", ["0 3 * * 0", "0 3 * * 1-5", "0 3 * * mon,2", "0 3 * * 7#1", "1 18:30"])
def test_weekdays_by_number_are_refused_because_nobody_agrees_where_a_week_begins(text: str) -> None:
    with pytest.raises(ValueError, match="0 means Sunday to some and Monday to others: write mon, tue"):
        parse(text)


@pytest.mark.parametrize("text", ["0 0 31 feb *", "0 0 30,31 2 *", "0 0 31 apr,jun,sep,nov *"])
def test_a_cron_line_that_never_fires_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="never fires"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "an empty schedule"),
        ("noon", "is no schedule"),
        ("every", "does not say how often"),
        ("every day", "is no duration"),
        ("every 30s", "the shortest is 1m"),
        ("every 2000w", "the longest 366d"),
        ("every 99999999999999999w", "longer than any calendar"),
        ("24:00", "no time of day"),
        ("12:60", "no time of day"),
        ("1:2:3", "several times of day"),
        ("09:00 18:30", "make a list"),
        ("09:00,18:30", "make a list"),
        ("daily 09:00", "no weekday 'daily'"),
        ("@reboot", "not known"),
        ("* * * * * *", "has 6 fields"),
        ("0 0 32 * *", "bad day-of-month"),
        ("0 25 * * *", "bad hour"),
        ("0 0 31 foo *", "bad month"),
        ("0 0 * * foo", "no weekday 'foo'"),
        ("0 0 * * mon#6", "bad day-of-week"),
        ("0 0 * * */2", "a step depends on where the week begins"),
    ],
)
def test_anything_else_is_refused_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        parse(text)
    assert "\n" not in str(caught.value)
