"""Measures text by text: together they are the measures of the whole."""

import numpy as np
import pytest

from tweetgen.measures.judges import AuthorJudge, told_apart, told_of_each
from tweetgen.measures.novelty import Known, novelty
from tweetgen.measures.variety import distinct_of_each, self_bleu_of_each, variety

TEXTS = ["fog again", "Fog again tonight", "!", "the gulls are back, the gulls are loud", "no ship", "no ship tonight"]
POSTS = ["the gulls are back on the rocks", "fog again, tonight!", "No ship tonight, and no letter for anybody."]


def test_variety() -> None:
    whole = variety(TEXTS)
    for length, wanted in ((1, whole.distinct_1), (2, whole.distinct_2)):
        part, of = distinct_of_each(TEXTS, length)
        assert part.sum() / of.sum() == pytest.approx(wanted)
    part, of = self_bleu_of_each(TEXTS)
    assert part.sum() / of.sum() == pytest.approx(whole.self_bleu)
    assert of.tolist() == [1, 1, 0, 1, 1, 1]


def test_variety_of_one_text_and_of_none() -> None:
    assert [each.tolist() for each in self_bleu_of_each(["fog"])] == [[0], [0]]
    assert [each.tolist() for each in distinct_of_each([], 2)] == [[], []]


def test_novelty() -> None:
    samples = [*TEXTS, "no ship tonight and NO letter for anybody", "the gulls are back on Monday"]
    whole, known = novelty(samples, POSTS), Known(POSTS)
    new, grams = known.new_of_each(samples)
    assert sum(new) / sum(grams) == whole.novel_4grams
    copied, long = known.copied_of_each(samples)
    assert sum(copied) / sum(long) == whole.verbatim_long
    assert copied.index(True) == 6


def test_judges() -> None:
    ada, bob = ([f"{word} {number} {number % 5}" for number in range(30)] for word in ("fog, gulls", "spoons"))
    told = told_of_each(ada, [*bob, *bob])
    assert told is not None
    assert [len(places) for places in told.places] == [30, 30]
    assert np.concatenate(told.right).mean() == told_apart(ada, [*bob, *bob])
    assert told_of_each(ada, bob[:9]) is None
    judge = AuthorJudge([("Ada", text) for text in ada] + [("Bob", text) for text in bob], [])
    assert judge.right_of_each([("Ada", ada[0]), ("Ada", bob[0]), ("", bob[0])]) == [True, False, False]
    assert judge.right_of_each([]) is None
    assert AuthorJudge([("Ada", text) for text in ada], []).right_of_each([("Ada", "fog")]) is None
