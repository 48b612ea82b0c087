"""Posts → weights file: the texts, their sides, the vocabulary, the token map, the network, the report."""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tweetgen.domain import Json, Post
from tweetgen.errors import InputError, TweetgenError, UnknownName
from tweetgen.model import weights
from tweetgen.model.library import find
from tweetgen.model.model import Model
from tweetgen.model.weights import Weights
from tweetgen.pipeline.assess import assess
from tweetgen.pipeline.deduplicate import find_duplicates
from tweetgen.pipeline.lesson import AUTHOR, AUTHORS, Lesson, kept_authors, prepare
from tweetgen.pipeline.texts import Cleanings, SidedTexts
from tweetgen.pipeline.workspace import Workspace
from tweetgen.settings import Cleaning, Recipe
from tweetgen.training.backend import load_backend

if TYPE_CHECKING:
    import numpy as np

    from tweetgen.store import Store
    from tweetgen.training.token_map import TokenMap
    from tweetgen.training.trainer import Outcome, Progress

SCRATCH = "scratch"


@dataclass(frozen=True)
class Plan:
    """What is to be trained."""

    #: the weights file to write; its stem is the model's name
    target: Path
    #: a folder of this model's own, for what a training needs while it runs
    workspace: Path
    recipe: Recipe
    cleaning: Cleanings
    #: those to learn from; None: every author of the store
    authors: Collection[str] | None = None
    #: the weights file to start from, or None for a new network
    parent: Path | None = None
    #: whether this makes base weights, whose labels no model that starts from them keeps
    base: bool = False


class Listener:
    """Hears how a training goes; every method may be overridden."""

    def prepared(self, lesson: Lesson) -> None:
        """The texts are encoded and the network is about to learn."""

    def progress(self, progress: "Progress") -> None:
        """About twice a second."""

    def better(self, model: Model, progress: "Progress") -> None:
        """A held-out check beat all before; `model` is on disk already."""

    def reporting(self) -> None:
        """The network has learnt, and is being measured."""


class Interrupted(TweetgenError):
    """A person stopped the training; nothing is lost."""

    exit_code = 130

    def __init__(self, target: Path, *, written: bool) -> None:
        kept = f"the best so far is in {target}" if written else "no weights file was written yet"
        super().__init__(f"training stopped: {kept}; go on with: {_how_to_resume(target)}")


class Unwritten(TweetgenError):
    """The disk refused the weights file (full, read-only); what was learnt is kept."""

    def __init__(self, target: Path, error: OSError) -> None:
        self.reason = error
        why = f"cannot be written ({error.strerror or error}), an older file is untouched"
        super().__init__(f"{target}: {why}; make room, then go on with: {_how_to_resume(target)}")


def _how_to_resume(target: Path) -> str:
    return f"tweetgen train --model {target.stem} --resume"


def train(store: "Store", plan: Plan, listener: Listener | None = None) -> Model:
    """Train as planned and write the weights file; every better network on the way is written at once.

    Raises `Busy` while another training of this model runs, `InputError` where there is nothing to learn from,
    `UnknownName` for an author nobody collected, `Interrupted` on Ctrl-C, `Unwritten` where the disk refuses.
    """
    load_backend()
    if plan.recipe.training.minutes is None and plan.recipe.training.epochs is None:
        raise InputError("training", "has neither minutes nor epochs, so it would never end", "set one of the two")
    with Workspace(plan.workspace, plan.target.stem) as workspace:
        find_duplicates(store)
        parent = None if plan.parent is None else _parent(plan.parent)
        authors, labels = _chosen(store.authors(), plan.authors, parent), _labels(plan, parent)
        sided = SidedTexts(store, plan.cleaning, authors, labels)
        _refuse_nothing_new(plan, parent, store.authors() if authors is None else authors)
        workspace.clear()  # only now: what was refused so far leaves a stopped training as it is
        lesson = prepare(sided, plan.recipe, parent, workspace)
        _refuse_nothing_new(plan, parent, lesson.labels[AUTHOR])  # of whom there may be nothing to learn
        lesson.origin.update(_origin(plan, parent))
        workspace.remember(lesson)
        return _run(workspace, lesson, plan.target, listener or Listener(), resumed=False)


