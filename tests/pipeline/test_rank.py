"""The few best go to review: measured by real posts, unlike each other, now and then one at random."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from tweetgen.domain import Candidate, Nearest
from tweetgen.pipeline.filter import Judged
from tweetgen.pipeline.rank import SCORES, Likelihood, Ranked, Usual, likelihoods, rank, usual, weighted
from tweetgen.settings import Ranking, Weights

USUAL = Usual(voiced=(-1.5, 0.2), gain=(0.2, 0.1))
LIKELY = Likelihood(-1.5, 0.2)
TEXTS = ["gulls over the harbour", "a kettle of tea at dusk", "who oiled the lamp", "ropes and more ropes"]


class FakeCorpus:
    """Knows how near each text is to a post."""

    def __init__(self, near: Mapping[str, Nearest] | None = None) -> None:
        self._near = near or {}

    def shared_words(self, text: str) -> tuple[int, str]:
        return 0, ""

    def nearest(self, text: str) -> Nearest | None:
        return self._near.get(text)


def judged(text: str) -> Judged:
    return Judged(Candidate(text, {"ada": 1.0}, "shared", 1, (1.0,), True, -9.0), (), kept=True)


def ranked(
    texts: Sequence[str] = TEXTS,
    likely: Sequence[Likelihood] | None = None,
    near: Mapping[str, Nearest] | None = None,
    recent: Sequence[str] = (),
    keep: int = 4,
    seed: int = 1,
    **settings: Any,
) -> list[Ranked]:
    ranking = Ranking(**{"explore": 0.0, **settings})
    known = likely or [LIKELY] * len(texts)
    kept = [judged(text) for text in texts]
    overall = weighted(ranking.weights)
    return rank(kept, known, USUAL, FakeCorpus(near), recent, ranking, keep, overall, Random(seed))


def texts_of(found: Sequence[Ranked]) -> list[str]:
    return [one.judged.candidate.text for one in found]


def test_the_most_of_its_author_comes_first() -> None:
    likely = [Likelihood(-1.5, gain) for gain in (0.1, 0.4, 0.0, 0.2)]
    assert texts_of(ranked(likely=likely))[0] == TEXTS[1]
    assert ranked(likely=likely)[0].place == 1


def test_neither_the_blandest_nor_the_strangest_is_the_most_fluent() -> None:
    likely = [Likelihood(voiced, 0.2) for voiced in (-0.5, -1.5, -3.0, -1.6)]
    scores = {one.judged.candidate.text: one.scores["fluency"] for one in ranked(likely=likely)}
    assert scores[TEXTS[1]] == pytest.approx(1)
    assert scores[TEXTS[3]] > 0.5
    assert max(scores[TEXTS[0]], scores[TEXTS[2]]) < 0.01


def test_novelty_is_what_the_nearest_post_does_not_have() -> None:
    near = {
        TEXTS[0]: Nearest("gulls over the lighthouse", "ada", shared_words=3, likeness=0.4),
        TEXTS[1]: Nearest("a kettle", "ada", shared_words=0, likeness=0.25),
    }
    scores = {one.judged.candidate.text: one.scores["novelty"] for one in ranked(near=near)}
    assert [scores[text] for text in TEXTS] == pytest.approx([0.25, 0.75, 1, 1])


def test_what_is_like_another_or_like_a_recent_text_waits() -> None:
    texts = ["gulls over the harbour", "gulls over the harbour!", "who oiled the lamp"]
    found = ranked(texts, keep=2)
    assert texts_of(found) == [texts[0], texts[2]]
    assert texts_of(ranked(texts, keep=1, recent=["Gulls over the harbour"])) == [texts[2]]


def test_every_score_is_shown_and_lies_between_0_and_1() -> None:
    strange = [Likelihood(-99.0, -9.0), Likelihood(0.0, 9.0), LIKELY, LIKELY]
    for one in ranked(likely=strange, recent=["x"]):
        assert set(one.scores) == set(SCORES)
        assert all(0 <= score <= 1 for score in [*one.scores.values(), one.score])


def test_a_weight_of_nothing_leaves_a_score_out() -> None:
    likely = [Likelihood(-1.5, gain) for gain in (0.1, 0.4, 0.0, 0.2)]
    found = ranked(likely=likely, weights=Weights(author=0, fluency=1, novelty=0, variety=0))
    assert [one.score for one in found] == pytest.approx([1] * 4)
    assert [one.score for one in ranked(weights=Weights(author=0, fluency=0, novelty=0, variety=0))] == [0] * 4


def test_one_in_ten_is_taken_at_random_and_says_so() -> None:
    likely = [Likelihood(-1.5, gain) for gain in (0.9, 0.4, 0.0, 0.2)]
    firsts = [ranked(likely=likely, keep=1, seed=seed, explore=0.1)[0] for seed in range(500)]
    shown = [one for one in firsts if one.at_random]
    assert 30 <= len(shown) <= 70
    assert len(set(texts_of(shown))) == 4
    assert set(texts_of([one for one in firsts if not one.at_random])) == {TEXTS[0]}


def test_few_or_no_candidates_are_no_trouble() -> None:
    assert ranked([], likely=[]) == []
    assert len(ranked(TEXTS[:2], keep=4)) == 2


def test_likelihoods_come_in_one_batch_per_character_with_the_end_counted() -> None:
    class Scorer:
        calls = 0

        def log_likelihoods(self, texts: Sequence[str], authors: Sequence[Any]) -> list[float]:
            self.calls += 1
            assert authors == [{"ada": 1.0}, {"bob": 0.5, "ada": 0.5}, None, None]
            return [-4.0, -6.0, -8.0, -7.0]

    scorer = Scorer()
    found = likelihoods(scorer, ["abc", "abcde"], [{"ada": 1.0}, {"bob": 0.5, "ada": 0.5}])
    assert [one.voiced for one in found] == [-1.0, -1.0]
    assert [one.gain for one in found] == pytest.approx([1, 1 / 6])
    assert scorer.calls == 1


def test_posts_that_are_all_alike_still_give_a_measure() -> None:
    assert usual([LIKELY, LIKELY]).voiced == (-1.5, 0.02)
