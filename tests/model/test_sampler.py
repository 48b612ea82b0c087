"""Texts are written alike alone and in any company, within their limits, in the voice asked for."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tweetgen.model.network import Network
from tweetgen.model.prefix import Prefix, heal
from tweetgen.model.request import Request, Written
from tweetgen.model.sampler import Sampler
from tweetgen.model.scoring import log_likelihoods
from tweetgen.model.truncation import exponentiate
from tweetgen.model.vocabulary import END, learn
from tweetgen.model.weights import Weights
from tweetgen.settings import Tokens, Writing

Invent = Callable[..., Weights]
POSTS = ["a rainy day", "the rain in spain", "tomorrow, and tomorrow", "naïve café", "👩🏽‍🚀 to the moon", "日本語"]


def sampler_of(weights: Weights) -> Sampler:
    return Sampler(Network(weights.arrays, weights.architecture, weights.labels), weights.vocabulary)


@pytest.fixture
def bytewise(invent: Invent) -> Sampler:
    """Subwords and single bytes, most of which would break UTF-8; ends after some twenty tokens."""
    return sampler_of(invent(learn(POSTS, Tokens(size=300)), end=2.8, seed=5))


def mixed(count: int, vocabulary: Any) -> list[Request]:
    """Requests of every kind, so that rows of very different sorts are neighbours."""
    dice = random.Random(3)
    voices = [{}, {"author": {"Ada": 1.0}}, {"author": {"Bob": 2.0, "Cleo": 1.0}}]
    requests = []
    for seed in range(count):
        writing = Writing(
            temperature=dice.choice([(0.8,), (1.0,), (1.2, 0.4, 0.7)]),
            top_k=dice.choice([None, None, 1, 40]),
            top_p=dice.choice([None, None, 0.5, 0.95]),
            min_p=dice.choice([None, None, 0.05]),
            typical_p=dice.choice([None, None, None, 0.7]),
            no_repeat=dice.choice([None, None, None, 2]),
            repetition_penalty=dice.choice([1.0, 1.0, 1.3]),
            guidance=dice.choice([1.0, 1.0, 1.7, 0.0]),
            min_length=dice.choice([0, 1, 12]),
            max_length=dice.choice([20, 60]),
        )
        prefix = heal(vocabulary, dice.choice(["", "", "tomor", "the rain i", "日"]))
        requests.append(Request(seed, writing, dice.choice(voices), prefix))
    return requests


def test_a_text_is_the_same_bit_for_bit_alone_and_in_any_batch(bytewise: Sampler) -> None:
    requests = mixed(1000, bytewise.vocabulary)
    together = bytewise.write(requests, threads=1, score=True)
    assert len({written.text for written in together}) > 500
    for size, threads in ((1, 1), (2, 1), (3, 2), (7, 1), (64, 2), (255, 2), (1000, 2)):
        batches = [requests[start : start + size] for start in range(0, len(requests), size)]
        assert [w for batch in batches for w in bytewise.write(batch, threads, score=True)] == together


def test_the_order_of_requests_does_not_matter(bytewise: Sampler) -> None:
    requests = mixed(100, bytewise.vocabulary)
    shuffled = random.Random(1).sample(range(100), 100)
    straight = bytewise.write(requests)
    assert bytewise.write([requests[place] for place in shuffled]) == [straight[place] for place in shuffled]


@pytest.mark.parametrize("core", [None, "Haswell", "Sandybridge"])
def test_it_is_the_same_at_real_sizes_with_other_kernels(core: str | None) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    done = subprocess.run(
        [sys.executable, "-c", REAL_SIZE],
        env=environment | ({} if core is None else {"OPENBLAS_CORETYPE": core}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "alike", done.stderr


REAL_SIZE = """
import numpy as np
from tweetgen.model.network import Network
from tweetgen.model.request import Request
from tweetgen.model.sampler import Sampler
from tweetgen.model.shapes import expected_shapes
from tweetgen.settings import Architecture, Writing
class Vocabulary:
    token_bytes = (b"", *(chr(1000 + i).encode() for i in range(3996)))
    def decode(self, ids): return b"".join(self.token_bytes[i] for i in ids).decode()
