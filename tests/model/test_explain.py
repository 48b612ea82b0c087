"""An explanation adds up: to the likelihoods that scoring gives, to what attention read, to the text itself."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tweetgen.errors import UnknownName
from tweetgen.model import explain as module
from tweetgen.model.explain import Explanation, explain
from tweetgen.model.model import Model
from tweetgen.model.network import Network
from tweetgen.model.scoring import log_likelihoods
from tweetgen.model.vocabulary import Vocabulary
from tweetgen.model.vocabulary.char import Char
from tweetgen.model.vocabulary.subword import Subword
from tweetgen.model.vocabulary.word import Word
from tweetgen.model.weights import Weights
from tweetgen.settings import Tokens

Invent = Callable[..., Weights]
TEXTS = [
    "",
    "fog",
    "fog again, and again fog",
    "naïve café 🙂🙂",
    "👩‍👩‍👧 at sea 🇫🇷",
    "שלום\r\n\x00 נאיבי",
    "e\u0301" * 9,
]


@pytest.fixture(params=["subword", "char", "word"])
def model(request: pytest.FixtureRequest, invent: Invent) -> Model:
    levels: dict[str, type[Vocabulary]] = {"subword": Subword, "char": Char, "word": Word}
    vocabulary = levels[request.param].learn(["fog again and again fog"] * 9, Tokens(size=280))
    return Model(invent(vocabulary, scale=0.5), "tried")


def network_of(weights: Weights) -> Network:
    return Network(weights.arrays, weights.architecture, weights.labels)


@pytest.mark.parametrize("text", TEXTS)
def test_steps_add_up_to_the_likelihood_of_the_text(model: Model, text: str) -> None:
    for voice in (None, "Bob", {"Ada": 3.0, "Cleo": 1.0}):
        explained = model.explain(text, voice)
        assert explained.log_likelihood == pytest.approx(model.log_likelihood(text, voice), rel=1e-5)
        bits = -explained.log_likelihood / np.log(2) / (len(text) + 1)
        assert explained.bits_per_character == pytest.approx(bits)
    assert sum(explained.nobody) == pytest.approx(model.log_likelihood(text), rel=1e-5)
    for hand in explained.hands:
        assert hand.log_likelihood == pytest.approx(model.log_likelihood(text, hand.author), rel=1e-5)
        assert hand.gain * np.log(2) == pytest.approx(hand.log_likelihood - sum(explained.nobody), abs=1e-4)
    assert [hand.author for hand in explained.hands] == ["Ada", "Bob", "Cleo"]


def test_every_step_is_the_network_own_probability(invent: Invent, letters: Any) -> None:
    network = network_of(invent(letters, scale=0.5))
    text, voice = "thequickbrownfox", {"Ada": 1.0}
    logits = network.logits(np.array([[0, *letters.encode(text)]]), network.label_vectors([{"author": voice}]))[0]
    probabilities = np.exp(logits.astype(np.float64))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    explained = explain(network, letters, text, voice, alternatives=5)
    assert "".join(thought.text for thought in explained.thoughts) == text
    for place, (thought, token) in enumerate(zip(explained.thoughts, [*letters.encode(text), 0], strict=True)):
        assert thought.log_likelihood == pytest.approx(np.log(probabilities[place, token]), rel=1e-4)
        order = np.argsort(-probabilities[place])
        assert order[thought.rank - 1] == token
        spelt = [letters.token_bytes[each].decode() for each in order[:5]]
        assert [each.text for each in thought.alternatives] == spelt
        expected = probabilities[place, order[:5]]
        np.testing.assert_allclose([each.probability for each in thought.alternatives], expected, rtol=1e-4)
        assert [each.chosen for each in thought.alternatives] == [each == token for each in order[:5]]


def test_attention_is_the_average_that_the_network_reads(invent: Invent, letters: Any) -> None:
    network = network_of(invent(letters, scale=0.5))
    tokens = letters.encode("wherediditlook")
    known = network.known(np.array([[0, *tokens]]), network.label_vectors([{}]))[:, 0]
    read, averages = np.split(known, [network.features], axis=1)
    explained = explain(network, letters, "wherediditlook", {})
    for thought in range(len(explained.thoughts)):
        shares = explained.attention(thought)
        assert len(shares) == thought + 1
        assert sum(shares) == pytest.approx(1)
        np.testing.assert_allclose(np.array(shares) @ read[: thought + 1], averages[thought], rtol=1e-4, atol=1e-6)
    assert explained.thoughts[-1].weight == 0


def test_without_attention_there_is_nowhere_it_looked(invent: Invent, letters: Any) -> None:
    explained = explain(network_of(invent(letters, attention="none")), letters, "fog", {})
    assert [explained.attention(thought) for thought in range(4)] == [[], [], [], []]
    assert explained.start_weight == 0


@pytest.mark.parametrize("text", TEXTS)
def test_steps_are_whole_characters_and_tell_where_they_stand(model: Model, text: str) -> None:
    thoughts = model.explain(text).thoughts
    assert "".join(thought.text for thought in thoughts) == text
    assert all(thought.text == text[thought.start : thought.end] for thought in thoughts)
    assert sum(thought.tokens for thought in thoughts) == len(model.vocabulary.encode(text)) + 1
    assert (thoughts[-1].text, thoughts[-1].tokens) == ("", 1)
    assert all(thought.text[:1] not in ("\u200d", "\u0301", "\n") for thought in thoughts)  # no character is cut


def test_a_part_of_a_character_is_no_text_to_choose(invent: Invent) -> None:
    model = Model(invent(Char.learn(["fog"] * 9, Tokens()), scale=0.1), "tried")
    told = model.explain("fog", alternatives=1000).thoughts[0].alternatives
    assert len(told) == model.vocabulary.size
    assert sum(each.probability for each in told) == pytest.approx(1, rel=1e-5)
    parts = [each for each in told if not each.whole]
    assert {each.text for each in parts} == {"\ufffd"}
    assert [each.whole for each in told if not each.text] == [True]  # the end


def test_lone_surrogates_and_no_alternatives_are_fine(model: Model) -> None:
    explained = model.explain("fog \ud83d", alternatives=0)
    assert explained.text == "fog \ufffd"
    assert {thought.alternatives for thought in explained.thoughts} == {()}


def test_authors_share_what_is_likely(model: Model) -> None:
    hands = model.explain("fog again").hands
    odds = np.exp([hand.log_likelihood for hand in hands])
    np.testing.assert_allclose([hand.probability for hand in hands], odds / odds.sum(), rtol=1e-6)


def test_of_many_authors_the_wanted_and_the_likeliest_are_compared(
    invent: Invent, letters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = tuple(f"author {number:02}" for number in range(100))
    network = network_of(invent(letters, labels={"author": names}, scale=0.5))
    tokens = letters.encode("manywritealike")
    labels = network.label_vectors([{"author": {name: 1.0}} for name in names])
    likeliest = np.argsort(-log_likelihoods(network, [tokens] * 100, labels))[:6]

    def compared() -> list[str]:
        found: Explanation = explain(network, letters, "manywritealike", {names[3]: 1.0}, [names[99]])
        assert found.known_authors == 100
        return [hand.author for hand in found.hands]

    assert {names[place] for place in likeliest} | {names[3], names[99]} <= set(compared())
    assert len(compared()) <= 10
    assert compared() == sorted(compared())
    monkeypatch.setattr(module, "_FIRST_LOOK", 1)  # however long the text, the work is bounded
    assert {names[3], names[99]} <= set(compared())


def test_batches_change_nothing(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = model.explain("fog again, and again")
    monkeypatch.setattr(module, "_TOKENS_AT_ONCE", 8)
    monkeypatch.setattr(module, "_LOGITS_AT_ONCE", 3)
    small = model.explain("fog again, and again")
    for one, other in zip(whole.hands, small.hands, strict=True):
        np.testing.assert_allclose(one.log_likelihoods, other.log_likelihoods, rtol=1e-4)
    ranks = [[thought.rank for thought in each.thoughts] for each in (whole, small)]
    assert ranks[0] == ranks[1]


def test_an_unknown_author_is_answered_with_near_names(invent: Invent, letters: Any) -> None:
    model = Model(invent(letters), "tried")
    for voice, authors in (("ada", ()), (None, ["ada"])):
        with pytest.raises(UnknownName, match="did you mean 'Ada'"):
            model.explain("fog", voice, authors)
    unlabelled = Model(invent(letters, labels={}), "tried")
    assert unlabelled.explain("fog").hands == ()
    with pytest.raises(UnknownName):
        unlabelled.explain("fog", authors=["Ada"])
