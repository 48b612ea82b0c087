"""How late a post may come, and whether quiet hours let it come at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tweetgen.schedule import expressions, lateness, quiet

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = [quiet.parse("08:00-12:00")]
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "jitter", "patience", "never"),
    [
        ("09:00", 0, 2, True),
        ("09:00", 0, 3, False),  # made at noon, which is just in time
        ("09:00", 1, 2, False),  # by chance late enough
        ("07:59", 0, 0, False),
        ("sat 11:00", 0, 0, True),
        ("0 8-11 * * *", 0, 0, True),
        ("0 8-12 * * *", 0, 0, False),
        ("every 1h", 0, 0, False),
        ("every 1d", 0, 0, False),  # midnight of UTC
        ("0 9 29 2 *", 0, 0, True),
    ],
)
def test_a_schedule_never_posts_where_all_its_times_are_given_up(
    text: str, jitter: int, patience: int, never: bool
) -> None:
    expression = expressions.parse(text)
    assert lateness.never_posts(expression, BERLIN, MORNING, jitter * HOUR, patience * HOUR) is never


def test_windows_that_join_count_as_one() -> None:
    joined = [quiet.parse("08:00-10:00"), quiet.parse("10:00-12:00")]
    assert lateness.is_given_up(joined, BERLIN, datetime(2026, 3, 1, 9, tzinfo=BERLIN), 2 * HOUR)
    assert lateness.is_given_up([quiet.parse("00:00-24:00")], UTC, datetime(2026, 3, 1, tzinfo=UTC), 99 * HOUR)


def test_without_making_up_for_posts_a_few_minutes_are_all_there_is() -> None:
    assert lateness.patience("skip", 2 * HOUR) == lateness.GRACE
    assert lateness.patience("one", timedelta(0)) == lateness.GRACE
    assert lateness.patience("all", 2 * HOUR) == 2 * HOUR
