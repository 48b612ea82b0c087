"""`tweetgen doctor`: each check a line, and an exit code for scripts."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def test_an_empty_instance_is_in_order(tweetgen: Run, folder: Path) -> None:
    code, out, _ = tweetgen("doctor")
    assert code == 0
    assert all(line.startswith("ok ") for line in out.splitlines())
    assert out.splitlines()[0] == f"ok       configuration: {folder}"


def test_a_problem_has_a_line_a_remedy_and_exit_code_1(tweetgen: Run, folder: Path) -> None:
    (folder / "accounts").mkdir()
    (folder / "accounts/a.yaml").write_text("model: nowhere")
    code, out, _ = tweetgen("doctor")
    (problem,) = [line for line in out.splitlines() if line.startswith("PROBLEM")]
    assert code == 1
    assert problem.endswith("train it first: tweetgen train --model nowhere")


def test_a_broken_configuration_is_told_whole_and_nothing_else_is_looked_at(tweetgen: Run, folder: Path) -> None:
    (folder / "config.yaml").write_text("timezone: Nowhere\nmodel: {nme: x}\n")
    code, out, _ = tweetgen("doctor", "--json")
    found = json.loads(out)
    assert code == 1
    assert [one["about"] for one in found] == ["configuration"] * 2
    assert not any(one["ok"] for one in found)
    assert not (folder / "state").exists()
