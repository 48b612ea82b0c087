"""`tweetgen train`: what it takes, what it says, and that nothing is lost however it ends."""

import errno
import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tweetgen.errors import InputError
from tweetgen.model import weights
from tweetgen.training.backend import load_backend

Run = Callable[..., tuple[int, str, str]]

CONFIG = """
model: {from: scratch}
sources:
  - jsonl: {path: posts.jsonl}
tokens: {size: 300}
network: {layers: 1, cells: 8, embedding: 8, label_size: 3}
training: {minutes: null, epochs: 1, batch: 4, sequence: 16, seed: 1, patience: 1000}
"""
WORDS = {
    "ada": ["fog", "gull", "lamp", "stairs", "tide", "rope", "kettle", "log", "☂", "naïve"],
    "bob": ["spoon", "ladle", "MUSEUM", "open!", "Keith", "🥄", "today", "visit", "tea", "#stir"],
}


@pytest.fixture
def run(tweetgen: Run) -> Run:
    return partial(tweetgen, "train")


@pytest.fixture
def instance(folder: Path) -> Path:
    """Forty posts each of two authors, and settings that take no time."""
    chance = random.Random(0)
    posts = [
        {"author": author, "text": " ".join(chance.choices(words, k=9)), "id": f"{author} {n}"}
        for n in range(40)
        for author, words in WORDS.items()
    ]
    (folder / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts), encoding="utf-8")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return folder


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not compiled: on networks as small as these compiling takes longest."""
    load_backend()
    from tweetgen.training import device

    monkeypatch.setattr(device, "choose", lambda *_: device.Road(cudnn=False, jit=False))


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be trained; nothing is."""
    found: list[Any] = []

    def note(store: object, plan: object, view: object) -> None:
        found.append(plan)
        raise InputError("this", "was all", "thank you")

    monkeypatch.setattr("tweetgen.pipeline.train.train", note)
    return found


def one_line(error: str) -> str:
    """All that was said, which is one line by tweetgen."""
    (line,) = error.splitlines()
    assert line.startswith("tweetgen: ")
    return line.removeprefix("tweetgen: ")


def test_new_posts_are_collected_learnt_and_written_as(
    instance: Path, run: Run, tweetgen: Run, quickly: None
) -> None:
    code, out, err = run()
    assert code == 0, err
    path = instance / "weights" / "shared.safetensors"
    assert "collected 80 new posts" in err
    assert "learning 2 authors (subword, 301 tokens)" in err
    assert "bits per character held out" in err
    assert "bits per character on held-out posts with the right label" in out
    assert f"written: {path}" in out
    assert "Next: tweetgen generate --model shared --as ada" in out
    assert tweetgen("generate", "-n", "2", "--as", "bob")[0] == 0
    code, _, err = run("--users", "ada", "--no-collect", "--epochs", "0.5")
    assert code == 0, err
    assert weights.read_metadata(path).origin["parent"] == "shared", "a second run goes on from the model there is"
    assert weights.read_metadata(path).labels == {"author": ("ada", "bob")}


def test_an_empty_folder_has_nothing_to_learn_from(folder: Path, run: Run) -> None:
    code, out, err = run("--from", "scratch")
    assert (code, out) == (2, "")
    assert one_line(err) == (
        "nothing to learn from: the corpus holds no post that may be learnt from;"
        " bring in more: tweetgen import FILE, or tweetgen collect"
    )
    assert not (folder / "weights").exists()