def resume(workspace_folder: Path, target: Path, listener: Listener | None = None) -> Model:
    """Take up the training of this model where it was stopped or killed. Raises `InputError` where there is none."""
    load_backend()
    with Workspace(workspace_folder, target.stem) as workspace:
        return _run(workspace, workspace.recall(), target, listener or Listener(), resumed=True)


def train_on(
    posts: Mapping[str, Iterable[str]] | Iterable[Post],
    to: str | Path = "weights/shared.safetensors",
    *,
    start: str | Path | None = "base",
    recipe: Recipe | None = None,
    cleaning: Cleaning | None = None,
    minutes: float | None = None,
    listener: Listener | None = None,
) -> Model:
    """Train on texts by author, or on posts, and return the model, which is then in the file `to` as well.

    `start` is a weights file to go on from (a path, or a name as `Model.load` takes it), None for a new network.
    Ctrl-C (KeyboardInterrupt) leaves the best so far in `to`. Raises `InputError` where there is nothing to learn from.
    """
    from tweetgen.store import Store

    recipe = recipe or Recipe()
    if minutes is not None:
        recipe = replace(recipe, training=replace(recipe.training, minutes=minutes))
    parent = None if start is None else find(start, [Path("weights"), *_shipped()])
    target = Path(to)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        with Store.open(f"sqlite:///{base / 'posts.db'}") as store:
            store.add_page(None, list(_as_posts(posts)), None)
            plan = Plan(target, base / "training", recipe, Cleanings(cleaning or Cleaning()), parent=parent)
            try:
                return train(store, plan, listener)
            except Interrupted:  # here nothing remains that could be resumed
                raise KeyboardInterrupt from None
            except Unwritten as error:
                raise error.reason from None


def _shipped() -> list[Path]:
    from importlib.resources import files

    return [Path(str(files("tweetgen_weights")))]


def _as_posts(posts: Mapping[str, Iterable[str]] | Iterable[Post]) -> Iterable[Post]:
    if not isinstance(posts, Mapping):
        yield from posts
        return
    for author, texts in posts.items():
        for place, text in enumerate(texts):
            yield Post(author=author, text=text, id=f"{author}/{place}", source="python")


def _chosen(
    there: Collection[str], authors: Collection[str] | None, parent: Weights | None
) -> Collection[str] | None:
    """Those asked for and those the parent already writes as; None for everybody."""
    if authors is None:
        return None
    for author in authors:
        if author not in there:
            raise UnknownName("author", author, there)
    return {*authors, *kept_authors(parent)}


def _labels(plan: Plan, parent: Weights | None) -> list[str]:
    """Those beside the author: the parent's, then what else is asked for."""
    names = dict.fromkeys([*(parent.labels if parent else ()), *plan.recipe.labels])
    return [name for name in names if name != AUTHOR]


def _refuse_nothing_new(plan: Plan, parent: Weights | None, authors: Collection[str]) -> None:
    """Where only what is new may learn, there must be something."""
    if plan.recipe.training.thaw != "only":
        return
    remedy = "name a new author with --users, or train without --quick"
    if parent is None:
        raise InputError("training.thaw: only", "holds a whole network that has learnt nothing yet", remedy)
    if set(authors) <= set(kept_authors(parent)):
        raise InputError("training.thaw: only", "the model knows all of these authors already", remedy)


def _parent(path: Path) -> Weights:
    found = weights.load(path)
    if next(iter(found.labels), None) != AUTHOR:
        why = f"its labels are {', '.join(found.labels) or 'none'}, and the first must be {AUTHOR!r}"
        raise InputError(str(path), why, "start from another model, or from scratch")
    return found


def _origin(plan: Plan, parent: Weights | None) -> dict[str, Json]:
    from importlib.metadata import version

    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": version("tweetgen"),
        "parent": None if parent is None or plan.parent is None else plan.parent.stem,
        "parent_was": {} if parent is None or plan.parent is None else _was(plan.parent, parent),
        **plan.cleaning.to_json(),
        "training": asdict(plan.recipe.training),
        "base": plan.base,
    }


