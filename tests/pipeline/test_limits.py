"""When the next post may go out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.pipeline.limits import earliest
from tweetgen.schedule import quiet
from tweetgen.settings import Limits

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 5, 4, 12, tzinfo=BERLIN).astimezone(UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_without_limits_the_time_is_now() -> None:
    assert earliest(Limits(), BERLIN, NOON, [NOON, NOON]) == (NOON, "")


def test_a_gap_is_counted_from_the_latest_post_in_whatever_order_they_come() -> None:
    limits = Limits(gap=10 * MINUTE)
    sent = [NOON - 3 * MINUTE, NOON - 30 * MINUTE]
    assert earliest(limits, BERLIN, NOON, sent) == (NOON + 7 * MINUTE, "gap of 10m")
    assert earliest(limits, BERLIN, NOON, [NOON - 10 * MINUTE]) == (NOON, "")


def test_an_hour_is_any_sixty_minutes() -> None:
    limits = Limits(per_hour=2)
    sent = [NOON - 61 * MINUTE, NOON - 50 * MINUTE, NOON - MINUTE]
    assert earliest(limits, BERLIN, NOON, sent) == (NOON + 10 * MINUTE, "limit per hour reached")
    assert earliest(limits, BERLIN, NOON, sent[:2]) == (NOON, "")


def test_a_day_ends_at_midnight_of_the_account() -> None:
    limits = Limits(per_day=2)
    yesterday = NOON - 13 * HOUR
    assert earliest(limits, BERLIN, NOON, [yesterday, NOON - HOUR]) == (NOON, "")
    full = earliest(limits, BERLIN, NOON, [NOON - 12 * HOUR, NOON])
    assert full == (datetime(2026, 5, 5, tzinfo=BERLIN), "limit per day reached")


def test_the_day_a_clock_is_put_back_has_twenty_five_hours() -> None:
    late = datetime(2026, 10, 25, 23, 30, tzinfo=BERLIN).astimezone(UTC)
    morning = datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN).astimezone(UTC)
    assert late - morning == DAY
    assert earliest(Limits(per_day=1), BERLIN, late, [morning])[0] == datetime(2026, 10, 26, tzinfo=BERLIN)


def test_reasons_follow_each_other_until_all_limits_are_kept() -> None:
    limits = Limits(gap=HOUR, per_day=1, quiet=("22:00-08:00",))
    at, reason = earliest(limits, BERLIN, NOON, [NOON])
    assert (at, reason) == (datetime(2026, 5, 5, 8, tzinfo=BERLIN), "quiet hours")


def test_posts_of_a_time_when_the_clock_was_wrong_do_not_count_for_ever() -> None:
    limits = Limits(gap=HOUR, per_day=1, per_hour=1)
    assert earliest(limits, BERLIN, NOON, [NOON + 365 * DAY]) == (NOON, "")
    assert earliest(limits, BERLIN, NOON, [NOON + MINUTE])[0] > NOON


@pytest.mark.parametrize("limits", [Limits(per_hour=0), Limits(per_day=0), Limits(quiet=("00:00-24:00",))])
def test_limits_that_let_nothing_through_are_an_error_and_no_endless_search(limits: Limits) -> None:
    with pytest.raises(ValueError, match=r"no posts at all|around the clock"):
        earliest(limits, BERLIN, NOON, [])


LIMITS = st.builds(
    Limits,
    per_hour=st.none() | st.integers(1, 3),
    per_day=st.none() | st.integers(1, 5),
    gap=st.integers(0, 120).map(lambda minutes: minutes * MINUTE),
    quiet=st.sampled_from([(), ("23:00-07:00",), ("00:30-02:30", "12:00-13:00")]),
)
AGO = st.lists(st.integers(0, 26 * 60).map(lambda minutes: minutes * MINUTE), max_size=8)


@given(LIMITS, AGO, st.datetimes(datetime(2026, 3, 27), datetime(2026, 3, 31), timezones=st.just(UTC)))
def test_what_it_answers_keeps_every_limit(limits: Limits, ago: list[timedelta], now: datetime) -> None:
    sent = [now - one for one in ago]
    at, reason = earliest(limits, BERLIN, now, sent)
    assert at >= now
    assert (at == now) == (reason == "")
    assert not quiet.is_quiet([quiet.parse(text) for text in limits.quiet], BERLIN, at)
    assert all(at - one >= limits.gap for one in sent)
    if limits.per_hour:
        assert sum(at - one < HOUR for one in sent) < limits.per_hour
    if limits.per_day:
        today = at.astimezone(BERLIN).date()
        assert sum(one.astimezone(BERLIN).date() == today for one in sent) < limits.per_day
    assert earliest(limits, BERLIN, at, sent) == (at, "")
