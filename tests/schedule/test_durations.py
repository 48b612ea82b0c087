"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.schedule.durations import parse, spell


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("10m", timedelta(minutes=10)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(weeks=1)),
        ("1h30m", timedelta(minutes=90)),
        (" 0s ", timedelta(0)),
    ],
)
def test_a_number_and_its_unit(text: str, duration: timedelta) -> None:
    assert parse(text) == duration


@pytest.mark.parametrize("text", ["", "10", "m", "-5m", "1.5h", "30m1h", "10 m", "5 minutes", "٣m", "9" * 30 + "w"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no duration|longer than any calendar"):
        parse(text)


@given(st.integers(0, 10**9))
def test_what_is_spelt_is_read_again(seconds: int) -> None:
    assert parse(spell(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
