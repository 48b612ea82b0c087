"""Runs of words that two texts share, and where they stand."""

import time

import pytest

from tweetgen.corpus.shared import shared_runs


def marked(text: str, other: str) -> tuple[list[str], list[str]]:
    here, there = shared_runs(text, other)
    return [text[start:end] for start, end in here], [other[start:end] for start, end in there]


def test_the_longest_runs_are_found_as_either_spells_them() -> None:
    here = "The fog, it has COME again; the lamp burns all night"
    there = "all night? no: the lamp burns. fog it has come"
    assert marked(here, there) == (["fog, it has COME", "the lamp burns"], ["the lamp burns", "fog it has come"])


def test_two_words_in_a_row_are_in_everybodys_mouth() -> None:
    assert marked("the fog is here", "here the fog was") == ([], [])


def test_apostrophes_emoji_and_scripts_without_spaces_are_words_too() -> None:
    assert marked("don’t look back", "don't look back") == (["don’t look back"], ["don't look back"])
    assert marked("🌫 雨が降る", "雨が降る 🌫") == (["雨が降る"], ["雨が降る"])


@pytest.mark.parametrize("text", ["", "a", "@ann https://example.org/a/b/c @bob", "\ud800 x"])
def test_texts_without_words_share_nothing(text: str) -> None:
    assert shared_runs(text, text) == ([], [])


def test_runs_that_overlap_there_are_one() -> None:
    assert marked("a b c d and then b c d e", "a b c d e") == (["a b c d", "b c d e"], ["a b c d e"])


def test_a_phrase_said_over_and_over_takes_no_time() -> None:
    start = time.process_time()
    shared_runs("ha " * 30_000, "ha " * 30_000)
    assert time.process_time() - start < 20
