"""A text told as it is written is the same text, in whole characters, and nothing is ever taken back."""

import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
import regex

from tweetgen.domain import Candidate
from tweetgen.model.ending import settled
from tweetgen.model.model import Model, Order
from tweetgen.model.network import Network
from tweetgen.model.prefix import heal
from tweetgen.model.request import Request, Written
from tweetgen.model.sampler import Sampler
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights
from tweetgen.settings import Tokens, Writing

Invent = Callable[..., Weights]
POSTS = [
    "a rainy day",
    "the rain\r\nin spain",
    "naïve café",
    "👩🏽‍🚀 to the moon 🇩🇪🇫🇷",
    "日本語",
    "e\u0301e\u0301e\u0301",
    "नमस्ते",
]


@pytest.fixture(params=[(300, 2.8), (300, -2.0), (420, 1.0)])
def sampler(invent: Invent, request: Any) -> Sampler:
    size, end = request.param
    weights = invent(learn(POSTS * 3, Tokens(size=size)), end=end, seed=5)
    return Sampler(Network(weights.arrays, weights.architecture, weights.labels), weights.vocabulary)


def mixed(count: int, vocabulary: Any) -> list[Request]:
    dice = random.Random(3)
    voices: list[dict[str, dict[str, float]]] = [{}, {"author": {"Ada": 1.0}}, {"author": {"Bob": 2.0, "Cleo": 1.0}}]
    requests = []
    for seed in range(count):
        writing = Writing(
            temperature=dice.choice([(0.8,), (1.2, 0.4)]),
            top_p=dice.choice([None, 0.9]),
            guidance=dice.choice([1.0, 1.7]),
            max_length=dice.choice([1, 2, 3, 12, 40]),
        )
        beginning = dice.choice(["", "", "th", "日", "👩🏽‍🚀"])
        prefix = heal(vocabulary, beginning if len(beginning) <= writing.max_length else "")
        requests.append(Request(seed, writing, dice.choice(voices), prefix))
    return requests


@pytest.mark.parametrize("threads", [1, 2])
def test_pieces_put_together_are_the_text_bit_for_bit(sampler: Sampler, threads: int) -> None:
    requests = mixed(200, sampler.vocabulary)
    alone = sampler.write(requests, threads=1, score=True)
    pieces: dict[int, list[str]] = defaultdict(list)
    whole: dict[int, Written] = {}

    def heard(place: int, piece: str, done: Written | None) -> None:
        assert place not in whole, "told on after its end"
        pieces[place].append(piece)
        if done is not None:
            whole[place] = done

    assert sampler.write(requests, threads, score=True, heard=heard) == alone
    assert [whole[place] for place in range(200)] == alone
    assert ["".join(pieces[place]) for place in range(200)] == [written.text for written in alone]


def test_every_piece_is_made_of_whole_graphemes_of_the_text(sampler: Sampler) -> None:
    requests = mixed(100, sampler.vocabulary)
    pieces: dict[int, list[str]] = defaultdict(list)
    written = sampler.write(requests, heard=lambda place, piece, _: pieces[place].append(piece))
    for place, each in enumerate(written):
        assert [g for piece in pieces[place] for g in regex.findall(r"\X", piece)] == regex.findall(r"\X", each.text)
        assert all(pieces[place][:-1]), "an empty piece that ends nothing"


def test_texts_grow_side_by_side(sampler: Sampler) -> None:
    writing = Writing(min_length=30, max_length=40)
    order: list[int] = []
    sampler.write([Request(seed, writing) for seed in range(4)], heard=lambda place, *_: order.append(place))
    assert {*order[:8]} == {0, 1, 2, 3}


@pytest.mark.parametrize("threads", [1, 2])
def test_what_the_hearer_raises_breaks_off_the_writing(sampler: Sampler, threads: int) -> None:
    class EnoughError(Exception):
        pass

    told = 0

    def heard(*_: object) -> None:
        nonlocal told
        told += 1
        if told == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        sampler.write(mixed(100, sampler.vocabulary), threads, heard=heard)
    assert told <= 3 + 32  # another thread may be in the middle of its step


def test_a_model_tells_candidates(invent: Invent) -> None:
    model = Model(invent(learn(POSTS * 3, Tokens(size=300)), end=2.0, seed=2), "rainy")
    orders = [Order(seed, {"Ada": 3, "Bob": 1}, "the", Writing(guidance=1.5)) for seed in range(5)]
    whole: dict[int, Candidate] = {}

    def heard(place: int, piece: str, done: Candidate | None) -> None:
        del piece
        if done is not None:
            whole[place] = done

    told = model.write(orders, heard=heard)
    assert told == model.write(orders) == [whole[place] for place in range(5)]


@pytest.mark.parametrize(
    ("text", "before"),
    [("", 0), ("a", 0), ("ab", 1), ("a\r", 1), ("a\r\n", 1), ("e\u0301", 0), ("a👩🏽‍🚀", 1), ("🇩🇪🇫", 2), ("日本", 1)],
)
def test_only_the_last_grapheme_may_still_grow(text: str, before: int) -> None:
    assert settled(text) == before
