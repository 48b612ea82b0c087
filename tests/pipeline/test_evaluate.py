"""Evaluating: the numbers are those of the definition, worked out here by hand."""

import json
from collections.abc import Sequence
from math import log

import pytest

from tweetgen.domain import Post
from tweetgen.errors import TweetgenError
from tweetgen.measures.baselines import baselines
from tweetgen.pipeline.evaluate import Evaluation, measure, plain_texts, some
from tweetgen.pipeline.samples import Sample, judge_samples
from tweetgen.pipeline.texts import Text

TEXTS = [Text("Ada", "aab"), Text("Bob", "bbbb"), Text("Ada", "b"), Text("Cleo", "a")]
#: nats per character and for the end, as each author and as nobody
COSTS = {"Ada": {"a": 0.5, "b": 2.0, "END": 1.0}, "Bob": {"a": 3.0, "b": 0.25, "END": 0.5}}
NOBODY = {"a": 1.0, "b": 1.0, "END": 1.0}


class Unigrams:
    """A model that knows how likely each character is, and counts what it is asked."""

    def __init__(self, *authors: str) -> None:
        self.authors = authors
        self.asked: list[tuple[str, str | None]] = []

    def log_likelihoods(self, texts: Sequence[str], authors: Sequence[str | None]) -> list[float]:
        self.asked += zip(texts, authors, strict=True)
        return [-cost(text, author) for text, author in zip(texts, authors, strict=True)]


def cost(text: str, author: str | None) -> float:
    table = NOBODY if author is None else COSTS[author]
    return sum(table[sign] for sign in [*text, "END"])


def bits(nats: float, characters: int) -> float:
    return nats / log(2) / characters


def test_bits_per_character_with_every_label() -> None:
    found = measure(Unigrams("Ada", "Bob"), TEXTS)
    ada, bob = found.authors["Ada"].bits_per_character, found.authors["Bob"].bits_per_character
    assert ada.right == pytest.approx(bits((0.5 + 0.5 + 2 + 1) + (2 + 1), 6))
    assert ada.none == pytest.approx(bits(4 + 2, 6))
    assert ada.wrong == pytest.approx(bits((3 + 3 + 0.25 + 0.5) + (0.25 + 0.5), 6))
    assert bob.right == pytest.approx(bits(4 * 0.25 + 0.5, 5))


def test_totals_are_weighted_by_characters_and_the_end_is_one() -> None:
    found = measure(Unigrams("Ada", "Bob"), TEXTS)
    assert (found.total.posts, found.total.characters) == (4, 4 + 5 + 2 + 2)
    assert found.total.bits_per_character.right == pytest.approx(bits(7 + 1.5, 11))
    assert found.total.bits_per_character.none == pytest.approx(bits(13, 13))


def test_an_unknown_author_counts_for_none_alone() -> None:
    found = measure(Unigrams("Ada", "Bob"), TEXTS)
    cleo = found.authors["Cleo"]
    assert (cleo.posts, cleo.characters) == (1, 2)
    assert (cleo.bits_per_character.right, cleo.bits_per_character.wrong) == (None, None)
    assert cleo.bits_per_character.none == pytest.approx(bits(2, 2))
    assert found.unknown == ["Cleo"]


def test_attribution_is_the_share_likeliest_as_their_author() -> None:
    # "b" by Ada is likelier as Bob's; Cleo's post is not asked about
    assert measure(Unigrams("Ada", "Bob"), TEXTS).attribution == pytest.approx(2 / 3)


def test_wrong_is_the_mean_over_all_other_authors() -> None:
    COSTS["Dora"] = {"a": 7.0, "b": 7.0, "END": 7.0}
    try:
        found = measure(Unigrams("Ada", "Bob", "Dora"), [Text("Ada", "a")])
    finally:
        del COSTS["Dora"]
    assert found.total.bits_per_character.wrong == pytest.approx(bits(((3 + 0.5) + 14) / 2, 2))


def test_quick_asks_for_the_own_label_and_none_alone() -> None:
    model = Unigrams("Ada", "Bob")
    found = measure(model, TEXTS, quick=True)
    assert len(model.asked) == 4 + 3
    whole = measure(Unigrams("Ada", "Bob"), TEXTS).total.bits_per_character
    assert found.total.bits_per_character.right == pytest.approx(whole.right)
    assert found.total.bits_per_character.none == pytest.approx(whole.none)
    assert (found.total.bits_per_character.wrong, found.attribution) == (None, None)


def test_each_text_is_asked_once_with_each_label() -> None:
    model = Unigrams("Ada", "Bob")
    steps: list[tuple[int, int]] = []
    measure(model, TEXTS * 2000, progress=lambda done, count: steps.append((done, count)))
    assert len(model.asked) == 8000 * 3
    assert steps[-1] == (24000, 24000)
    assert steps == sorted(steps)


def test_a_model_of_one_author_has_no_wrong_label_and_nothing_to_attribute() -> None:
    found = measure(Unigrams("Ada"), TEXTS)
    assert found.total.bits_per_character.wrong is None
    assert found.attribution is None
    assert found.unknown == ["Bob", "Cleo"]


def test_a_model_without_authors_is_measured_as_nobody() -> None:
    found = measure(Unigrams(), TEXTS)
    assert found.total.bits_per_character.right is None
    assert found.total.bits_per_character.none == pytest.approx(1 / log(2))


def test_no_post_is_an_error_and_not_a_division_by_zero() -> None:
    with pytest.raises(TweetgenError, match="no post"):
        measure(Unigrams("Ada"), [])


def test_some_texts_are_spread_and_always_the_same() -> None:
    texts = [Text("Ada", str(number)) for number in range(10)]
    assert [text.text for text in some(texts, 4)] == ["0", "2", "5", "7"]
    assert some(texts, 4) == some(texts, 4)
    assert some(texts, 99) == some(texts, None) == texts


def test_posts_of_a_file_are_seen_plainly() -> None:
    posts = [
        post("Ada", "@bob one &amp; two https://x.example"),
        post("Ada", "RT @bob: no"),
        post("Bob", " "),
    ]
    assert list(plain_texts(posts)) == [Text("Ada", "one & two")]


def post(author: str, text: str) -> Post:
    return Post(author=author, text=text, id=text, source="test")


def test_json_has_the_documented_shape() -> None:
    found = measure(Unigrams("Ada", "Bob"), TEXTS)
    judged = judge_samples([Sample("Ada", "a b")], [Text("Ada", "a b")], [])
    told = Evaluation("shared", found, baselines(["a b"], ["a"]), judged).to_json()
    assert list(told) == [
        "model", "posts", "characters", "bits_per_character", "baselines", "attribution", "writing", "authors",
    ]  # fmt: skip
    json.dumps(told, allow_nan=False)
    assert told["model"] == "shared"
    assert told["bits_per_character"].keys() == {"right", "none", "wrong"}  # type: ignore[union-attr]
    assert told["writing"]["novelty"]["verbatim"] == 1.0  # type: ignore[call-overload, index]
    authors = told["authors"]
    assert isinstance(authors, dict)
    assert list(authors) == ["Ada", "Bob", "Cleo"]
    assert authors["Ada"].keys() == {"posts", "characters", "bits_per_character"}  # type: ignore[union-attr]
    assert Evaluation("shared", found).to_json()["writing"] is None
