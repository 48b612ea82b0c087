"""A report's numbers are those of the measures, at the temperatures promised, beside each other."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tweetgen.errors import InputError
from tweetgen.model.model import Model
from tweetgen.pipeline.evaluate import measure
from tweetgen.pipeline.gather import Gathered
from tweetgen.pipeline.model_report import TEMPERATURES, ModelReport, report_on
from tweetgen.pipeline.profiles import Profile, read
from tweetgen.pipeline.texts import Text
from tweetgen.settings import Writing

WRITING = Writing(max_length=20)
WORDS = ("fog", "gulls", "tea", "rain", "lamp", "ships", "moon")
TEXTS = [Text(author, f"{author} sees {a} and {b}") for author in ("ada", "bob") for a in WORDS for b in WORDS]
AT_HAND = Gathered(TEXTS[::7], [text for place, text in enumerate(TEXTS) if place % 7])


@pytest.fixture
def model(tmp_path: Path, save_model: Callable[..., Path]) -> tuple[Model, Profile]:
    path = save_model(tmp_path / "pair.safetensors", "ada", "bob")
    return Model.load(path), read(path)


def made(
    model: tuple[Model, Profile], writing: Writing = WRITING, at_hand: Gathered = AT_HAND, samples: int = 24
) -> ModelReport:
    return report_on(*model, at_hand, writing, samples=samples, seed=1, quick=samples == 0)


def test_each_temperature_and_the_one_in_use_are_written_at(model: tuple[Model, Profile]) -> None:
    report = made(model, replace(WRITING, temperature=(0.6, 1.0, 0.65)))
    assert [each.temperature for each in report.written] == sorted({*TEMPERATURES, 0.75})
    assert report.temperature == 0.75
    assert report.now is not None
    assert [len(each.samples) for each in report.written] == [24] * 6


def test_samples_at_the_temperature_in_use_are_those_the_model_writes_as_configured(
    model: tuple[Model, Profile],
) -> None:
    report = made(model)
    assert report.now is not None
    first = report.now.samples[0]
    assert first.text == model[0].generate(author="ada", seed=1, max_length=20)[0]
    assert report.evaluation.judged == report.now.judged


def test_the_numbers_are_those_of_evaluate(model: tuple[Model, Profile]) -> None:
    report = made(model)
    assert report.evaluation.likelihoods == measure(model[0], AT_HAND.real)
    total = report.evaluation.baselines
    assert total is not None
    assert report.baselines.keys() == {"ada", "bob"}
    assert min(each.ppm for each in report.baselines.values()) <= total.ppm
    assert total.ppm <= max(each.ppm for each in report.baselines.values())


def test_the_advice_looks_at_the_same_numbers(model: tuple[Model, Profile]) -> None:
    report = made(model)
    # a network of ones knows nothing
    assert report.advice.verdict == "poor"
    assert "bits per character" in report.advice.checks[0].answer
    assert "Bring in more posts of ada (42), bob (42)" in [step.what for step in report.advice.steps]


def test_posts_of_somebody_it_does_not_know_change_nothing_in_the_answer(model: tuple[Model, Profile]) -> None:
    strange = Gathered([*AT_HAND.real, Text("zoe", "something else entirely"), Text("zoe", "0x7f")], AT_HAND.learnt)
    first, second = made(model), made(model, at_hand=strange)
    assert first.advice.checks[0] == second.advice.checks[0]
    assert first.evaluation.baselines != second.evaluation.baselines


def test_nothing_collected_and_nothing_written_leave_their_parts_out(model: tuple[Model, Profile]) -> None:
    report = made(model, at_hand=Gathered([Text("zoe", "fog")], []), samples=0)
    assert (report.baselines, report.evaluation.baselines, report.evaluation.judged) == ({}, None, None)
    assert report.lengths is None
    assert all(each.judged is None for each in report.written)
    assert report.advice.verdict == "unknown"
    json.dumps(report.to_json(), allow_nan=False)


def test_no_post_to_measure_on_is_an_error(model: tuple[Model, Profile]) -> None:
    with pytest.raises(InputError, match="no post"):
        made(model, at_hand=Gathered([], []))


def test_it_tells_a_program_everything(model: tuple[Model, Profile]) -> None:
    told = made(model).to_json()
    json.dumps(told, allow_nan=False)
    assert told.keys() == {
        "model", "posts", "characters", "bits_per_character", "baselines", "attribution", "writing", "authors",
        "advice", "curve", "baselines_by_author", "temperature", "temperatures", "lengths", "judges",
    }  # fmt: skip
