"""Quiet hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.schedule import quiet

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = [quiet.parse("23:00-07:00")]


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("time", "expected"),
    [("22:59", False), ("23:00", True), ("00:00", True), ("06:59", True), ("07:00", False), ("12:00", False)],
)
def test_a_window_goes_over_midnight_and_its_end_is_not_in_it(time: str, expected: bool) -> None:
    assert quiet.is_quiet(NIGHT, BERLIN, berlin(f"2026-05-04T{time}")) is expected


def test_no_window_is_never_quiet() -> None:
    assert not quiet.is_quiet([], BERLIN, berlin("2026-05-04T03:00"))


def test_it_ends_where_the_last_of_windows_that_touch_ends() -> None:
    windows = [quiet.parse("12:00-14:00"), quiet.parse("13:30-15:00"), quiet.parse("15:00-16:00")]
    assert quiet.end(windows, BERLIN, berlin("2026-05-04T12:30")) == berlin("2026-05-04T16:00")
    assert quiet.end(windows, BERLIN, berlin("2026-05-04T11:59")) == berlin("2026-05-04T11:59")


def test_it_ends_by_the_clock_on_the_wall_on_both_nights() -> None:
    assert quiet.end(NIGHT, BERLIN, berlin("2026-03-28T23:30")) == berlin("2026-03-29T07:00")
    assert quiet.end(NIGHT, BERLIN, berlin("2026-10-24T23:30")) == berlin("2026-10-25T07:00")
    # an end that is skipped is the moment the clock is put forward
    assert quiet.end([quiet.parse("22:00-02:30")], BERLIN, berlin("2026-03-29T01:30")) == berlin("2026-03-29T03:00")


def test_a_repeated_hour_is_quiet_twice() -> None:
    early = [quiet.parse("01:00-02:30")]
    assert quiet.end(early, BERLIN, berlin("2026-10-25T02:10")) == berlin("2026-10-25T02:30")
    assert quiet.end(early, BERLIN, berlin("2026-10-25T02:10", fold=1)) == berlin("2026-10-25T02:30", fold=1)


def test_quiet_around_the_clock_has_no_end() -> None:
    windows = [quiet.parse("00:00-12:00"), quiet.parse("12:00-24:00")]
    assert quiet.is_always(windows)
    assert not quiet.is_always([quiet.parse("00:00-12:00"), quiet.parse("12:01-24:00")])
    with pytest.raises(ValueError, match="around the clock"):
        quiet.end(windows, BERLIN, berlin("2026-05-04T12:30"))


@pytest.mark.parametrize("text", ["", "23:00", "23-07", "07:00-25:00", "07:00-07:00", "24:00-07:00", "never"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no span of time|no time of day|ends where it starts"):
        quiet.parse(text)


SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] != span[1])


@given(
    st.lists(SPANS.map(lambda span: quiet.Window(*span)), max_size=4),
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]),
    st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_the_end_is_not_quiet_and_everything_before_it_is(windows: list[quiet.Window], zone: str, at: datetime) -> None:
    if quiet.is_always(windows):
        return
    over = quiet.end(windows, ZoneInfo(zone), at)
    assert not quiet.is_quiet(windows, ZoneInfo(zone), over)
    before = over - timedelta(seconds=1)
    assert before < at or quiet.is_quiet(windows, ZoneInfo(zone), before)
