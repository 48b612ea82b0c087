"""Baselines: the numbers are those of the methods' definitions, worked out here by hand."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.measures.baselines import Counted, baselines

UNICODE = log2(0x110000)
TEXTS = st.lists(st.text(alphabet="ab\u4e2d\U0001f600 ", max_size=8), min_size=1, max_size=6)


def test_a_unigram_counts_characters_and_ends_alike() -> None:
    # learnt: a a b END; every sign: BEGIN, END, RARE, a, b
    found = baselines(["aab"], ["a"])
    a, end = (2 + 3 / 5) / (4 + 3), (1 + 3 / 5) / (4 + 3)
    assert found.unigram == pytest.approx(-(log2(a) + log2(end)) / 2)


def test_witten_and_bell_interpolate_with_the_shorter_context() -> None:
    # with one text "a", every context up to order 5 saw one sign once: each order halves the way to certainty
    found = baselines(["a"], ["a"])
    certain = (1 + 2 * (1 / 4)) / (2 + 2)  # order 0: a and END, once each; BEGIN, END, RARE and a alike below
    for _ in range(5):
        certain = (1 + certain) / 2
    assert found.witten_bell == pytest.approx(-log2(certain))


def test_partial_matching_by_method_d_and_with_exclusions() -> None:
    # after BEGIN came a, nothing else: "a" costs half an escape's way, (2 - 1) / 2
    assert baselines(["a"], ["a"]).ppm == pytest.approx(1.0)
    # "b" was seen nowhere: an escape from {a} (1/2), at order 0 from {END} alone (a is excluded; 1/2), and
    # then it is one of the four signs less the two excluded, and of all of Unicode besides; its END is a new
    # context of every order but 0, where it is one of two: (2 - 1) / 4
    found = baselines(["a"], ["b"])
    assert found.ppm == pytest.approx((1 + 1 + 1 + UNICODE + 2) / 2)


def test_what_was_seen_often_costs_next_to_nothing() -> None:
    found = baselines(["the sea the sea"] * 200, ["the sea the sea"])
    assert found.ppm < 0.4
    assert found.witten_bell < 0.4
    assert found.unigram > 2


@given(TEXTS, TEXTS)
def test_any_text_can_be_read(learnt: list[str], read: list[str]) -> None:
    found = baselines(learnt, read)
    for bits in (found.unigram, found.witten_bell, found.ppm):
        assert 0 < bits < 40


def test_a_large_corpus_is_thinned_out_evenly() -> None:
    texts = ["a" * 10] * 50 + ["b" * 10] * 50
    assert baselines(texts, ["a"], most=100).characters == 100
    assert baselines(texts, ["ab"], most=100).unigram < 3


def test_what_is_learnt_once_reads_in_parts_as_in_one() -> None:
    learnt, first, second = ["the sea", "the fog"], ["the ship", "fog"], ["sea \u4e2d"]
    counted, whole = Counted(learnt), baselines(learnt, [*first, *second])
    one, other = counted.read(first), counted.read(second)
    # characters and ends: 13 and 6
    assert (one.ppm * 13 + other.ppm * 6) / 19 == pytest.approx(whole.ppm)
    assert (one.witten_bell * 13 + other.witten_bell * 6) / 19 == pytest.approx(whole.witten_bell)
