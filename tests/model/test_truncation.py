"""What may be drawn, told in letters: logits that spell words, and the letters that remain."""

import string
from typing import Any

import numpy as np
import pytest

from tweetgen.model.blas import padded
from tweetgen.model.draw import Chance, draw, draw_from_nucleus
from tweetgen.model.truncation import exponentiate, keep_min_p, keep_top_k, keep_top_p, keep_typical, penalise, repeats


def probabilities(*rows: str) -> Any:
    """Rows of 26: the first letter four times as likely as the second, that four times as the third …"""
    table = np.zeros((len(rows), 26), np.float32)
    for row, letters in enumerate(rows):
        for rank, letter in enumerate(letters):
            table[row, string.ascii_lowercase.index(letter)] = 4.0**-rank
    return padded(table)


def one_hot(word: str) -> Any:
    """Logits (letters of the word, 26): each row wants its letter and nothing else."""
    logits = np.full((len(word), 26), -100, np.float32)
    for row, letter in enumerate(word):
        logits[row, string.ascii_lowercase.index(letter)] = 100
    return padded(logits, -1e30)


def remaining(table: Any) -> list[str]:
    """The letters that may still be drawn in each row, the likeliest first."""
    ranks = np.argsort(-table, axis=1, kind="stable")[:, :26]
    return [word(rank[row[rank] > 0]) for rank, row in zip(ranks, table, strict=True)]


def word(tokens: Any) -> str:
    return "".join(string.ascii_lowercase[token] for token in tokens)


def test_one_hot_logits_spell_their_word_whatever_the_chance() -> None:
    for uniform in (0.0, 0.5, 1 - 2.0**-53):
        logits = one_hot("sampled")
        exponentiate(logits)
        assert word(draw(logits, np.full(7, uniform))) == "sampled"


def test_top_k_keeps_the_k_likeliest_of_each_row() -> None:
    table = probabilities("zebra", "zebra", "zebra", "q")
    keep_top_k(table, np.array([2, 1, 99, 3]))
    assert remaining(table) == ["ze", "z", "zebra", "q"]


def test_top_k_keeps_what_is_as_likely_as_the_last_one() -> None:
    table = probabilities("abc")
    table[0, 3] = table[0, 1]
    keep_top_k(table, np.array([2]))
    assert remaining(table) == ["abd"]


def test_top_p_keeps_the_likeliest_that_reach_the_share() -> None:
    # 3/4, 3/16, 3/64 … of the sum
    table = probabilities(*["zebra"] * 5)
    keep_top_p(table, np.array([0.0001, 0.74, 0.76, 0.95, 1], np.float32))
    assert remaining(table) == ["z", "z", "ze", "zeb", "zebra"]


def test_min_p_keeps_what_is_likely_beside_the_likeliest() -> None:
    table = probabilities(*["zebra"] * 4)
    keep_min_p(table, np.array([0, 0.06, 0.07, 0.999], np.float32))
    assert remaining(table) == ["zebra", "zeb", "ze", "z"]


def test_typical_keeps_what_is_about_as_surprising_as_is_to_be_expected() -> None:
    # in bits, of probabilities 1/2 1/8 1/8 1/8 1/8: surprise 1 and 3, the entropy is 2: all are alike, ids decide;
    # of 0.9 and a tenth of the rest, the likeliest is nearest to the entropy of 0.8
    table = np.zeros((4, 64), np.float32)
    table[0, :5] = [4, 1, 1, 1, 1]
    table[1, :5] = [36, 1, 1, 1, 1]
    table[2, :3] = [49, 49, 2]
    table[3, :3] = [1, 1, 1]
    keep_typical(table, np.array([0.2, 0.5, 0.97, 1], np.float32))
    assert [np.flatnonzero(row).tolist() for row in table] == [[0], [0], [0, 1], [0, 1, 2]]


def test_the_likeliest_token_may_be_too_dull_to_be_typical() -> None:
    table = np.zeros((1, 64), np.float32)
    table[0] = np.r_[0.3, np.full(63, 0.7 / 63)]  # surprise 1.7 against an entropy of 5.1 bits, the others 6.5
    keep_typical(table, np.array([0.5], np.float32))
    assert table[0, 0] == 0
    assert table[0, 1:].any()


