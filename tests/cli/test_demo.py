"""`tweetgen demo`: the whole of it on three invented voices, touching nothing of the user's."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tweetgen.model.model import Model
from tweetgen.pipeline import train as step
from tweetgen.settings import Architecture, Recipe, Tokens, Training
from tweetgen.training.backend import load_backend

Run = Callable[..., tuple[int, str, str]]

SMALL = Recipe(
    tokens=Tokens(size=300),
    network=Architecture(layers=1, cells=8, embedding=8, label_size=3),
    training=Training(minutes=None, epochs=0.2, batch=16, sequence=32),
)
VOICES = ("lighthouse_keeper", "spoon_museum", "turnip_peasant")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What training is asked for; what is trained instead takes no time."""
    load_backend()
    from tweetgen.training import device

    monkeypatch.setattr(device, "choose", lambda *_: device.Road(cudnn=False, jit=False))
    real, found = step.train_on, []

    def train_on(posts: Any, to: Path, **options: Any) -> Model:
        found.append({"posts": posts, "to": to, **options})
        return real(posts, to, **(options | {"recipe": SMALL, "start": None}))

    monkeypatch.setattr(step, "train_on", train_on)
    return found


@pytest.fixture
def run(tweetgen: Run) -> Run:
    return partial(tweetgen, "demo")


def test_three_voices_learn_and_write_and_nothing_is_left_behind(
    folder: Path, run: Run, asked: list[dict[str, Any]]
) -> None:
    code, out, err = run("--minutes", "0.5")
    assert code == 0, err
    (training,) = asked
    assert tuple(training["posts"]) == VOICES
    assert all(len(texts) >= 200 for texts in training["posts"].values())
    assert training["recipe"] == Recipe(training=replace(Training(), minutes=0.5))
    assert f"{sum(map(len, training['posts'].values()))} posts by 3 invented authors" in err
    assert "bits per character as their author's" in out
    for heading in (*VOICES, f"half {VOICES[0]}, half {VOICES[1]}"):
        written = out.partition(f"\n{heading}\n")[2].partition("\n\n")[0].splitlines()
        assert len(written) == 4
        assert all(line.startswith("  ") for line in written)
    assert "Next:" in out
    assert "tweetgen train && tweetgen generate" in out
    assert list(folder.iterdir()) == []


def test_the_weights_can_be_kept(folder: Path, run: Run, asked: list[dict[str, Any]]) -> None:
    code, out, err = run("-o", "voices.safetensors")
    assert code == 0, err
    assert Model.load("voices.safetensors").authors == VOICES
    assert "tweetgen generate --model voices.safetensors --as" in out
    assert [path.name for path in folder.iterdir()] == ["voices.safetensors"]


@pytest.mark.usefixtures("asked")
def test_ctrl_c_is_one_line(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tweetgen.cli.training_view.TrainingView.better", stop)
    code, out, err = run()
    assert (code, out) == (130, "")
    assert err.splitlines()[-1] == "tweetgen: stopped"
    assert list(folder.iterdir()) == []
