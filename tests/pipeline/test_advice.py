"""Advice: each rule speaks where its numbers say so, and is silent one step before."""

from dataclasses import replace
from typing import Any

import pytest

from tweetgen.pipeline.advice import Advice, AtTemperature, Facts, advise
from tweetgen.pipeline.profiles import Point

GOOD = AtTemperature(
    temperature=0.8, copied=0.0, told_apart=0.6, kept=0.95, variety=1.0, cut=0.0, longest_run=4
)
#: nothing to complain of
FINE = Facts(
    model="shared", held_out=400, bits=1.8, none=1.9, baseline=2.3, authors=2, posts={"ada": 500, "bob": 300},
    curve=[Point(60.0 * minute, 1e6, 1.8, 1.85 - 0.001 * minute) for minute in range(1, 6)], finished=True,
    seconds=300.0, minutes=5.0, epochs=10.0, passes=9.0, parent="base", real_copied=0.0, written=[GOOD],
    temperature=0.8,
)  # fmt: skip


def curve(*points: tuple[float, float]) -> list[Point]:
    """(in training, held out), a minute apart."""
    return [Point(60.0 * minute, 1e6, *point) for minute, point in enumerate(points, 1)]


def told(**changed: Any) -> Advice:
    return advise(replace(FINE, **changed))


def now(**changed: Any) -> AtTemperature:
    return replace(GOOD, **changed)


def steps(advice: Advice) -> list[str]:
    return [step.what for step in advice.steps]


def grades(advice: Advice) -> dict[str, str]:
    return {check.question: check.grade for check in advice.checks}


def test_a_good_model_is_called_good_and_there_is_only_writing_left() -> None:
    advice = told()
    assert (advice.verdict, advice.headline) == ("good", "Yes, this model is good.")
    assert set(grades(advice).values()) == {"good"}
    assert len(advice.checks) == 5
    assert steps(advice) == ["Write with it"]


def test_without_numbers_nobody_can_tell() -> None:
    advice = advise(Facts(model="bare"))
    assert (advice.verdict, advice.checks) == ("unknown", [])
    assert "Nobody can tell" in advice.headline


# ── checks


@pytest.mark.parametrize(
    ("question", "changed", "expected"),
    [
        ("Has it learnt to write?", {"bits": 2.09}, "good"),
        ("Has it learnt to write?", {"bits": 2.2}, "fair"),
        ("Has it learnt to write?", {"bits": 2.31}, "poor"),
        ("Does it have its authors’ voices?", {"written": [now(kept=0.9)]}, "good"),
        ("Does it have its authors’ voices?", {"written": [now(kept=0.7)]}, "fair"),
        ("Does it have its authors’ voices?", {"written": [now(kept=0.69)]}, "poor"),
        # without a judge
        ("Does it have its authors’ voices?", {"written": [now(kept=None)]}, "good"),
        ("Does it have its authors’ voices?", {"written": [], "none": 1.82}, "fair"),
        ("Does it have its authors’ voices?", {"written": [], "none": 1.81}, "poor"),
        ("Does it say something new?", {"written": [now(copied=0.02)]}, "good"),
        ("Does it say something new?", {"written": [now(copied=0.05)]}, "fair"),
        ("Does it say something new?", {"written": [now(copied=0.05)], "real_copied": 0.03}, "good"),
        ("Does it say something new?", {"written": [now(copied=0.2)]}, "poor"),
        ("Is it as various as its authors?", {"written": [now(variety=0.86)]}, "good"),
        ("Is it as various as its authors?", {"written": [now(variety=1.25)]}, "fair"),
        ("Is it as various as its authors?", {"written": [now(variety=0.5)]}, "poor"),
        ("Could a person have written it?", {"written": [now(told_apart=0.8)]}, "good"),
        ("Could a person have written it?", {"written": [now(told_apart=0.85)]}, "fair"),
        ("Could a person have written it?", {"written": [now(told_apart=0.95)]}, "poor"),
    ],
)
def test_each_question_is_graded_by_its_number(question: str, changed: dict[str, Any], expected: str) -> None:
    advice = told(**changed)
    assert grades(advice)[question] == expected
    assert advice.verdict == expected


def test_the_worst_check_is_the_verdict_and_stands_in_the_headline() -> None:
    advice = told(bits=2.2, written=[now(told_apart=0.97)])
    assert advice.verdict == "poor"
    assert advice.headline.startswith("Not yet. A judge knows its texts from real posts 97%")


def test_a_base_without_authors_has_no_voices_to_be_asked_for() -> None:
    assert "Does it have its authors’ voices?" not in grades(told(authors=0, written=[now(kept=None)]))


# ── rules


