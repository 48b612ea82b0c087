"""A training in a child process."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tweetgen.service import training
from tweetgen.service.training import NICE, Child, Order


class Saying(Order):
    """Runs other code than a training."""

    code = ""

    def command(self) -> list[str]:
        return [sys.executable, "-c", self.code]


def child(tmp_path: Path, code: str, **numbers: Any) -> Child:
    order = Saying(tmp_path, "shared", numbers.get("minutes", 1))
    object.__setattr__(order, "code", code)
    return Child(order, tmp_path / "logs" / "train.log")


def test_the_child_is_the_command_itself(tmp_path: Path) -> None:
    command = Order(tmp_path, "shared", 2.5, ["ada", "bob"]).command()
    assert command[1:5] == ["-m", "tweetgen", "--instance", str(tmp_path)]
    assert command[5:] == ["train", "--no-collect", "--model", "shared", "--minutes", "2.5", "--users", "ada,bob"]
    assert "--users" not in Order(tmp_path, "shared", 2.5).command()


def test_a_failure_is_told_with_the_last_words(tmp_path: Path) -> None:
    running = child(tmp_path, "print('first\\n\\nno posts', flush=True); raise SystemExit(2)")
    told = running.failure()
    assert "'shared' ended with exit code 2: first | no posts" in told
    assert str(tmp_path / "logs" / "train.log") in told


def test_success_says_nothing(tmp_path: Path) -> None:
    running = child(tmp_path, "print('bits')")
    assert running.failure() == ""
    assert running.ended()


def test_it_runs_at_low_priority(tmp_path: Path) -> None:
    running = child(tmp_path, "import time; time.sleep(60)")
    try:
        assert os.getpriority(os.PRIO_PROCESS, running._process.pid) == NICE
        assert not running.ended()
    finally:
        running.stop()


def test_one_that_does_not_end_when_asked_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "PATIENCE", 0.2)
    ignore = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    running = child(tmp_path, f"{ignore}; print('deaf', flush=True); time.sleep(60)")
    while not training.tail(tmp_path / "logs" / "train.log"):
        pass
    running.stop()
    assert f"was killed by {signal.SIGKILL.name}: deaf" in running.failure()


def test_its_time_is_its_minutes_and_some_for_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Order(tmp_path, "shared", 2).limit == 120 + training.BESIDE
    monkeypatch.setattr(training, "BESIDE", -60.0)
    running = child(tmp_path, "import time; time.sleep(60)", minutes=1)
    try:
        assert running.overdue()
    finally:
        running.stop()