def test_without_collecting_only_the_store_counts(instance: Path, run: Run) -> None:
    code, _, err = run("--no-collect")
    assert code == 2
    assert one_line(err).startswith("nothing to learn from")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--users", " , "], "--users ' , ': names nobody; write it as A,B"),
        (["--model", "../other"], "model name '../other': is no plain name; choose one such as `shared`"),
        (["--from", "nowhere.safetensors"], "unknown model 'nowhere.safetensors'"),
        (["--set", "network.cels=3"], "--set: network.cels: unknown key; did you mean 'cells'"),
        (["--set", "cells"], "--set: 'cells' does not fit; allowed: section.key=value"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_before_collecting(
    run: Run, folder: Path, arguments: list[str], words: str
) -> None:
    (folder / "config.yaml").write_text("sources: [jsonl: {path: never_looked_for.jsonl}]")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in one_line(err)
    assert not (folder / "state" / "tweetgen.db").exists()


def test_an_unknown_author_is_answered_with_the_nearest(instance: Path, run: Run) -> None:
    code, _, err = run("--users", "ada, bbo")
    assert code == 2
    assert "tweetgen: unknown author 'bbo': did you mean 'bob'?" in err


@pytest.mark.parametrize("name", ["", "../shared", "a/b", "a\\b", ".hidden", "/tmp/x.safetensors"])
def test_a_model_name_is_a_plain_name(instance: Path, run: Run, name: str) -> None:
    for more in ([], ["--resume"]):
        code, _, err = run("--model", name, "--no-collect", *more)
        assert code == 2
        assert "is no plain name; choose one such as `shared`" in one_line(err)


def test_a_model_is_named_with_or_without_its_ending(instance: Path, run: Run, plans: list[Any]) -> None:
    for name in ("own", "own.safetensors"):
        run("--model", name)
    assert [plan.target for plan in plans] == [instance / "weights" / "own.safetensors"] * 2


def test_every_wrong_setting_is_told_at_once(instance: Path, run: Run) -> None:
    wrong = ["network.cels=9", "network.cells=many", "training.dropout=1.5", "colour=red", "brain.size=3"]
    code, _, err = run(*(part for change in wrong for part in ("--set", change)))
    lines = err.splitlines()
    assert code == 2
    assert len(lines) == len(wrong)
    assert all(line.startswith("tweetgen: --set: ") for line in lines)
    assert "network.cels: unknown key; did you mean 'cells'" in err
    assert "network.cells: 'many' does not fit; allowed: " in err
    assert "training.dropout: 1.5 does not fit" in err
    assert "'colour=red' does not fit; allowed: section.key=value" in err
    assert "--set: brain: unknown key; did you mean 'training'" in err


def test_epochs_alone_switch_minutes_off(folder: Path, run: Run, plans: list[Any]) -> None:
    for options in (["--epochs", "3"], ["--minutes", "2"], ["--epochs", "3", "--minutes", "2"], []):
        run("--from", "scratch", "--no-collect", *options)
    budgets = [(plan.recipe.training.epochs, plan.recipe.training.minutes) for plan in plans]
    usual = plans[-1].recipe.training
    assert budgets[:2] == [(3.0, None), (usual.epochs, 2.0)]
    assert budgets[2] == (3.0, 2.0)
    assert usual.minutes


def test_options_become_the_plan(instance: Path, run: Run, plans: list[Any]) -> None:
    run("--users", "bob, ada ,", "--seed", "7", "--set", "training.learning_rate=1e-2", "--set", "network.cell=lstm")
    (plan,) = plans
    assert plan.authors == ["bob", "ada"]
    assert plan.parent is None
    assert plan.recipe.training.seed == 7
    assert plan.recipe.training.learning_rate == 0.01
    assert plan.recipe.network.cell == "lstm"
    assert plan.recipe.network.cells == 8, "the rest is as configured"
    assert plan.workspace.parent.is_relative_to(instance / "state")


@pytest.mark.parametrize("options", [["--minutes", "0"], ["--epochs", "-1"], ["--seed", "-1"], ["--minutes", "soon"]])
def test_budgets_are_positive(instance: Path, run: Run, options: list[str]) -> None:
    assert run(*options)[0] == 2


def test_without_minutes_and_epochs_it_would_never_end(instance: Path, run: Run) -> None:
    code, _, err = run("--no-collect", "--set", "training.epochs=null")
    assert code == 2
    assert "neither minutes nor epochs" in one_line(err)


def test_there_may_be_nothing_to_resume(instance: Path, run: Run) -> None:
    code, _, err = run("--resume")
    assert code == 2
    assert one_line(err) == "model 'shared': there is no stopped training to resume; train without --resume"


def test_resuming_takes_no_option_that_would_change_the_training(instance: Path, run: Run) -> None:
    code, _, err = run("--resume", "--users", "ada", "--minutes", "3")
    assert code == 2
    assert "--resume goes on as the training was begun; leave out --users, --minutes" in err


def test_without_tensorflow_it_says_what_to_install(
    instance: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    code, _, err = run("--no-collect")
    assert code == 2
    assert one_line(err) == "training needs keras, which is not installed; run: pip install 'tweetgen[train]'"


@pytest.mark.parametrize("what", ["tweetgen.model.weights.save", "tweetgen.training.checkpoint.save"])
def test_a_disk_that_fills_costs_nothing_but_the_rest_of_the_training(
    instance: Path, run: Run, quickly: None, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = instance / "weights" / "shared.safetensors"
    path.parent.mkdir()
    path.write_bytes(b"the old file")
    calls: list[object] = []
    real = weights.save if "weights" in what else _real_checkpoint_save()

    def fill(*arguments: Any) -> None:
        calls.append(arguments)
        if "weights" in what or len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(*arguments)

    with monkeypatch.context() as full:
        full.setattr(what, fill)
        code, _, err = run("--from", "scratch")
    assert code == 2
    assert "No space left on device" in err.splitlines()[-1]
    assert err.splitlines()[-1].startswith("tweetgen: ")
    assert "Traceback" not in err
    if "weights" in what:
        assert path.read_bytes() == b"the old file"
    code, _, err = run("--resume")
    assert code == 0, err
    assert weights.load(path).report["finished"] is True


def _real_checkpoint_save() -> Callable[..., None]:
    from tweetgen.training import checkpoint

    return checkpoint.save


def started(*arguments: str) -> Generator[str, signal.Signals | None, None]:
    """Lines that `tweetgen train` says in a process of its own; what is sent kills it with that signal.

    Ends with its exit code.
    """
    command = [sys.executable, "-m", "tweetgen", "train", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stderr is not None
    with process:
        try:
            for line in process.stderr:
                if what := (yield line):
                    process.send_signal(what)
        finally:
            process.kill()
    yield f"exit code {process.returncode}"


def stop(told: Generator[str, signal.Signals | None, None], how: signal.Signals) -> tuple[list[str], str]:
    """End it at its first better network; what it said after that, and its exit code."""
    for line in told:
        if "bits per character held out" in line:
            break
    else:
        pytest.fail("it never said how good it was")
    rest = [told.send(how), *told]
    return rest[:-1], rest[-1]


@pytest.mark.timeout(600)  # compiles four times
def test_stopped_killed_and_resumed_it_ends_as_if_nothing_had_happened(instance: Path, run: Run) -> None:
    path = instance / "weights" / "shared.safetensors"
    options = ["--epochs", "20"]
    said, code = stop(started(*options), signal.SIGINT)
    assert code == "exit code 130"
    assert said[-1] == (
        f"tweetgen: training stopped: the best so far is in {path};"
        " go on with: tweetgen train --model shared --resume\n"
    )
    assert all("bits per character held out" in line for line in said[:-1]), "one line is enough"
    assert weights.load(path).report["finished"] is False
    _, code = stop(started("--resume"), signal.SIGKILL)
    assert code == "exit code -9"
    weights.load(path)
    code_of_resumed, _, err = run("--resume")
    assert code_of_resumed == 0, err
    found = weights.load(path)
    assert found.report["finished"] is True
    run("--model", "whole", *options)
    whole = weights.load(path.with_name("whole.safetensors"))
    for name, array in whole.arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array, err_msg=name)
    assert found.report["bits_per_character"] == whole.report["bits_per_character"]
