"""`tweetgen train`: what is refused before anything is collected or learnt."""

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


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
    tweetgen: Run, folder: Path, arguments: list[str], words: str
) -> None:
    (folder / "config.yaml").write_text("sources: [jsonl: {path: never_looked_for.jsonl}]")
    code, out, err = tweetgen("train", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert not (folder / "state" / "tweetgen.db").exists()
