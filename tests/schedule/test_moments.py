"""When expressions are due, through clock-change nights, leap days and skipped days."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.schedule import Occurrence, expressions, occurrences


def due(text: str, zone: str, after: datetime, until: datetime) -> list[Occurrence]:
    return list(occurrences(expressions.parse(text), ZoneInfo(zone), after, until))


def shown(text: str, zone: str, start: str, hours: int) -> list[tuple[str, str]]:
    """Keys and UTC times of all that is due in the hours after `start` (UTC)."""
    after = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = due(text, zone, after, after + timedelta(hours=hours))
    return [(one.key, one.due_at.strftime("%d %H:%M")) for one in found]


SPRING = "2026-03-28T23:00"  # midnight in Berlin; 02:00 is followed by 03:00
AUTUMN = "2026-10-24T22:00"  # midnight in Berlin; 03:00 is followed by 02:00


@pytest.mark.parametrize("text", ["02:30", "30 2 * * *", "sun 02:30"])
def test_a_repeated_time_counts_once_and_the_first_time(text: str) -> None:
    assert shown(text, "Europe/Berlin", AUTUMN, 24) == [("2026-10-25T02:30", "25 00:30")]


@pytest.mark.parametrize("text", ["02:30", "02:00", "30 2 * * *", "*/10 2 * * *"])
def test_a_skipped_time_counts_as_the_next_minute_there_is(text: str) -> None:
    assert shown(text, "Europe/Berlin", SPRING, 23) == [("2026-03-29T03:00", "29 01:00")]


def test_a_cron_line_of_every_half_hour_has_no_holes_on_the_short_night_and_one_hour_of_rest_on_the_long() -> None:
    spring = [key[11:] for key, _ in shown("*/30 * * * *", "Europe/Berlin", SPRING, 3)]
    assert spring == ["00:30", "01:00", "01:30", "03:00", "03:30", "04:00"]
    autumn = shown("*/30 * * * *", "Europe/Berlin", AUTUMN, 4)
    assert [key[11:] for key, _ in autumn] == ["00:30", "01:00", "01:30", "02:00", "02:30", "03:00"]
    assert autumn[-2:] == [("2026-10-25T02:30", "25 00:30"), ("2026-10-25T03:00", "25 02:00")]


def test_new_york_changes_its_clocks_at_two() -> None:
    assert shown("02:15", "America/New_York", "2026-03-08T05:00", 23) == [("2026-03-08T03:00", "08 07:00")]
    assert shown("01:15", "America/New_York", "2026-11-01T04:00", 25) == [("2026-11-01T01:15", "01 05:15")]


def test_lord_howe_changes_by_half_an_hour() -> None:
    # 02:00 is followed by 02:30 in October; 02:00 by 01:30 in April
    assert shown("02:10", "Australia/Lord_Howe", "2026-10-03T13:30", 23) == [("2026-10-04T02:30", "03 15:30")]
    assert shown("01:45", "Australia/Lord_Howe", "2026-04-04T13:00", 24) == [("2026-04-05T01:45", "04 14:45")]


def test_a_day_that_apia_never_had_counts_as_the_midnight_after_it() -> None:
    # the 29th of December 2011 was followed by the 31st
    found = shown("09:00", "Pacific/Apia", "2011-12-29T10:30", 72)
    assert found == [
        ("2011-12-29T09:00", "29 19:00"),
        ("2011-12-31T00:00", "30 10:00"),
        ("2011-12-31T09:00", "30 19:00"),
        ("2012-01-01T09:00", "31 19:00"),
    ]


def test_leap_days_come_every_four_years_but_not_in_2100() -> None:
    found = due("0 12 29 feb *", "UTC", datetime(2095, 1, 1, tzinfo=UTC), datetime(2105, 1, 1, tzinfo=UTC))
    assert [one.key for one in found] == ["2096-02-29T12:00", "2104-02-29T12:00"]
    day = due("12:00", "UTC", datetime(2028, 2, 28, 12, tzinfo=UTC), datetime(2028, 3, 1, 12, tzinfo=UTC))
    assert [one.key for one in day] == ["2028-02-29T12:00", "2028-03-01T12:00"]


def test_every_counts_from_the_epoch_whatever_clocks_do() -> None:
    assert shown("every 6h", "Europe/Berlin", AUTUMN, 12) == [
        ("2026-10-25T00:00:00Z", "25 00:00"),
        ("2026-10-25T06:00:00Z", "25 06:00"),
    ]
    assert shown("every 1h", "Europe/Berlin", "2026-10-25T00:00", 2) == [
        ("2026-10-25T01:00:00Z", "25 01:00"),
        ("2026-10-25T02:00:00Z", "25 02:00"),
    ]


def test_the_start_of_a_span_is_out_and_its_end_is_in() -> None:
    nine = datetime(2026, 5, 4, 9, tzinfo=UTC)
    for text in ("09:00", "0 9 * * *", "every 1h"):
        assert due(text, "UTC", nine, nine) == []
        assert [one.due_at for one in due(text, "UTC", nine - timedelta(seconds=1), nine)] == [nine]


def test_weekdays_are_those_of_the_account_and_not_of_greenwich() -> None:
    # Monday 00:30 in Auckland is still Sunday in Greenwich
    found = shown("mon 00:30", "Pacific/Auckland", "2026-06-01T00:00", 7 * 24)
    assert found == [("2026-06-08T00:30", "07 12:30")]


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]
TEXTS = ["02:30", "sun 01:45", "*/20 * * * *", "15 2 * * *", "0 0 29 feb *", "every 7h", "every 90s", "30 1 * * sun#1"]
INSTANTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
NIGHTS = st.sampled_from(
    [
        datetime.fromisoformat(f"{night}T12:00+00:00")
        for night in ("2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-10-03", "2026-04-04", "2011-12-29")
    ]
)


@given(
    st.sampled_from(TEXTS),
    st.sampled_from(ZONES),
    NIGHTS | INSTANTS,
    st.lists(st.timedeltas(timedelta(0), timedelta(hours=40)), min_size=1, max_size=4),
)
def test_times_rise_keys_are_unique_and_pieces_make_the_whole(
    text: str, zone: str, start: datetime, spans: list[timedelta]
) -> None:
    ends = [start]
    for span in spans:
        ends.append(ends[-1] + span)
    whole = due(text, zone, start, ends[-1])
    assert all(earlier.due_at < later.due_at for earlier, later in pairwise(whole))
    assert len({one.key for one in whole}) == len(whole)
    assert all(start < one.due_at <= ends[-1] for one in whole)
    assert [one for after, until in pairwise(ends) for one in due(text, zone, after, until)] == whole
