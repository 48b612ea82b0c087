"""What is no whole text is dropped. What counts as whole: text/test_sense.py."""

from collections.abc import Callable

import pytest
from tweetgen_plugins.filter_complete import CompleteFilter

from tweetgen.domain import Outcome, Verdict

Judge = Callable[..., Verdict]


def test_a_whole_text_is_kept(verdict: Judge) -> None:
    assert verdict(CompleteFilter, "the goat is king :)") == Verdict("complete", Outcome.KEEP, "looks whole")


@pytest.mark.parametrize(
    ("text", "setting", "reason"),
    [
        ('he said "no', {"quotes": False}, "has a quotation mark without its partner"),
        ("he said (no", {"brackets": False}, "opens '(' and never closes it"),
        ("he said no)", {"brackets": False}, "closes ')' that was never opened"),
        ("he said and", {"ending": False}, "ends in 'and', after which something is missing"),
        ("he said,", {"ending": False}, "ends in ','"),
        ("he said " * 6, {"repeats": 0}, "repeats 'he said' 6 times in a row"),
    ],
)
def test_each_fault_drops_unless_it_is_not_looked_for(
    verdict: Judge, text: str, setting: dict[str, object], reason: str
) -> None:
    judged = verdict(CompleteFilter, text)
    assert (judged.outcome, judged.reason) == (Outcome.DROP, reason)
    assert verdict(CompleteFilter, text, **setting).outcome is Outcome.KEEP


def test_a_text_that_was_cut_off_is_dropped_however_it_looks(verdict: Judge) -> None:
    judged = verdict(CompleteFilter, "the goat is king.", complete=False)
    assert (judged.outcome, judged.reason) == (
        Outcome.DROP,
        "was cut off at the longest length that is written",
    )
    assert verdict(CompleteFilter, "the goat is king.", complete=False, ending=False).outcome is Outcome.KEEP
