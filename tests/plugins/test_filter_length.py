"""What is too long, too short or cannot be sent is dropped."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from tweetgen_plugins.filter_length import LengthFilter

from tweetgen.domain import Outcome, Verdict

Judge = Callable[..., Verdict]


@pytest.mark.parametrize(
    ("text", "count", "length"),
    [
        ("see example.com", "weighted", 27),
        ("see example.com", "characters", 15),
        ("e\u0301👨\u200d👩\u200d👧", "graphemes", 2),
        ("e\u0301👨\u200d👩\u200d👧", "characters", 7),
        ("e\u0301👨\u200d👩\u200d👧", "weighted", 3),
    ],
)
def test_the_limit_holds_to_the_last_character(verdict: Judge, text: str, count: str, length: int) -> None:
    assert verdict(LengthFilter, text, count=count, max=length).outcome is Outcome.KEEP
    too_long = verdict(LengthFilter, text, count=count, max=length - 1)
    assert too_long.outcome is Outcome.DROP
    assert f"1 more than the {length - 1} allowed" in too_long.reason
    assert verdict(LengthFilter, text, count=count, min=length).outcome is Outcome.KEEP
    too_short = verdict(LengthFilter, text, count=count, min=length + 1)
    assert f"1 fewer than the {length + 1} wanted" in too_short.reason


def test_the_default_is_what_x_takes(verdict: Judge) -> None:
    assert verdict(LengthFilter, "x" * 280).reason == "280 weighted characters of 280"
    assert verdict(LengthFilter, "x" * 281).outcome is Outcome.DROP
    assert verdict(LengthFilter, "雨" * 141).outcome is Outcome.DROP


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" \n", "is empty"),
        ("goat \ud83d", "holds half a character (U+D83D), which cannot be sent"),
        ("goat \ufffe", "holds U+FFFE, for which X refuses a post"),
    ],
)
def test_what_cannot_be_sent_is_dropped(verdict: Judge, text: str, reason: str) -> None:
    judged = verdict(LengthFilter, text)
    assert (judged.outcome, judged.reason) == (Outcome.DROP, reason)


def test_limits_between_which_nothing_lies_are_refused() -> None:
    with pytest.raises(ValidationError, match="min 20 is more than max 10: nothing would pass"):
        LengthFilter.Settings(min=20, max=10)
