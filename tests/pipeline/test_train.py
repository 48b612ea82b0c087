"""From the store to a weights file, whatever happens on the way."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from tweetgen.domain import Kind, Post
from tweetgen.errors import Busy, InputError, UnknownName, WeightsError
from tweetgen.model import weights
from tweetgen.model.model import Model
from tweetgen.model.weights import Weights
from tweetgen.pipeline.assess import digest
from tweetgen.pipeline.lesson import Lesson
from tweetgen.pipeline.texts import Cleanings, held_out_texts
from tweetgen.pipeline.train import Interrupted, Listener, Plan, Unwritten, resume, train
from tweetgen.pipeline.workspace import Workspace
from tweetgen.settings import Architecture, Cleaning, Recipe, Tokens, Training
from tweetgen.store import Store
from tweetgen.training.token_map import TokenMap

AUTHORS = ("ada", "bob", "cleo")
SMALL = Recipe(
    tokens=Tokens(size=300),
    network=Architecture(layers=1, cells=8, embedding=8, label_size=3),
    training=Training(minutes=None, epochs=1, batch=4, sequence=16, seed=1),
)
Planned = Callable[..., Plan]
Invent = Callable[..., list[Post]]
pytestmark = pytest.mark.usefixtures("quickly")


@pytest.fixture(scope="module")
def store(posts: Invent, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Forty posts each of three authors, three of a fourth, and what nobody may learn from."""
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'posts.db'}") as opened:
        for author in AUTHORS:
            opened.add_page("test", posts(author, 40), None)
        opened.add_page("test", posts("dora", 3), None)
        silent = [replace(post, trainable=False) for post in posts("eve", 20)]
        opened.add_page("test", silent, None)
        yield opened


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    """A plan for a model in a folder of its own."""

    def plan(name: str = "shared", recipe: Recipe = SMALL, **changes: Any) -> Plan:
        target = tmp_path / "weights" / f"{name}.safetensors"
        return Plan(target, tmp_path / "training" / name, recipe, Cleanings(), **changes)

    return plan


class Pair(NamedTuple):
    model: Model
    path: Path
    lesson: Lesson
    told: list[str]


class Hearing(Listener):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.lesson: Lesson | None = None
        self.told: list[str] = []

    def prepared(self, lesson: Lesson) -> None:
        self.lesson = lesson

    def better(self, model: Model, progress: object) -> None:
        self.told.append("better")

    def reporting(self) -> None:
        self.told.append("reporting")


