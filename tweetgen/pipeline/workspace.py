"""A training's own folder: its lock, its token maps, and all it needs to be taken up again."""

import fcntl
import json
import os
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from shutil import rmtree
from types import TracebackType
from typing import IO, Any

from tweetgen.atomic import write_whole
from tweetgen.errors import Busy, InputError
from tweetgen.model import vocabulary as vocabularies
from tweetgen.pipeline.lesson import Lesson
from tweetgen.pipeline.texts import Text
from tweetgen.settings import Architecture, Training

_LOCK = "lock"


def forget_trainings(folder: Path, authors: Collection[str]) -> tuple[list[str], list[str]]:
    """Clear the workspaces in `folder` that hold texts of these authors; models forgotten, and those in training now.

    A stopped training that is forgotten cannot be resumed; its weights file stays as it is.
    """
    forgotten, busy = [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.is_dir() or not Workspace(path, path.name).holds(authors):
            continue
        try:
            with Workspace(path, path.name) as workspace:
                workspace.clear()
            forgotten.append(path.name)
        except Busy:
            busy.append(path.name)
    return forgotten, busy


class Workspace:
    """Held by one training at a time; `with Workspace(...)` raises `Busy` while another holds it.

    The lock is the operating system's: it falls with the process that holds it, however that ends.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self._folder, self._model = folder, model
        self._lock: IO[str] | None = None
        self.corpus = folder / "corpus"
        self.held_out = folder / "held_out"
        self.checkpoint = folder / "checkpoint.npz"
        self._lesson = folder / "lesson.json"

    def __enter__(self) -> "Workspace":
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / _LOCK).open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = f"process {lock.read().strip() or '?'}"
            lock.close()
            remedy = "wait for it to end, or choose another name"
            raise Busy(f"training of model {self._model!r}", holder, remedy) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._lock is not None:
            self._lock.close()

    def clear(self) -> None:
        """Forget an earlier training, with what a kill left half written."""
        for path in self._folder.iterdir():
            if path.is_dir():
                rmtree(path, ignore_errors=True)
            elif path.name != _LOCK:
                path.unlink(missing_ok=True)

    def remember(self, lesson: Lesson) -> None:
        """Write down what `recall` needs; what the network starts from is in the checkpoint."""
        told = {
            "vocabulary": lesson.vocabulary.to_json(),
            "architecture": asdict(lesson.architecture),
            "training": asdict(lesson.training),
            "labels": lesson.labels,
            "origin": lesson.origin,
            "held_out": lesson.held_out,
            "unmeasured": lesson.unmeasured,
            "inherited": lesson.inherited,
        }
        write_whole(self._lesson, json.dumps(told))

    def holds(self, authors: Collection[str]) -> bool:
        """Whether texts of one of these authors may lie here; where nobody can tell, they may."""
        try:
            learnt = json.loads(self._lesson.read_text(encoding="utf-8"))["origin"]["authors"]
        except FileNotFoundError:
            return any(path.name != _LOCK for path in self._folder.iterdir())
        except (ValueError, KeyError, TypeError):
            return True
        return not set(authors).isdisjoint(learnt)

    def recall(self) -> Lesson:
        """The lesson of the training that was stopped; `InputError` where there is none."""
        if not self._lesson.exists() or not self.checkpoint.exists():
            why = "there is no stopped training to resume"
            raise InputError(f"model {self._model!r}", why, "train without --resume")
        told: dict[str, Any] = json.loads(self._lesson.read_text(encoding="utf-8"))
        return Lesson(
            vocabulary=vocabularies.load(told["vocabulary"]),
            architecture=Architecture(**told["architecture"]),
            training=Training(**told["training"]),
            labels={name: tuple(values) for name, values in told["labels"].items()},
            origin=told["origin"],
            held_out=[_text(*text) for text in told["held_out"]],
            unmeasured=tuple(told["unmeasured"]),
            inherited=told.get("inherited", {}),
        )


def _text(author: str, text: str, ends: bool, labels: Sequence[Sequence[str]] = ()) -> Text:
    """A text as JSON gives it back, which has no tuples."""
    return Text(author, text, ends, tuple((name, value) for name, value in labels))
