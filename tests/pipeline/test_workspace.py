"""A training's own folder: one training at a time, and all that is needed to take one up again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tweetgen.errors import Busy, InputError
from tweetgen.model.vocabulary import learn
from tweetgen.pipeline.lesson import Lesson
from tweetgen.pipeline.texts import Text
from tweetgen.pipeline.workspace import Workspace
from tweetgen.settings import Architecture, Tokens, Training

LESSON = Lesson(
    vocabulary=learn(["fog and gulls ☂"] * 9, Tokens(level="char")),
    architecture=Architecture(cells=7, tied=False),
    training=Training(minutes=None, epochs=2.5, seed=9),
    labels={"author": ("Ada", "Bob 🥄")},
    origin={"authors": {"Ada": 3}, "date": "2024-05-01"},
    held_out=[Text("Ada", "fog\nand \\ «gulls»"), Text("Bob 🥄", "a part", ends=False)],
    unmeasured=("Bob 🥄",),
)

HOLD = """
import sys, time
from pathlib import Path
from tweetgen.pipeline.workspace import Workspace
with Workspace(Path(sys.argv[1]), "shared"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_training_is_refused_until_the_first_is_over(tmp_path: Path) -> None:
    with Workspace(tmp_path / "shared", "shared"), pytest.raises(Busy, match="training of model 'shared' is in use by"):
        Workspace(tmp_path / "shared", "shared").__enter__()
    with Workspace(tmp_path / "shared", "shared"), Workspace(tmp_path / "other", "other"):
        pass


def test_the_lock_is_named_and_falls_with_its_process_however_that_ends(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=f"in use by process {process.pid}; wait for it to end"):
            Workspace(folder, "shared").__enter__()
    finally:
        process.kill()
        process.communicate()
    with Workspace(folder, "shared"):
        pass


def test_a_lesson_is_recalled_as_it_was(tmp_path: Path) -> None:
    with Workspace(tmp_path, "shared") as workspace:
        workspace.remember(LESSON)
        workspace.checkpoint.touch()
        found = workspace.recall()
    assert found.vocabulary.to_json() == LESSON.vocabulary.to_json()
    for name in ("architecture", "training", "labels", "origin", "held_out", "unmeasured"):
        assert getattr(found, name) == getattr(LESSON, name), name
    assert found.initial == {}, "what it started from is in the checkpoint"


def test_without_a_stopped_training_there_is_nothing_to_resume(tmp_path: Path) -> None:
    with Workspace(tmp_path, "shared") as workspace:
        with pytest.raises(InputError, match="model 'shared': there is no stopped training to resume; train without"):
            workspace.recall()
        workspace.remember(LESSON)
        with pytest.raises(InputError, match="no stopped training"):  # killed before the first checkpoint
            workspace.recall()
        workspace.checkpoint.touch()
        workspace.recall()
        workspace.clear()
        with pytest.raises(InputError, match="no stopped training"):
            workspace.recall()


def test_clearing_leaves_nothing_but_the_lock(tmp_path: Path) -> None:
    with Workspace(tmp_path, "shared") as workspace:
        workspace.remember(LESSON)
        workspace.corpus.mkdir()
        (workspace.corpus / "tokens").touch()
        (tmp_path / ".checkpoint.npz.half.tmp").touch()
        workspace.clear()
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]
        with pytest.raises(Busy):
            Workspace(tmp_path, "shared").__enter__()


def test_what_is_written_can_be_read_by_a_person(tmp_path: Path) -> None:
    with Workspace(tmp_path, "shared") as workspace:
        workspace.remember(LESSON)
    told = json.loads((tmp_path / "lesson.json").read_text(encoding="utf-8"))
    assert told["training"]["epochs"] == 2.5
