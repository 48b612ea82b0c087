"""Lateness by chance."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tweetgen.schedule import jitter


@given(st.text(), st.text(), st.timedeltas(timedelta(0), timedelta(days=2)))
def test_it_lies_between_nothing_and_the_width(account: str, key: str, width: timedelta) -> None:
    assert timedelta(0) <= jitter(account, key, width) <= width


def test_it_is_the_same_in_every_process_and_differs_between_slots_and_accounts() -> None:
    width = timedelta(minutes=10)
    assert jitter("ada", "2026-05-04T09:00", width) == timedelta(seconds=399)
    many = {jitter("ada", f"2026-05-{day:02}T09:00", width) for day in range(1, 31)}
    assert len(many) > 20
    assert jitter("ada", "2026-05-04T09:00", width) != jitter("bob", "2026-05-04T09:00", width)


def test_no_width_is_no_lateness() -> None:
    assert jitter("ada", "2026-05-04T09:00", timedelta(0)) == timedelta(0)