@pytest.fixture(scope="module")
def pair(store: Store, quickly: None, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A model of Ada and Bob, from scratch."""
    folder, hearing = tmp_path_factory.mktemp("pair"), Hearing()
    plan = Plan(folder / "pair.safetensors", folder / "training", SMALL, Cleanings(), authors=["bob", "ada"])
    model = train(store, plan, hearing)
    assert hearing.lesson is not None
    return Pair(model, plan.target, hearing.lesson, hearing.told)


def test_those_chosen_are_learnt_and_nobody_else(store: Store, pair: Pair) -> None:
    assert pair.model.authors == ("ada", "bob")
    assert pair.model.name == "pair"
    assert all(text.author in ("ada", "bob") for text in pair.lesson.held_out)
    (text,) = pair.model.generate(1, "bob", seed=1)
    assert text
    assert pair.told[0] == "better"
    assert pair.told[-1] == "reporting"


def test_the_file_says_where_it_is_from_and_how_good_it_is(store: Store, pair: Pair) -> None:
    found = weights.load(pair.path)
    counts = {author: 40 - sum(text.author == author for text in pair.lesson.held_out) for author in ("ada", "bob")}
    assert found.origin["authors"] == counts
    assert found.origin["cleaning"] == vars(Cleaning())
    assert found.origin["training"] == vars(SMALL.training)
    assert found.origin["parent"] is None
    assert found.origin["base"] is False
    assert str(found.origin["date"]).endswith("+00:00")
    assert found.origin["version"]
    report: Any = found.report
    assert report["finished"] is True
    assert report["posts"] == len(pair.lesson.held_out)
    assert set(report["authors"]) == {"ada", "bob"}
    assert 0 < report["bits_per_character"]["right"] < 9
    assert report["characters"] > 0
    assert len(report["curve"]) >= 1
    assert report["authors"]["ada"]["bits_per_character"]["wrong"] > 0
    assert report["held_out"] == digest(pair.lesson.held_out)
    assert report["authors"]["bob"]["held_out"] == digest(t for t in pair.lesson.held_out if t.author == "bob")
    assert report["novelty"]["samples"] > 0
    assert "longest_run_text" not in report["novelty"]
    nats = sum(pair.model.log_likelihood(text.text, text.author) for text in pair.lesson.held_out)
    characters = sum(len(text.text) + 1 for text in pair.lesson.held_out)
    # in the file as halves, measured as floats
    assert report["bits_per_character"]["right"] == pytest.approx(-nats / np.log(2) / characters, rel=1e-5)
    assert Model.load(pair.path).log_likelihood("fog", "ada") == pytest.approx(
        pair.model.log_likelihood("fog", "ada"), rel=1e-2
    )


def test_what_is_held_out_is_never_learnt(store: Store, planned: Planned) -> None:
    plan = planned()
    learnt: set[str] = set()

    class Looking(Listener):
        def prepared(self, lesson: Lesson) -> None:
            found = TokenMap.open(plan.workspace / "corpus")
            for start, end in zip(found.offsets, found.offsets[1:], strict=False):
                learnt.add(lesson.vocabulary.decode(found.tokens[start:end].tolist()))
            raise InputError("this", "is enough", "stop")

    with pytest.raises(InputError, match="enough"):
        train(store, plan, Looking())
    held_out = {text.text for text in held_out_texts(store, Cleanings())}
    everything = {post.post.text for post in store.posts() if post.post.trainable}
    assert held_out
    assert learnt == everything - held_out


def test_an_unknown_author_is_answered_with_the_nearest(store: Store, planned: Planned) -> None:
    with pytest.raises(UnknownName, match="unknown author 'cloe': did you mean 'cleo'"):
        train(store, planned(authors=["ada", "cloe"]))


def test_there_must_be_something_to_learn_from(store: Store, planned: Planned, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to learn from"):
        train(store, planned(authors=["eve"]))
    with Store.open(f"sqlite:///{tmp_path / 'empty.db'}") as empty:
        with pytest.raises(InputError, match="nothing to learn from"):
            train(empty, planned())
        links = [Post(author="ada", text=f"https://fog.example/{n}", id=str(n), source="test") for n in range(9)]
        empty.add_page("test", links, None)
        with pytest.raises(InputError, match="nothing to learn from"):
            train(empty, planned())
    assert not planned().target.exists()


def test_a_training_without_an_end_is_refused(store: Store, planned: Planned) -> None:
    endless = replace(SMALL, training=replace(SMALL.training, epochs=None))
    with pytest.raises(InputError, match="neither minutes nor epochs, so it would never end; set one"):
        train(store, planned(recipe=endless))


def test_an_author_of_three_posts_is_learnt_and_told_to_be_unmeasured(store: Store, planned: Planned) -> None:
    hearing = Hearing()
    model = train(store, planned(authors=["dora"]), hearing)
    assert hearing.lesson is not None
    assert hearing.lesson.unmeasured == ("dora",)
    assert model.authors == ("dora",)
    assert "bits_per_character" not in model.report
    assert all(np.isfinite(array).all() for array in weights.load(planned().target).arrays.values())


def test_new_authors_join_a_model_and_the_old_ones_keep_their_places(
    store: Store, planned: Planned, pair: Pair
) -> None:
    hearing = Hearing()
    model = train(store, planned("trio", authors=["cleo"], parent=pair.path), hearing)
    assert model.authors == ("ada", "bob", "cleo")
    assert model.origin["parent"] == "pair"
    assert set(model.origin["authors"]) == {"ada", "bob", "cleo"}  # type: ignore[arg-type]
    assert hearing.lesson is not None
    before = weights.load(pair.path)
    np.testing.assert_array_equal(hearing.lesson.initial["label.author"][:3], before.arrays["label.author"])
    assert {text.author for text in hearing.lesson.held_out} == {"ada", "bob", "cleo"}


def test_several_labels_are_learnt_beside_the_author(store: Store, planned: Planned, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'kinds.db'}") as mixed:
        posts = [stored.post for stored in store.posts(["ada"])]
        kinds = [Kind.REPLY if place % 3 else Kind.ORIGINAL for place in range(len(posts))]
        mixed.add_page("t", [replace(post, kind=kind) for post, kind in zip(posts, kinds, strict=True)], None)
        model = train(mixed, planned("kinds", replace(SMALL, labels=("kind", "mood", "author"))))
    assert model.labels == {"author": ("ada",), "kind": ("original", "reply"), "mood": ()}
    assert all(model.generate(1, "ada", seed=1, labels={"kind": kind}) for kind in ("reply", "original"))
    with pytest.raises(UnknownName, match="unknown kind 'repyl': did you mean 'reply'"):
        model.generate(1, "ada", labels={"kind": "repyl"})
    with pytest.raises(UnknownName, match="unknown label 'author'"):
        model.generate(1, "ada", labels={"author": "ada"})


def test_a_label_that_the_parent_knew_nothing_of_changes_nothing_before_it_is_learnt(
    store: Store, planned: Planned, pair: Pair
) -> None:
    hearing = Hearing()
    train(store, planned("labelled", replace(SMALL, labels=("length",)), authors=["ada"], parent=pair.path), hearing)
    assert hearing.lesson is not None
    lesson = hearing.lesson
    assert list(lesson.labels) == ["author", "length"]
    before = weights.load(pair.path)
    grown = Weights(dict(lesson.initial), lesson.architecture, lesson.vocabulary, lesson.labels, {}, {})
    size = lesson.architecture.label_size
    for kernel in ("rnn.0.kernel", "readout.kernel"):
        assert len(grown.arrays[kernel]) == len(before.arrays[kernel]) + size
        assert not grown.arrays[kernel][-size:].any()
    # and what was learnt stays known to whoever goes on from it without naming the label
    again = Hearing()
    train(store, planned("labelled", parent=planned("labelled").target), again)
    assert again.lesson is not None
    assert list(again.lesson.labels) == ["author", "length"]


def quick(recipe: Recipe) -> Recipe:
    return replace(recipe, training=replace(recipe.training, thaw="only"))


def test_quickly_a_new_author_is_learnt_and_nothing_else_changes(store: Store, planned: Planned, pair: Pair) -> None:
    train(store, planned("trio", quick(SMALL), authors=["cleo"], parent=pair.path))
    before, after = weights.load(pair.path).arrays, weights.load(planned("trio").target).arrays
    rows = len(before["embedding"])  # the new author may have characters that the others had not
    for name, array in after.items():
        same = {"label.author": array[:3], "embedding": array[:rows], "logits.bias": array[:rows]}.get(name, array)
        np.testing.assert_array_equal(same, before[name], err_msg=name)
    assert np.abs(after["label.author"][3] - after["label.author"][0]).max() > 0.1


def test_quickly_there_must_be_somebody_new(store: Store, planned: Planned, pair: Pair) -> None:
    with pytest.raises(InputError, match="knows all of these authors already"):
        train(store, planned("pair", quick(SMALL), authors=["ada"], parent=pair.path))
    with pytest.raises(InputError, match="a whole network that has learnt nothing yet"):
        train(store, planned("new", quick(SMALL), authors=["ada"]))


def test_a_model_can_go_on_from_itself(store: Store, planned: Planned, pair: Pair) -> None:
    plan = planned("pair", authors=["ada"], parent=planned("pair").target)
    plan.target.parent.mkdir()
    plan.target.write_bytes(pair.path.read_bytes())
    assert train(store, plan).authors == ("ada", "bob")
    origin: Any = weights.load(plan.target).origin
    assert origin["parent"] == "pair"
    assert origin["parent_was"]["digest"] == sha256(pair.path.read_bytes()).hexdigest()
    assert origin["parent_was"]["report"]["bits_per_character"] == pair.model.report["bits_per_character"]
    assert origin["parent_was"]["origin"]["authors"] == pair.model.origin["authors"]


def test_base_weights_carry_no_names_and_pass_none_on(store: Store, planned: Planned) -> None:
    base = train(store, planned("base", authors=["ada", "bob"], base=True))
    assert base.authors == ()
    found = weights.load(planned("base").target)
    assert "ada" not in str(found.origin) + str(found.report)
    assert found.arrays["label.author"].shape == (1, 3)
    assert found.report["bits_per_character"]
    model = train(store, planned("own", authors=["cleo"], parent=planned("base").target))
    assert model.authors == ("cleo",)


def test_a_character_model_learns_the_characters_of_a_new_author(
    posts: Invent, planned: Planned, tmp_path: Path
) -> None:
    recipe = replace(SMALL, tokens=Tokens(level="char"))
    with Store.open(f"sqlite:///{tmp_path / 'posts.db'}") as store:
        store.add_page("test", posts("ada", 20), None)
        first = train(store, planned(recipe=recipe))
        russian = [replace(post, author="жанна", text=f"жук и {post.text} жук") for post in posts("ada", 20, seed=1)]
        store.add_page("test", [replace(post, id=f"r{n}") for n, post in enumerate(russian)], None)
        model = train(store, planned("more", recipe=recipe, parent=planned().target))
    assert model.vocabulary.size == first.vocabulary.size + len("жуки")
    assert Model.load(planned("more").target).log_likelihood("жук", "жанна") < 0


@pytest.mark.parametrize("labels", [{}, {"mood": ("calm",)}])
def test_a_parent_of_other_labels_is_refused(
    store: Store, planned: Planned, pair: Pair, tmp_path: Path, labels: dict[str, tuple[str, ...]]
) -> None:
    from tweetgen.model.shapes import expected_shapes

    found = weights.load(pair.path)
    shapes = expected_shapes(found.architecture, found.vocabulary.size, labels)
    arrays = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    path = tmp_path / "foreign.safetensors"
    weights.save(replace(found, arrays=arrays, labels=labels), path)
    with pytest.raises(InputError, match=r"foreign\.safetensors: its labels are .*start from another model"):
        train(store, planned(parent=path))


def test_a_broken_parent_is_named(store: Store, planned: Planned, pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "broken.safetensors"
    path.write_bytes(pair.path.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="broken"):
        train(store, planned(parent=path))


def test_a_second_training_of_one_model_is_refused(store: Store, planned: Planned) -> None:
    plan = planned()
    with Workspace(plan.workspace, "shared"):
        with pytest.raises(Busy, match="training of model 'shared' is in use by process"):
            train(store, plan)
        with pytest.raises(Busy, match="training of model 'shared' is in use by process"):
            resume(plan.workspace, plan.target)


class Stopping(Listener):
    """Presses Ctrl-C at a step, or while the report is made."""

    def __init__(self, step: int | None) -> None:
        self._step = step

    def progress(self, progress: Any) -> None:
        if self._step is not None and progress.steps >= self._step:
            raise KeyboardInterrupt

    def reporting(self) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize("step", [30, None], ids=["while it learns", "while it is measured"])
def test_ctrl_c_leaves_a_usable_file_and_resuming_ends_the_same(
    store: Store, planned: Planned, pair: Pair, step: int | None
) -> None:
    plan = planned(authors=["ada", "bob"])
    with pytest.raises(Interrupted) as caught:
        train(store, plan, Stopping(step))
    assert caught.value.exit_code == 130
    assert str(caught.value) == (
        f"training stopped: the best so far is in {plan.target}; go on with: tweetgen train --model shared --resume"
    )
    usable = Model.load(plan.target)
    assert usable.generate(1, "ada", seed=1)
    assert usable.report["finished"] is False
    model = resume(plan.workspace, plan.target)
    assert model.report["finished"] is True
    whole, resumed = weights.load(pair.path), weights.load(plan.target)
    for name, array in whole.arrays.items():
        np.testing.assert_array_equal(resumed.arrays[name], array, err_msg=name)
    assert resumed.report["bits_per_character"] == whole.report["bits_per_character"]
    with pytest.raises(InputError, match="no stopped training to resume"):
        resume(plan.workspace, plan.target)


def test_what_is_refused_leaves_a_stopped_training_as_it_is(store: Store, planned: Planned) -> None:
    plan = planned(authors=["dora"])
    with pytest.raises(Interrupted):
        train(store, plan, Stopping(1))
    with pytest.raises(UnknownName):
        train(store, replace(plan, authors=["nobody"]))
    with pytest.raises(InputError, match="has learnt nothing yet"):
        train(store, replace(plan, recipe=quick(plan.recipe)))
    assert resume(plan.workspace, plan.target).authors == ("dora",)


@pytest.mark.parametrize("fails", ["at the first", "at the last"])
def test_a_full_disk_leaves_the_old_file_and_all_that_was_learnt(
    store: Store, planned: Planned, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    plan = planned(authors=["dora"])
    plan.target.parent.mkdir()
    plan.target.write_bytes(b"the old file")
    real = weights.save

    def full(found: weights.Weights, path: Path, *rest: Any) -> None:
        if fails == "at the first" or found.report["finished"]:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(weights, "save", full)
    with pytest.raises(Unwritten) as caught:
        train(store, plan)
    assert str(caught.value) == (
        f"{plan.target}: cannot be written (No space left on device), an older file is untouched;"
        " make room, then go on with: tweetgen train --model shared --resume"
    )
    assert caught.value.exit_code == 2
    assert plan.target.read_bytes() == b"the old file"
    monkeypatch.setattr(weights, "save", real)
    assert resume(plan.workspace, plan.target).report["finished"] is True
    assert weights.load(plan.target).labels == {"author": ("dora",)}
