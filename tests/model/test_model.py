"""A model as its users see it."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tweetgen.domain import Candidate
from tweetgen.errors import InputError, UnknownName, WeightsError
from tweetgen.model import model as models
from tweetgen.model import weights as files
from tweetgen.model.model import Model, Order
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights
from tweetgen.settings import Tokens, Writing

POSTS = ["the rain in spain", "stays mainly in the plain", "tomorrow, and tomorrow", "don't stop"] * 5


@pytest.fixture
def weights(invent: Callable[..., Weights]) -> Weights:
    return invent(learn(POSTS, Tokens(size=300)), end=3.0, seed=2)


@pytest.fixture
def model(weights: Weights) -> Model:
    return Model(weights, "rainy")


def test_the_same_seed_writes_the_same_texts(model: Model) -> None:
    texts = model.generate(n=5, author="Ada", seed=7)
    assert texts == model.generate(n=5, author="Ada", seed=7)
    assert texts[3:] == model.generate(n=2, author="Ada", seed=10)
    assert len({*texts, *model.generate(n=5, author="Ada")}) > 5


def test_a_candidate_tells_all_that_is_needed_to_write_it_again(model: Model) -> None:
    for candidate in model.candidates(3, author={"Ada": 3, "Bob": 1}, seed=1, temperature=[1.0, 0.5]):
        assert isinstance(candidate, Candidate)
        assert (candidate.model, candidate.voice) == ("rainy", {"Ada": 0.75, "Bob": 0.25})
        again = model.candidates(1, candidate.voice, seed=candidate.seed, temperature=candidate.temperature)
        assert again == [candidate]


def test_nobody_and_no_guidance_are_nobodys_voice(model: Model) -> None:
    nobody, unguided = model.candidates(1, seed=1)[0], model.candidates(1, author="Ada", seed=1, guidance=0)[0]
    assert nobody.voice == unguided.voice == {}
    assert nobody.text == unguided.text
    assert model.candidates(1, author={}, seed=1)[0] == nobody


def test_one_batch_mixes_authors_ways_and_seeds(model: Model) -> None:
    orders = [
        Order(1, "Ada", "the ", Writing(temperature=(0.5,))),
        Order(2, None, "", Writing(guidance=2)),
        Order(3, {"Bob": 1, "Cleo": 1}, "to", Writing(guidance=2, top_p=0.9)),
    ]
    together = model.write(orders)
    assert together == [model.write([order])[0] for order in orders]
    assert together[0].text.startswith("the ")


def test_likelihoods_come_for_one_text_or_many(model: Model) -> None:
    texts = ["the rain", "", "unheard-of 日本"]
    values = model.log_likelihoods(texts, ["Ada", None, {"Ada": 1, "Bob": 1}])
    assert values[0] == pytest.approx(model.log_likelihood("the rain", "Ada"), rel=1e-5)
    assert values[1] == pytest.approx(model.log_likelihood("", None), rel=1e-5)
    assert all(value < 0 for value in values)
    assert model.log_likelihoods(texts, "Bob") == pytest.approx(model.log_likelihoods(texts, ["Bob"] * 3))
    assert model.log_likelihoods([]) == []


def test_likelihoods_of_all_texts_of_a_language_sum_to_one(invent: Callable[..., Weights], letters: Any) -> None:
    model = Model(invent(letters, end=4.0), "letters")
    short = ["", *letters_of(1), *letters_of(2)]
    mass = sum(math.exp(each) for each in model.log_likelihoods(short, "Ada"))
    assert 0.9 < mass < 1


def letters_of(length: int) -> list[str]:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    return [""] if length == 0 else [rest + letter for rest in letters_of(length - 1) for letter in alphabet]


def test_lone_surrogates_are_read_as_replacement_characters(model: Model) -> None:
    assert model.log_likelihood("a\ud800b") == model.log_likelihood("a\ufffdb")
    assert model.generate(1, prefix="a\udcff")[0].startswith("a\ufffd")


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"author": "ada"}, UnknownName, "unknown author 'ada': did you mean 'Ada'"),
    ({"author": {"Ada": -1}}, InputError, "share of 'Ada': -1"),
    ({"author": {"Ada": math.nan}}, InputError, "share of 'Ada'"),
    ({"author": {"Ada": 0}}, InputError, "all shares are 0"),
    ({"temprature": 1}, UnknownName, "unknown setting 'temprature': did you mean 'temperature'"),
    ({"temperature": 0}, InputError, "temperature: 0 does not fit; give a number from more than 0"),
    ({"temperature": ()}, InputError, "temperature: no number given"),
    ({"temperature": (1, -1)}, InputError, "temperature: -1"),
    ({"temperature": math.nan}, InputError, "temperature: nan"),
    ({"top_k": 0}, InputError, "top_k: 0 does not fit; give a number from 1 to 2,147,483,648"),
    ({"top_p": 1.5}, InputError, "top_p: 1.5"),
    ({"min_p": "x"}, InputError, "min_p: 'x'"),
    ({"repetition_penalty": 0.5}, InputError, "repetition_penalty: 0.5"),
    ({"guidance": -1}, InputError, "guidance: -1"),
    ({"max_length": 0}, InputError, "max_length: 0"),
    ({"min_length": 9, "max_length": 8}, InputError, "min_length: 9 is more than max_length 8"),
    ({"prefix": "abcdef", "max_length": 5}, InputError, "prefix: 6 characters are more than max_length 5"),
    ({"seed": -1}, InputError, "seed: -1"),
]


@pytest.mark.parametrize(("arguments", "kind", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_what_cannot_be_written_is_refused(
    arguments: dict[str, Any], kind: type[Exception], message: str, model: Model
) -> None:
    with pytest.raises(kind) as caught:
        model.generate(**arguments)
    assert message in str(caught.value)


def test_extreme_numbers_still_write(model: Model) -> None:
    for numbers in (
        {"temperature": 1e-6}, {"temperature": 1e-300}, {"temperature": 1000}, {"top_p": 1e-9}, {"top_k": 1},
        {"guidance": 1000}, {"repetition_penalty": 1000}, {"min_p": 0.999}, {"max_length": 1},
        {"min_length": 280, "max_length": 280}, {"seed": 2**64 - 1},
    ):  # fmt: skip
        assert isinstance(model.generate(1, "Ada", **numbers)[0], str)


def test_it_loads_by_path_and_by_name(weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weights").mkdir()
    files.save(weights, tmp_path / "weights" / "rainy.safetensors")
    monkeypatch.chdir(tmp_path)
    for loaded in (Model.load("rainy"), Model.load(tmp_path / "weights" / "rainy.safetensors")):
        assert (loaded.name, loaded.authors) == ("rainy", ("Ada", "Bob", "Cleo"))
        assert loaded.generate(2, "Ada", seed=1) == Model.load("rainy").generate(2, "Ada", seed=1)
    with pytest.raises(UnknownName, match="rainy"):
        Model.load("rain")
    (tmp_path / "weights" / "bad.safetensors").write_bytes(b"x")
    with pytest.raises(WeightsError):
        Model.load("bad")


def test_without_a_name_the_shipped_base_is_loaded(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.save(weights, tmp_path / "base.safetensors")
    files.save(weights, tmp_path / "another.safetensors")
    monkeypatch.setattr(models, "_shipped_folder", lambda: tmp_path)
    assert Model.load().name == "base"


def test_continuations_are_whole_words_with_probabilities(invent: Callable[..., Weights]) -> None:
    for level in ("subword", "char", "word"):
        model = Model(invent(learn(POSTS, Tokens(level=level, size=300)), seed=4), level)
        for text in ("", "the ra", "the rain", "the rain ", "don't", "日"):
            found = model.continuations(text, "Ada", 9)
            assert 5 <= len(found) <= 9
            assert [each.probability for each in found] == sorted((e.probability for e in found), reverse=True)
            assert sum(each.probability for each in found) <= 1.0001
            assert len({each.text for each in found}) == len(found)
            assert all(len(each.text.split()) <= 1 for each in found)


def test_continuations_add_up_the_spellings_of_a_word(invent: Callable[..., Weights], letters: Any) -> None:
    """After "a" this network writes "bc" or "d", as likely as each other, and then ends."""
    weights = invent(letters, scale=0.0, tied=False, attention="none", layers=1, embedding=27, labels={})
    weights.arrays["embedding"][:] = np.eye(27, dtype=np.float32)
    for before, after in (("a", "b"), ("a", "d"), ("b", "c")):
        weights.arrays["readout.kernel"][letters.encode(before)[0], letters.encode(after)[0]] = 12
    for last in "cd":
        weights.arrays["readout.kernel"][letters.encode(last)[0], 0] = 12
    found = Model(weights, "letters").continuations("a", n=3)
    assert {each.text for each in found[:2]} == {"bc", "d"}
    assert [each.probability for each in found[:2]] == pytest.approx([0.5, 0.5], abs=0.01)