def _was(path: Path, parent: Weights) -> dict[str, Json]:
    """What is told of the parent once its file is gone; most often it is this model's own, written over."""
    measured = ("posts", "bits_per_character", "held_out", "attribution", "authors", "novelty")
    told = ("date", AUTHORS, "posts", "cleaning", "training")
    return {
        "digest": sha256(path.read_bytes()).hexdigest(),
        "network": asdict(parent.architecture),
        "tokens": {"level": parent.vocabulary.level, "size": parent.vocabulary.size},
        "origin": {name: parent.origin[name] for name in told if name in parent.origin},
        "report": {name: parent.report[name] for name in measured if name in parent.report},
    }


def _run(workspace: Workspace, lesson: Lesson, target: Path, listener: Listener, *, resumed: bool) -> Model:
    from tweetgen.training.token_map import TokenMap
    from tweetgen.training.trainer import Trainer

    trainer = Trainer(
        TokenMap.open(workspace.corpus),
        TokenMap.open(workspace.held_out),
        architecture=lesson.architecture,
        training=lesson.training,
        vocabulary=lesson.vocabulary.size,
        labels={name: len(values) for name, values in lesson.labels.items()},
        initial=None if resumed else lesson.initial,
        inherited=lesson.inherited,
        checkpoint_path=workspace.checkpoint,
    )
    if resumed:
        trainer.restore()
    listener.prepared(lesson)
    written = False

    def keep(arrays: "dict[str, np.ndarray]", progress: "Progress") -> None:
        nonlocal written
        found = _weights(lesson, arrays, {"bits_per_character": progress.held_out, "finished": False})
        _save(found, target)
        written = True
        listener.better(Model(found, target.stem), progress)

    try:
        outcome = trainer.run(listener.progress, keep)
        listener.reporting()
        final = _weights(lesson, outcome.arrays, {})
        learnt = _texts(TokenMap.open(workspace.corpus), lesson)
        report = {**_course(outcome), **assess(Model(final, target.stem), lesson.held_out, learnt)}
        final = replace(final, report=report)
        if lesson.origin.get("base"):
            final = nameless(final)
        _save(final, target)
    except KeyboardInterrupt:
        raise Interrupted(target, written=written or (resumed and target.exists())) from None
    workspace.clear()
    return Model(final, target.stem)


def nameless(found: Weights) -> Weights:
    """Base weights: what all authors share, without any of them; "none" is the only row of the label left."""
    arrays = {name: array[:1] if name.startswith("label.") else array for name, array in found.arrays.items()}
    report = {key: value for key, value in found.report.items() if key != "authors"}
    counts = found.origin.get("authors")
    posts = sum(int(str(count)) for count in counts.values()) if isinstance(counts, dict) else 0
    labels = len(counts) if isinstance(counts, dict) else 0
    kept = {**found.origin, "authors": {}, "cleaning_by_author": {}, "parent_was": {}}
    origin: dict[str, Json] = {**kept, "posts": posts, "labels": labels}
    return replace(found, arrays=arrays, labels=dict.fromkeys(found.labels, ()), origin=origin, report=report)


def _weights(lesson: Lesson, arrays: "dict[str, np.ndarray]", report: dict[str, Json]) -> Weights:
    return Weights(arrays, lesson.architecture, lesson.vocabulary, lesson.labels, lesson.origin, report)


def _save(found: Weights, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        weights.save(found, target)
    except OSError as error:
        raise Unwritten(target, error) from error


def _texts(corpus: "TokenMap", lesson: Lesson) -> Iterator[str]:
    """What was learnt from, one passage after the other."""
    for start, end in pairwise(corpus.offsets.tolist()):
        yield lesson.vocabulary.decode(corpus.tokens[start:end].tolist())


def _course(outcome: "Outcome") -> dict[str, Json]:
    """How the training went."""
    curve: list[Json] = [[round(seconds), read, trained, held] for seconds, read, trained, held in outcome.curve]
    return {
        "finished": True,
        "seconds": round(outcome.seconds),
        "characters": outcome.characters,
        "curve": curve,
        "stopped_early": outcome.stopped_early,
    }