architecture, labels = Architecture(), {"author": tuple("abcdef")}
random = np.random.default_rng(0)
shapes = expected_shapes(architecture, len(Vocabulary.token_bytes), labels)
arrays = {name: random.normal(0, 0.05, shape).astype(np.float32) for name, shape in shapes.items()}
arrays["logits.bias"][0] = 5.5
sampler = Sampler(Network(arrays, architecture, labels), Vocabulary())
ways = [Writing(), Writing(temperature=(1.0,), top_p=0.9), Writing(guidance=1.5, top_k=50, max_length=30)]
requests = [Request(n, ways[n % 3], {"author": {"abcdef"[n % 6]: 1}}) for n in range(90)]
alone = [sampler.write([request], score=True)[0] for request in requests]
for threads in (1, 2, 3):
    for size in (2, 31, 90):
        batches = [requests[start:start + size] for start in range(0, 90, size)]
        assert [w for batch in batches for w in sampler.write(batch, threads, True)] == alone, (threads, size)
print("alike")
"""


def test_nothing_wanted_is_nothing_written(bytewise: Sampler) -> None:
    assert bytewise.write([]) == []


def test_every_text_is_whole_utf8_within_its_lengths(bytewise: Sampler) -> None:
    short = Writing(temperature=(2.0,), min_length=5, max_length=9)
    written = bytewise.write([Request(seed, short) for seed in range(300)])
    assert any(not each.text.isascii() for each in written)
    assert not any("\ufffd" in each.text for each in written)
    assert {len(each.text) for each in written if each.complete} <= set(range(5, 10))
    assert all(len(each.text) <= 9 for each in written)
    assert {each.complete for each in written} == {True, False}


def test_a_text_is_never_cut_inside_a_grapheme(invent: Invent) -> None:
    vocabulary = learn(["👩🏽‍🚀"] * 9, Tokens(level="char"))
    weights = invent(vocabulary, end=-1e4)
    weights.arrays["logits.bias"][1:257] = -1e4  # no single bytes: nothing but the parts of an astronaut
    written = sampler_of(weights).write([Request(seed, Writing(max_length=10)) for seed in range(50)])
    assert any(each.text and len(each.text) < 10 for each in written)
    for each in written:
        assert not each.complete
        assert not each.text.endswith("\u200d")


def write_one(weights: Weights, prefix: Prefix | None = None, **writing: Any) -> Written:
    way = Writing(**({"temperature": (0.01,)} | writing))
    return sampler_of(weights).write([Request(0, way, prefix=prefix or Prefix())], score=True)[0]


def spelling(invent: Invent, letters: Any, word: str) -> Weights:
    """A network that wants to write the word, letter after letter, and then to end."""
    weights = invent(letters, scale=0.0, tied=False, attention="none", layers=1, embedding=27, labels={})
    weights.arrays["embedding"][:] = np.eye(27, dtype=np.float32)
    tokens = [END, *letters.encode(word), END]
    for token, following in pairwise(tokens):
        weights.arrays["readout.kernel"][token, following] = 10
    return weights


def test_a_network_that_spells_a_word_writes_it_and_stops(invent: Invent, letters: Any) -> None:
    assert write_one(spelling(invent, letters, "python")).text == "python"


def test_no_end_before_the_shortest_length(invent: Invent, letters: Any) -> None:
    written = write_one(spelling(invent, letters, "cat"), min_length=5, max_length=8)
    assert written.text.startswith("cat")
    assert 5 <= len(written.text) <= 8


def test_a_text_that_just_fits_is_complete(invent: Invent, letters: Any) -> None:
    weights = spelling(invent, letters, "python")
    assert (write_one(weights, max_length=6).text, write_one(weights, max_length=6).complete) == ("python", True)
    assert (write_one(weights, max_length=5).text, write_one(weights, max_length=5).complete) == ("pytho", False)


def test_repetition_penalty_avoids_letters_used_before(invent: Invent, letters: Any) -> None:
    weights = invent(letters, scale=0.0, tied=False, labels={})
    weights.arrays["readout.bias"][1:6] = [5, 4, 3, 2, 1]
    assert write_one(weights, max_length=5).text == "aaaaa"
    assert write_one(weights, max_length=5, repetition_penalty=100).text == "abcde"


def test_the_prefix_is_read_and_its_last_letter_may_grow() -> None:
    vocabulary = learn(["tomorrow tomorrow tomorrow to to"] * 3, Tokens(size=300))
    prefix = heal(vocabulary, "to tomor")
    begun = b"".join(vocabulary.token_bytes[token] for token in prefix.tokens)
    assert prefix.choices is not None
    assert len(prefix.choices) > 1
    for token in prefix.choices:
        assert (begun + vocabulary.token_bytes[token]).startswith(b"to tomor")


def test_every_text_begins_with_its_prefix(bytewise: Sampler) -> None:
    for text in ("t", "to", "rainy d", "日", "caf", "👩🏽‍🚀", "unheard-of £"):
        prefix = heal(bytewise.vocabulary, text)
        written = bytewise.write([Request(seed, prefix=prefix) for seed in range(20)])
        assert all(each.text.startswith(text) for each in written)
        assert len({each.text for each in written}) > 5


def test_an_empty_prefix_asks_for_nothing(bytewise: Sampler) -> None:
    assert heal(bytewise.vocabulary, "") == Prefix()


def test_a_prefix_as_long_as_the_text_may_be_is_left_as_it_is(invent: Invent, letters: Any) -> None:
    weights = spelling(invent, letters, "python")
    whole = write_one(weights, heal(letters, "python"), max_length=6)
    part = write_one(weights, heal(letters, "pyt"), max_length=3)
    assert (whole.text, whole.complete, part.text, part.complete) == ("python", True, "pyt", False)


def test_temperatures_take_turns(invent: Invent, letters: Any) -> None:
    weights = invent(letters, scale=0.0, tied=False, labels={})
    weights.arrays["readout.bias"][1] = 3
    texts = [each.text for each in sampler_of(weights).write(
        [Request(seed, Writing(temperature=(0.001, 1000), max_length=20, min_length=20)) for seed in range(50)]
    )]  # fmt: skip
    assert all(text[::2] == "a" * 10 for text in texts)
    assert len({letter for text in texts for letter in text[1::2]}) == 26


def test_likelihoods_are_those_of_the_network_whatever_the_way_of_writing(bytewise: Sampler) -> None:
    requests = mixed(60, bytewise.vocabulary)
    written = bytewise.write(requests, score=True)
    plain = bytewise.write(requests)
    assert [each.text for each in plain] == [each.text for each in written]
    assert {each.log_likelihood for each in plain} == {0}
    spelt = {}
    for request, each in zip(requests, written, strict=True):
        if each.complete:
            tokens = bytewise.vocabulary.encode(each.text)
            labels = bytewise.network.label_vectors([request.heard])
            spelt[each.text] = (each.log_likelihood, log_likelihoods(bytewise.network, [tokens], labels)[0])
    alike = [abs(drawn - read) < 1e-3 for drawn, read in spelt.values()]
    assert sum(alike) >= 5  # the others were drawn in other pieces than the vocabulary would choose


def test_guidance_leans_away_from_nobody(invent: Invent, letters: Any) -> None:
    weights = invent(letters, scale=0.0, tied=False, embedding=27, labels={"author": ("Ada",)})
    weights.arrays["label.author"][1, 0] = 1
    weights.arrays["readout.kernel"][-4, 5] = 2  # Ada likes e
    sampler = sampler_of(weights)

    def share(guidance: float, voice: Any) -> float:
        way = Writing(temperature=(1.0,), guidance=guidance, min_length=20, max_length=20)
        texts = sampler.write([Request(seed, way, voice) for seed in range(60)])
        return sum(each.text.count("e") for each in texts) / 1200

    ada = {"author": {"Ada": 1.0}}
    assert share(0, ada) == share(1, {}) == share(3, {}) < 0.08
    assert share(1, ada) == pytest.approx(np.exp(2) / (np.exp(2) + 25), abs=0.05)
    assert share(2, ada) == pytest.approx(np.exp(4) / (np.exp(4) + 25), abs=0.05)


def test_ctrl_c_stops_every_thread(bytewise: Sampler, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def interrupted(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) == 20:
            raise KeyboardInterrupt
        exponentiate(*arguments)

    monkeypatch.setattr("tweetgen.model.tile.exponentiate", interrupted)
    endless = Writing(min_length=100_000, max_length=100_000)
    with pytest.raises(KeyboardInterrupt):
        bytewise.write([replace(each, writing=endless) for each in mixed(40, bytewise.vocabulary)], threads=2)


def test_no_run_of_tokens_comes_twice_where_that_is_asked_for(invent: Invent, letters: Any) -> None:
    sampler = sampler_of(invent(letters))
    writing = Writing(temperature=(0.5,), no_repeat=2, max_length=60)
    for written in sampler.write([Request(seed, writing) for seed in range(100)]):
        pairs = [written.text[place : place + 2] for place in range(len(written.text) - 1)]
        assert len(set(pairs)) == len(pairs)