@pytest.mark.parametrize(
    ("what", "how", "changed"),
    [
        ("Let its training end", "--resume", {"finished": False}),
        ("Train it on the posts of your authors", "tweetgen train --from shared", {"authors": 0}),
        ("Bring in more posts of bob (149)", "tweetgen import", {"posts": {"ada": 150, "bob": 149}}),
        ("Train with more dropout and weight decay", "--from base --set training.dropout=0.2",
         {"curve": curve((1.9, 1.85), (1.7, 1.84), (1.6, 1.85))}),
        ("Train with more dropout and weight decay", "weight_decay=0.12", {"curve": curve((1.9, 1.9), (1.5, 1.85))}),
        ("Train longer", "--minutes 10", {"passes": 4.0}),
        ("Train longer", "--minutes 10", {"curve": curve((2, 1.9), (2, 1.88), (2, 1.87), (2, 1.86), (2, 1.84))}),
        ("Train longer", "--epochs 20",
         {"seconds": 100.0, "curve": curve((2, 1.9), (2, 1.88), (2, 1.87), (2, 1.86), (2, 1.84))}),
        ("Train longer", "--minutes 10 --epochs 20", {"written": [now(kept=0.8)]}),
        ("Start from the shipped base", "--from base", {"bits": 2.3, "parent": None}),
        ("Let it exaggerate its voices", "guidance: 1.5", {"written": [now(kept=0.8)]}),
        ("Raise the temperature from 0.8 to 1", "temperature: 1}",
         {"written": [now(copied=0.3), now(temperature=1.0, told_apart=0.7), now(temperature=1.2)]}),
        ("Raise the temperature from 0.8 to 1", "temperature: 1}",
         {"written": [now(told_apart=0.7), now(temperature=1.0, told_apart=0.64)]}),
        ("Lower the temperature from 0.8 to 0.5", "temperature: 0.5}",
         {"written": [now(temperature=0.5, told_apart=0.5), now()]}),
        ("Raise the temperature from 0.8 to 1", "temperature: 1}",
         {"written": [now(told_apart=None, variety=0.8), now(temperature=1.0)]}),
        ("Lower the temperature from 0.8 to 0.7", "temperature: 0.7}",
         {"written": [now(temperature=0.5), now(temperature=0.7), now(told_apart=None, variety=1.2)]}),
        ("Let the overlap filter be strict", "overlap: {words: 6}", {"written": [now(copied=0.01)]}),
        ("Let the overlap filter be strict", "overlap: {words: 6}", {"written": [now(longest_run=10)]}),
        ("Filter out what is cut off, or allow longer texts", "complete", {"written": [now(cut=0.06)]}),
        ("Measure on more posts", "tweetgen report shared FILE", {"held_out": 49}),
    ],
)  # fmt: skip
def test_each_rule_orders_its_step(what: str, how: str, changed: dict[str, Any]) -> None:
    (step,) = [step for step in told(**changed).steps if step.what == what]
    assert how in (step.how or "")
    assert step.why


@pytest.mark.parametrize(
    "changed",
    [
        {"posts": {"ada": 150}},
        {"curve": curve((1.9, 1.85), (1.6, 1.84), (1.55, 1.845))},
        {"curve": curve((2, 1.9), (2, 1.88), (2, 1.87), (2, 1.86), (2, 1.845))},
        {"passes": 4.0, "stopped_early": True},
        {"passes": 4.0, "seconds": 100.0},
        {"bits": 2.3, "parent": "base"},
        {"written": [now(kept=0.8)], "guidance": 1.5, "stopped_early": True},
        # better by less than the judge's own chance
        {"written": [now(), now(temperature=1.0, told_apart=0.56)]},
        # harder to tell apart, but the voice would be lost, or posts copied
        {"written": [now(), now(temperature=1.2, told_apart=0.5, kept=0.8)]},
        {"written": [now(temperature=0.5, told_apart=0.5, copied=0.5), now()]},
        {"written": [now(cut=0.05, longest_run=9)]},
        {"held_out": 50},
    ],
)
def test_no_rule_speaks_before_its_time(changed: dict[str, Any]) -> None:
    assert steps(told(**changed)) == ["Write with it"]


def test_whoever_learns_by_heart_is_not_sent_to_learn_longer() -> None:
    by_heart = curve((1.9, 1.9), (1.5, 1.85))
    assert "Train longer" not in steps(told(curve=by_heart, passes=2.0))


def test_base_weights_are_to_be_started_from_and_not_trained_on() -> None:
    assert steps(told(authors=0, posts={}, passes=2.0)) == ["Train it on the posts of your authors"]


def test_the_most_important_comes_first() -> None:
    found = steps(told(finished=False, posts={"ada": 3}, written=[now(kept=0.5, cut=0.5)]))
    assert [step.split()[0] for step in found] == ["Let", "Bring", "Train", "Let", "Filter"]


def test_few_held_out_posts_are_said_to_be_rough() -> None:
    assert "With only 12 held-out posts" in told(held_out=12).headline


def test_many_small_authors_are_counted_and_the_smallest_named() -> None:
    (what,) = steps(told(posts={f"a{count}": count for count in range(1, 9)}))
    assert what == "Bring in more posts of a1 (1), a2 (2), a3 (3) and 5 more"


def test_a_model_with_spaces_in_its_name_is_quoted_in_what_is_to_be_typed() -> None:
    assert "'my model'" in str(told(model="my model").steps[0].how)


def test_it_can_be_told_to_a_program() -> None:
    found = told().to_json()
    assert found.keys() == {"verdict", "headline", "checks", "steps"}
