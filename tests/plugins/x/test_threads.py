"""A long text as a thread: parts fit as X counts, nothing is lost, and the cuts are where a reader would pause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tweetgen_plugins._text.weighted import weighted_length
from tweetgen_plugins._x.threads import split

#: what makes cutting hard: wide letters, emoji of many code points, addresses, marks, long words
PIECES = [
    "fog",
    "tide.",
    "語り手。",
    "👨‍👩‍👧‍👦",
    "https://fog.example.org/a,b",
    "é",
    "e\u0301",
    "\n\n",
    "a" * 60,
    "、",
    '"quoted!"',
    "🇩🇪",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=120).flatmap(
    lambda pieces: st.sampled_from([" ", "", "  "]).map(lambda between: between.join(pieces))
)


@given(TEXTS, st.sampled_from([30, 60, 280]))
def test_every_part_fits_and_together_they_say_it_all(text: str, most: int) -> None:
    parts = split(text, most)
    assert all(0 < weighted_length(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(TEXTS)
def test_what_fits_is_left_alone(text: str) -> None:
    if text.strip() and weighted_length(text.strip()) <= 280:
        assert split(text, 280) == [text.strip()]


def test_sentences_are_kept_whole_where_they_can_be() -> None:
    text = "The fog came in at four. Nobody saw it leave! Was it ever here? The lamp says yes."
    assert split(text, 50) == ["The fog came in at four. Nobody saw it leave!", "Was it ever here? The lamp says yes."]


def test_paragraphs_come_before_sentences() -> None:
    assert split("Fog at four. Tide at\nsix.\n\nLog at nine. Rope at ten.", 45) == [
        "Fog at four. Tide at\nsix.",
        "Log at nine. Rope at ten.",
    ]


def test_a_pause_too_early_is_not_worth_a_part() -> None:
    first, *_ = split("Fog. " + "word " * 30, 60)
    assert first.startswith("Fog. word")


def test_addresses_are_kept_whole() -> None:
    address = "https://fog.example.org/a,b;c:d/e?f=g,h"
    parts = split(f"{'word ' * 10}{address} {'word ' * 10}{address}", 60)
    assert sum(part.count(address) for part in parts) == 2


def test_a_word_longer_than_a_post_is_cut_between_characters() -> None:
    family = "👨‍👩‍👧‍👦"
    parts = split(family * 200, 280)
    assert [part == family * part.count(family) for part in parts] == [True, True]
    assert split("e\u0301" * 300, 280)[0] == "e\u0301" * 280


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_has_no_parts(text: str) -> None:
    assert split(text, 280) == []


def test_25_thousand_characters_are_cut_soon_enough() -> None:
    assert len(split("fog and tide, " * 1800, 280)) == 90
