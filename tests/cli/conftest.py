"""Commands run in an empty folder, as in a newcomer's first minutes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tweetgen import cli

#: `tweetgen ARGUMENTS`: exit code, stdout, stderr
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    here = tmp_path / "instance"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def anywhere(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command wherever the tests run."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        out, err = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, out, err

    return call


@pytest.fixture
def tweetgen(folder: Path, anywhere: Run) -> Run:
    """Runs a command in `folder`."""
    return anywhere
