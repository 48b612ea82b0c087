"""Patterns drop, are required or replace, and none can be driven into endless search."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from tweetgen_plugins.filter_regex import RegexFilter

from tweetgen.domain import Outcome, Verdict

Judge = Callable[..., Verdict]


def test_a_text_that_any_pattern_matches_is_dropped(verdict: Judge) -> None:
    judged = verdict(RegexFilter, "two goats", patterns=["sheep", "goats?"])
    assert (judged.outcome, judged.reason) == (Outcome.DROP, "has 'goats', which matches 'goats?'")
    assert verdict(RegexFilter, "two cows", patterns=["sheep", "goats?"]).outcome is Outcome.KEEP


def test_a_text_must_match_each_pattern_that_is_required(verdict: Judge) -> None:
    wanted = {"patterns": ["(?i)GOAT", "#news"], "mode": "require"}
    assert verdict(RegexFilter, "goat #news", **wanted).outcome is Outcome.KEEP
    assert verdict(RegexFilter, "goat", **wanted).reason == "has nothing that matches '#news'"


def test_matches_are_replaced_one_pattern_after_the_other(verdict: Judge) -> None:
    turned = {"patterns": [r"(\w+) is (king)"], "mode": "replace", "replacement": r"\2 \1"}
    judged = verdict(RegexFilter, "the goat is king", **turned)
    assert (judged.text, judged.reason) == ("the king goat", "replaced 'goat is king'")
    assert verdict(RegexFilter, "é goat é", patterns=["é", " +"], mode="replace").text == "goat"
    assert verdict(RegexFilter, "a cow", patterns=["goat"], mode="replace").outcome is Outcome.KEEP


def test_a_text_of_which_nothing_is_left_is_dropped(verdict: Judge) -> None:
    assert verdict(RegexFilter, "goat!", patterns=["goat"], mode="replace").outcome is Outcome.DROP


def test_ones_own_reason_is_told(verdict: Judge) -> None:
    assert verdict(RegexFilter, "goat", patterns=["goat"], reason="goats are taboo").reason == "goats are taboo"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?<=a)b", "RE2 knows neither lookaround nor backreferences"),
        ("a(?!b)", "RE2 knows neither lookaround nor backreferences"),
        (r"(a)\1", "RE2 knows neither lookaround nor backreferences"),
        ("(", r"the pattern '\(' cannot be used: missing \)"),
        ("(a{1000}){1000}", "invalid repetition size"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_the_configuration(pattern: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        RegexFilter.Settings(patterns=("fine", pattern))


def test_a_replacement_must_name_groups_that_there_are() -> None:
    with pytest.raises(ValidationError, match=r"replacement has \\2, but '\(a\)' has no such group"):
        RegexFilter.Settings(patterns=("(a)",), mode="replace", replacement=r"\2")


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(\w+\s?)*$", "(a|aa)+$", r"^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_catastrophic_patterns_end_at_once(verdict: Judge, pattern: str) -> None:
    for mode in ("drop", "require", "replace"):
        assert verdict(RegexFilter, "a" * 5000 + "!", patterns=[pattern], mode=mode).reason


def test_too_many_replacements_in_too_long_a_text_are_given_up(verdict: Judge) -> None:
    settings = {"patterns": ["a.*b|a"], "mode": "replace", "replacement": "c"}
    assert verdict(RegexFilter, "a" * 280, **settings).text == "c" * 280
    judged = verdict(RegexFilter, "a" * 20_000, **settings)
    assert (judged.outcome, judged.reason) == (
        Outcome.DROP,
        "matches 'a.*b|a' too often to replace it everywhere",
    )
