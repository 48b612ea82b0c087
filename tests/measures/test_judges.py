"""Judges: they know what can be known, and no more."""

import random

import pytest

from tweetgen.errors import MissingDependency
from tweetgen.measures.judges import attributed, told_apart


def said(author: str, count: int, seed: int) -> list[tuple[str, str]]:
    """Posts with words of the author's own among common ones."""
    draw = random.Random(f"{author} {seed}")
    own = [f"{author}{number}" for number in range(20)]
    common = ["sea", "fog", "ship", "light", "night", "storm"]
    return [(author, " ".join(draw.choices(own, k=2) + draw.choices(common, k=4))) for _ in range(count)]


def test_the_judge_of_authors_knows_them_by_their_words() -> None:
    learnt = said("ada", 60, 0) + said("bob", 60, 0)
    ours = said("ada", 20, 2) + [("bob", text) for _, text in said("ada", 10, 3)]
    found = attributed(learnt, said("ada", 20, 1) + said("bob", 20, 1), ours)
    assert found is not None
    assert found.real == 1
    assert found.ours == pytest.approx(20 / 30)
    assert found.confusion == {"ada": {"ada": 1.0}, "bob": {"ada": 1.0}}
    assert found.kept == pytest.approx(found.ours)


def test_there_is_nothing_to_judge_with_one_author_or_no_text() -> None:
    one = said("ada", 20, 0)
    assert attributed(one, one, one) is None
    assert attributed(one + said("bob", 20, 0), one, []) is None
    assert attributed(one + said("bob", 20, 0), one, [("cleo", "who")]) is None


def test_what_is_the_same_cannot_be_told_apart_and_what_differs_can() -> None:
    texts = [text for _, text in said("ada", 400, 0)]
    others = [text for _, text in said("bob", 200, 0)]
    same = told_apart(texts[:200], texts[200:])
    assert same is not None
    assert 0.3 < same < 0.7
    assert told_apart(texts[:200], others) == 1
    assert told_apart(texts[:3], others) is None


def test_a_missing_library_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sklearn.linear_model", None)
    with pytest.raises(MissingDependency, match=r"tweetgen\[evaluate\]"):
        told_apart(["a b"] * 20, ["c d"] * 20)
