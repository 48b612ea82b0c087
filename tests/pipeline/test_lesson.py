"""From texts and a parent to what a network learns on and starts from."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tweetgen.errors import InputError
from tweetgen.model import vocabulary as vocabularies
from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import Vocabulary, grow, learn
from tweetgen.model.weights import Weights
from tweetgen.pipeline import lesson
from tweetgen.pipeline.lesson import inherited, prepare
from tweetgen.pipeline.texts import Sided, Text
from tweetgen.pipeline.workspace import Workspace
from tweetgen.settings import Architecture, Recipe, Tokens, Training
from tweetgen.training.token_map import TokenMap

SMALL = Architecture(layers=1, cells=5, embedding=6, label_size=4)
RECIPE = Recipe(tokens=Tokens(level="char"), network=SMALL, training=Training(seed=3))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "training", "shared") as opened:
        yield opened


def sided(*posts: tuple[str, str], held_out: bool = False, first: bool = True) -> list[Sided]:
    return [Sided(Text(author, text), held_out, first) for author, text in posts]


def texts(found: TokenMap, vocabulary: Vocabulary) -> list[str]:
    return [vocabulary.decode(found.tokens[start:end].tolist()) for start, end in pairwise(found.offsets)]


def parent(*, base: bool = False, authors: tuple[str, ...] = ("Cleo", "Ada"), tied: bool = True) -> Weights:
    architecture = Architecture(layers=2, cells=5, embedding=6, label_size=4, tied=tied)
    vocabulary = learn(["fog and gulls"] * 9, Tokens(level="char"))
    labels = {"author": authors}
    random = np.random.default_rng(1)
    shapes = expected_shapes(architecture, vocabulary.size, labels)
    arrays = {name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}
    return Weights(arrays, architecture, vocabulary, labels, origin={"base": base})


def test_each_side_goes_to_its_own_map_and_each_cluster_once(workspace: Workspace) -> None:
    posts = [
        *sided(("Bob", "spoons"), ("Ada", "fog"), ("Bob", "ladles")),
        *sided(("Ada", "gulls"), ("Ada", "tide"), held_out=True),
        *sided(("Bob", "fog!"), first=False),
        *sided(("Cleo", "turnips")),
        *sided(("Ada", "gulls!"), held_out=True, first=False),
    ]
    lesson = prepare(posts, RECIPE, None, workspace)
    learnt, held_out = TokenMap.open(workspace.corpus), TokenMap.open(workspace.held_out)
    assert texts(learnt, lesson.vocabulary) == ["spoons", "fog", "ladles", "turnips"]
    assert texts(held_out, lesson.vocabulary) == ["gulls", "tide"]
    assert lesson.labels == {"author": ("Ada", "Bob", "Cleo")}
    assert learnt.labels[:, 0].tolist() == [2, 1, 2, 3]
    assert held_out.labels[:, 0].tolist() == [1, 1]
    assert lesson.held_out == [Text("Ada", "gulls"), Text("Ada", "tide")]
    assert lesson.unmeasured == ("Bob", "Cleo")
    assert lesson.origin["authors"] == {"Bob": 2, "Ada": 1, "Cleo": 1}
    assert lesson.architecture == SMALL


def test_a_held_out_author_nobody_learns_from_is_read_as_nobody(workspace: Workspace) -> None:
    prepare([*sided(("Ada", "fog")), *sided(("Bob", "spoons"), held_out=True)], RECIPE, None, workspace)
    assert TokenMap.open(workspace.held_out).labels.tolist() == [[0]]


def test_there_must_be_something_to_learn_from(workspace: Workspace) -> None:
    for posts in ([], sided(("Ada", "fog"), held_out=True)):
        with pytest.raises(InputError, match="no post that may be learnt from; bring in more: tweetgen import FILE"):
            prepare(posts, RECIPE, None, workspace)


def test_a_parent_gives_its_shape_its_vocabulary_and_the_places_of_its_authors(workspace: Workspace) -> None:
    before = parent()
    lesson = prepare(sided(("Bob", "жук " * 9), ("Ada", "fog")), RECIPE, before, workspace)
    assert lesson.architecture == before.architecture
    assert lesson.labels == {"author": ("Cleo", "Ada", "Bob")}
    assert TokenMap.open(workspace.corpus).labels[:, 0].tolist() == [3, 2]
    size = before.vocabulary.size
    assert lesson.vocabulary.token_bytes[:size] == before.vocabulary.token_bytes
    assert {token.decode() for token in lesson.vocabulary.token_bytes[size:]} == set("жук")
    shapes = expected_shapes(lesson.architecture, lesson.vocabulary.size, lesson.labels)
    assert {name: array.shape for name, array in lesson.initial.items()} == shapes
    np.testing.assert_array_equal(lesson.initial["label.author"][:3], before.arrays["label.author"])


def test_base_weights_give_all_but_their_authors(workspace: Workspace) -> None:
    for before in (parent(base=True), parent(base=True, authors=())):
        lesson = prepare(sided(("Ada", "fog")), RECIPE, before, workspace)
        assert lesson.labels == {"author": ("Ada",)}
        np.testing.assert_array_equal(lesson.initial["label.author"][0], before.arrays["label.author"][0])
        np.testing.assert_array_equal(lesson.initial["rnn.1.kernel"], before.arrays["rnn.1.kernel"])


@pytest.mark.parametrize("tied", [True, False])
def test_what_the_parent_knew_it_still_knows(tied: bool) -> None:
    """Old rows stay; a new author begins near nobody, each apart; a new character as an average one."""
    before = parent(tied=tied)
    vocabulary = grow(before.vocabulary, ["жук " * 9])
    labels = {"author": ("Cleo", "Ada", "Bob", "Dan")}
    arrays = inherited(before, vocabulary, labels, seed=0)
    size = before.vocabulary.size
    rows = arrays["label.author"]
    np.testing.assert_array_equal(rows[:3], before.arrays["label.author"])
    assert not np.allclose(rows[3], rows[4])
    assert np.abs(rows[3:] - rows[0]).max() < 5 * before.arrays["label.author"].std()
    np.testing.assert_array_equal(arrays["embedding"][:size], before.arrays["embedding"])
    np.testing.assert_allclose(arrays["embedding"][size:].mean(0), before.arrays["embedding"].mean(0), atol=1e-6)
    if not tied:
        np.testing.assert_array_equal(arrays["readout.kernel"][:, :size], before.arrays["readout.kernel"])
        assert arrays["readout.bias"].shape == (vocabulary.size,)
    assert all(array.dtype == np.float32 for array in arrays.values())
    again = inherited(before, vocabulary, labels, seed=0)
    np.testing.assert_array_equal(again["label.author"], rows)


def test_authors_that_are_not_asked_for_are_left_out() -> None:
    before = parent()
    arrays = inherited(before, before.vocabulary, {"author": ("Ada",)}, seed=0)
    np.testing.assert_array_equal(arrays["label.author"], before.arrays["label.author"][[0, 2]])


def test_of_a_large_corpus_some_posts_teach_the_subwords_and_all_the_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson, "VOCABULARY_POSTS", 10)
    asked: list[list[str]] = []
    learn = vocabularies.learn

    def listening(texts: Iterable[str], tokens: Tokens) -> Vocabulary:
        asked.append(list(texts))
        return learn(asked[-1], tokens)

    monkeypatch.setattr(vocabularies, "learn", listening)
    posts = [Sided(Text("ada", f"fog {number} again"), held_out=number % 5 == 0) for number in range(50)]
    recipes = [replace(RECIPE, tokens=tokens) for tokens in (Tokens(size=300), Tokens(level="char"))]
    for number, recipe in enumerate(recipes):
        with Workspace(tmp_path / str(number), "m") as workspace:
            prepare(posts, recipe, None, workspace)
    some, every = asked
    assert (len(some), len(every)) == (10, 40)
    assert set(some) < set(every)
    assert every.index(some[-1]) > 30, "spread over the whole corpus"
