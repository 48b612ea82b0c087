"""Variety and lengths: shares and distances worked out by hand."""

from math import exp

import pytest

from tweetgen.measures.variety import lengths, spread, variety


def test_distinct_words_and_pairs_are_shares_of_all() -> None:
    found = variety(["The sea, the sea", "the fog"])
    assert found.distinct_1 == 3 / 6
    assert found.distinct_2 == 3 / 4  # the sea, sea the, the sea, the fog


def test_texts_that_say_the_same_have_a_self_bleu_of_one_and_strangers_next_to_none() -> None:
    same = variety(["one two three four five"] * 4).self_bleu
    strangers = variety(["one two three four five", "six seven eight nine ten"]).self_bleu
    assert same == pytest.approx(1)
    assert strangers is not None
    assert strangers < 0.4


def test_a_run_counts_as_often_as_another_text_has_it() -> None:
    # "a a": of its two unigrams one is in the other text; of one pair, none: (1 of 2, then add-one smoothed)
    found = variety(["a a", "a b"]).self_bleu
    precisions = [1 / 2, 1 / 2, 1, 1]
    assert found == pytest.approx((precisions[0] * precisions[1]) ** (1 / 4))


def test_a_text_shorter_than_all_others_is_worth_less() -> None:
    short = variety(["a", "a b c"]).self_bleu
    assert short is not None
    # the short one: every precision 1, brevity exp(1 - 3); the long one: 1/3, then smoothed 1/3, 1/2, 1
    assert short == pytest.approx((exp(-2) + (1 / 3 * 1 / 3 * 1 / 2) ** (1 / 4)) / 2)


def test_too_little_has_nothing_to_tell() -> None:
    assert variety([]) == variety(["..."]) == variety(["", "!"])
    assert variety(["one"]).self_bleu is None


def test_the_distance_of_lengths_is_by_how_much_texts_are_off() -> None:
    found = lengths(["a" * 10, "a" * 20], ["b" * 15, "b" * 25], cut=1)
    assert (found.mean, found.real_mean, found.cut) == (15, 20, 0.5)
    assert found.distance == pytest.approx(5)
    assert lengths(["a"], ["b"]).distance == 0


def test_lengths_share_out_over_classes_of_equal_width() -> None:
    found = spread(["a", "aa", "a" * 9], ["a" * 9], classes=2)
    assert found.middles == [2.5, 7.5]
    assert found.ours == pytest.approx([2 / 3, 1 / 3])
    assert found.real == [0, 1]
    assert spread([""], [""], classes=3).ours == [1, 0, 0]
