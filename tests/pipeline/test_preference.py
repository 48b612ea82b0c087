"""A ranker learns from reviewers, and is used only where it is proven to choose better."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tweetgen.domain import Action, Candidate, Decision
from tweetgen.pipeline.preference import NEEDED, Decided, Preference, chooser, decided, learn, preference
from tweetgen.pipeline.rank import SCORES, weighted
from tweetgen.settings import Ranking, Weights
from tweetgen.store import NewCandidate, Store

NOW = datetime(2027, 3, 4, 5, 6, tzinfo=UTC)
DEFAULT = weighted(Weights())


def taste(count: int, wanted: str | None, seed: int = 1, at_random: float = 0.0) -> list[Decided]:
    """Decisions by somebody who goes by one score alone, or by none."""
    draw = Random(seed)
    found = []
    for _ in range(count):
        scores = {name: draw.random() for name in SCORES}
        liked = draw.random() < (0.5 if wanted is None else 0.1 + 0.8 * (scores[wanted] > 0.5))
        found.append(Decided(scores, liked, draw.random() < at_random))
    return found


def test_nothing_is_learnt_from_few_decisions() -> None:
    found = learn(taste(NEEDED - 1, "novelty"), DEFAULT)
    assert (found.used, found.gain, found.decisions) == (False, None, NEEDED - 1)
    assert "199 so far" in found.told()


def test_a_taste_unlike_the_default_is_learnt_and_used() -> None:
    found = learn(taste(400, "fluency"), DEFAULT)
    assert found.used
    assert found.gain is not None
    assert 0 < found.low < found.gain < found.high
    scores = dict.fromkeys(SCORES, 0.5)
    assert found.overall({**scores, "fluency": 0.9}) > 0.7 > 0.3 > found.overall({**scores, "fluency": 0.1})
    assert found.told().startswith("learnt ranking: +")


@pytest.mark.parametrize("seed", range(5))
def test_no_taste_at_all_is_not_mistaken_for_one(seed: int) -> None:
    found = learn(taste(300, None, seed), DEFAULT)
    assert not found.used
    assert "not proven" in found.told()


def test_a_taste_that_is_the_default_brings_no_gain() -> None:
    draw = Random(2)
    same = [replace(one, liked=DEFAULT(one.scores) + draw.gauss(0, 0.05) > 0.5) for one in taste(400, None)]
    assert not learn(same, DEFAULT).used


def test_the_gain_is_measured_on_what_was_shown_at_random_where_that_is_enough() -> None:
    few, many = (
        learn(taste(400, "fluency", at_random=0.1), DEFAULT),
        learn(taste(900, "fluency", at_random=0.2), DEFAULT),
    )
    assert (few.at_random, few.judged_on) == (False, 400)
    assert many.at_random
    assert 150 < many.judged_on < 210


def test_everything_liked_teaches_nothing() -> None:
    found = learn([replace(one, liked=True) for one in taste(300, None)], DEFAULT)
    assert (found.used, found.gain) == (False, None)
    assert "too much alike" in found.told()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


def review(store: Store, decisions: list[Decided], via: str = "inbox") -> None:
    candidate = Candidate("a gull", {"ada": 1.0}, "shared", 1, (1.0,), True, -9.0)
    new = [NewCandidate("one", candidate, "a gull", one.scores, 0.5, at_random=one.at_random) for one in decisions]
    for one, pending in zip(decisions, store.candidates.add(new, NOW), strict=True):
        action = Action.APPROVE if one.liked else Action.REJECT
        store.candidates.apply(Decision(pending.number, pending.version, action, "ada", via), NOW)


def test_the_last_word_on_each_candidate_counts_and_rules_do_not(store: Store) -> None:
    given = taste(3, None)
    review(store, given)
    review(store, given, via="automatic")
    log = list(reversed(store.candidates.decisions("one", limit=100)))
    assert sorted(map(repr, decided(log))) == sorted(map(repr, given))
    first = next(entry for entry in log if entry.action is not Action.SUBMIT)
    undo = Decision(first.candidate, first.version, Action.UNDO, "ada", "inbox")
    store.candidates.apply(undo, NOW + timedelta(minutes=1))
    assert len(decided(reversed(store.candidates.decisions("one", limit=100)))) == 2


def test_what_was_learnt_is_kept_until_there_is_more_to_learn_from(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    review(store, taste(220, "fluency"))
    first = preference(store, "one", Ranking())
    assert first.decisions == 220
    monkeypatch.setattr("tweetgen.pipeline.preference.learn", lambda *_: Preference(999))
    assert preference(store, "one", Ranking()) == first
    assert preference(store, "one", Ranking(weights=Weights(author=3))).decisions == 999
    review(store, taste(1, None))
    assert preference(store, "one", Ranking()).decisions == 999


def test_an_account_may_refuse_to_learn(store: Store) -> None:
    review(store, taste(400, "fluency"))
    scores = dict.fromkeys(SCORES, 0.0) | {"novelty": 1.0}
    assert chooser(store, "one", Ranking(learn=False))(scores) == DEFAULT(scores)
    assert chooser(store, "one", Ranking())(scores) != DEFAULT(scores)