def test_runs_that_would_come_twice_are_named() -> None:
    text = [5, 6, 7, 5, 6]
    assert repeats(text, 3) == [7]
    assert repeats(text, 2) == [7]
    assert repeats([5, 5, 5], 2) == [5, 5]
    assert repeats(text, 4) == repeats([], 2) == repeats([5], 3) == []


def test_each_row_has_its_own_numbers_and_the_others_keep_their_bits() -> None:
    table = probabilities("cat", "dog", "owl")
    before = table.copy()
    keep_top_k(table, np.array([99, 1, 99]))
    keep_top_p(table, np.array([1, 1, 0.5], np.float32))
    np.testing.assert_array_equal(table[0], before[0])
    assert remaining(table) == ["cat", "d", "o"]


def test_top_p_looks_further_where_the_first_look_is_not_enough() -> None:
    flat = np.ones((2, 64 * 40), np.float32)
    flat[1] = np.linspace(1, 2, flat.shape[1])
    keep_top_p(flat, np.array([0.5, 0.9], np.float32))
    assert (flat[0] > 0).all()  # all are as likely as the last one
    kept = flat[1][flat[1] > 0]
    whole = np.linspace(1, 2, flat.shape[1]).sum()
    assert kept.sum() >= 0.9 * whole > kept.sum() - kept.min() - 0.1


def test_repetition_penalty_divides_positive_and_multiplies_negative_logits() -> None:
    logits = np.array([4, -4, 4, -4], np.float32)
    penalise(logits, [0, 1, 1, 0], 2)
    assert logits.tolist() == [2, -8, 4, -4]


def test_a_letter_of_probability_zero_is_never_drawn() -> None:
    table = probabilities("bdf")
    many = np.repeat(table, 5000, axis=0)
    drawn = draw(many, np.random.default_rng(0).random(5000))
    assert set(word(drawn)) == set("bdf")
    ends = draw(probabilities("m", "m"), np.array([0.0, 1 - 2.0**-53]))
    assert word(ends) == "mm"


def test_letters_are_drawn_as_often_as_they_are_likely() -> None:
    random = np.random.default_rng(1)
    table = padded(random.random((1, 300)).astype(np.float32) ** 4)
    drawn = draw(np.repeat(table, 200_000, axis=0), random.random(200_000))
    share = np.bincount(drawn, minlength=table.shape[1]) / 200_000
    np.testing.assert_allclose(share, table[0] / table.sum(), atol=0.0015)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_drawing_again_outside_the_nucleus_is_drawing_from_it(share: float) -> None:
    random = np.random.default_rng(2)
    table = padded(random.random((1, 300)).astype(np.float32) ** 6)
    kept = table.copy()
    keep_top_p(kept, np.array([share], np.float32))
    count = 100_000
    many = np.repeat(table, count, axis=0)
    drawn = draw_from_nucleus(many, np.full(count, share, np.float32), random.random((count, 4)))
    found = np.bincount(drawn, minlength=table.shape[1]) / count
    assert set(np.flatnonzero(found)) <= set(np.flatnonzero(kept[0]))
    np.testing.assert_allclose(found, kept[0] / kept.sum(), atol=0.006)


def test_the_nucleus_of_one_row_does_not_touch_another() -> None:
    table = probabilities("zebra", "zebra")
    uniforms = np.tile([0.0, 0.9, 0.1, 0.1], (2, 1))
    assert word(draw_from_nucleus(table, np.array([1, 0.5], np.float32), uniforms)) == "az"


def test_chance_is_the_same_for_a_seed_and_differs_between_seeds() -> None:
    first, again, other = Chance(7), Chance(7), Chance(8)
    numbers = first.next(10)
    assert numbers.shape == (10, 4)
    np.testing.assert_array_equal(np.concatenate([again.next(3), again.next(7)]), numbers)
    assert not (other.next(10) == numbers).any()
    assert ((numbers >= 0) & (numbers < 1)).all()
