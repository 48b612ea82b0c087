"""The command line as a whole: help, exit codes, one line for an error, completion."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.shell_completion import ShellComplete

from tweetgen import cli
from tweetgen.errors import ConfigError, InputError

Run = Callable[..., tuple[int, str, str]]

HEAVY = ("numpy", "sqlalchemy", "tokenizers", "pydantic", "yaml", "rich", "tensorflow", "pluggy")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Puts a command in the place of `demo`."""

    def put(body: Callable[[], object]) -> None:
        command = click.Command("demo", callback=body)
        monkeypatch.setattr(cli.Story, "get_command", lambda self, ctx, name: command)

    return put


def raising(error: BaseException) -> Callable[[], NoReturn]:
    def body() -> NoReturn:
        raise error

    return body


def test_help_lists_every_command_in_the_order_of_the_story(anywhere: Run) -> None:
    code, out, err = anywhere("--help")
    listed = [line.split()[0] for line in out.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()]
    assert (code, err, listed) == (0, "", list(cli.COMMANDS))
    assert "Shell completion" in out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_listed_line_is_the_commands_own_short_help(name: str) -> None:
    module = "import_" if name == "import" else name
    assert find_spec(f"tweetgen.cli.{module}"), f"tweetgen/cli/{module}.py is missing"
    command = cli.command.get_command(click.Context(cli.command), name)
    assert command is not None
    assert command.get_short_help_str(limit=200).rstrip(".") == cli.COMMANDS[name]


def test_the_listed_lines_fit_a_terminal_of_80_columns() -> None:
    assert max(map(len, cli.COMMANDS.values())) <= 80 - 13


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["init", "--help"], ["config", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = f"import sys, tweetgen.cli as c\ntry: c.main({arguments})\n"
    code += "finally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {name.partition(".")[0] for name in done.stderr.split()} & set(HEAVY)


def test_python_m_tweetgen_is_tweetgen() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tweetgen", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("tweetgen, version ")


def test_an_unknown_command_is_answered_with_the_nearest(anywhere: Run) -> None:
    code, out, err = anywhere("traim")
    assert (code, out) == (2, "")
    assert "no such command 'traim': did you mean 'train'?" in err


def test_an_unknown_option_and_a_missing_instance_are_usage_errors(anywhere: Run, tmp_path: Path) -> None:
    assert anywhere("--frobnicate")[0] == 2
    code, _, err = anywhere("--instance", str(tmp_path / "nowhere"), "plugins")
    assert code == 2
    assert "does not exist" in err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (
            InputError("x.txt", "is empty", "write something"),
            2,
            "tweetgen: x.txt: is empty; write something\n",
        ),
        (ConfigError(["a: wrong", "b: wrong"]), 2, "tweetgen: a: wrong\ntweetgen: b: wrong\n"),
        (KeyboardInterrupt(), 130, "tweetgen: stopped\n"),
        (
            OSError(errno.ENOSPC, "No space left", "/disk/x"),
            2,
            "tweetgen: /disk/x: No space left; free some space, then run it again\n",
        ),
        (PermissionError(errno.EACCES, "Permission denied"), 2, "tweetgen: Permission denied; check its permissions\n"),
        (OSError(errno.EIO, "Input/output error"), 2, "tweetgen: Input/output error\n"),
        (click.Abort(), 1, "tweetgen: stopped\n"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    anywhere: Run, failing: Callable[[Callable[[], object]], None], error: BaseException, code: int, told: str
) -> None:
    failing(raising(error))
    assert anywhere("demo") == (code, "", told)


def test_ctrl_c_at_a_question_is_ctrl_c(
    anywhere: Run, failing: Callable[[Callable[[], object]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.termui.visible_prompt_func", raising_for_any(KeyboardInterrupt()))
    failing(lambda: click.confirm("Sure?"))
    code, _, err = anywhere("demo")
    assert (code, err.splitlines()[-1]) == (130, "tweetgen: stopped")


def raising_for_any(error: BaseException) -> Callable[[object], NoReturn]:
    def ask(_: object) -> NoReturn:
        raise error

    return ask


def test_ctrl_c_from_outside_is_one_line_and_130() -> None:
    code = "import time, click, tweetgen.cli as c\n"
    code += "c.Story.get_command = lambda *_: click.Command('demo', callback=body)\n"
    code += "def body(): print('ready', flush=True); time.sleep(60)\nc.main(['demo'])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[1] == "tweetgen: stopped\n"
    assert process.returncode == 130


def test_a_bug_is_not_hidden(failing: Callable[[Callable[[], object]], None]) -> None:
    failing(raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        cli.main(["demo"])


def test_a_reader_that_has_gone_away_hears_nothing() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tweetgen", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


def test_what_a_terminal_cannot_show_is_escaped() -> None:
    code = "import click, tweetgen.cli as c\nc._run = lambda args: click.echo('\\U0001f600') or 0\nc.main([])"
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True)
    assert done.stdout == b"\\U0001f600\n"


def test_completion_offers_commands_without_importing_them() -> None:
    completer = ShellComplete(cli.command, {}, "tweetgen", cli.COMPLETION)
    assert [item.value for item in completer.get_completions([], "co")] == ["config", "collect", "corpus"]
    assert "--instance" in [item.value for item in completer.get_completions([], "--")]
    assert [item.value for item in completer.get_completions(["config"], "s")] == ["schema", "show"]


def test_a_reader_may_turn_completion_on_for_bash() -> None:
    environment = {**os.environ, cli.COMPLETION: "zsh_source"}
    done = subprocess.run(
        [sys.executable, "-m", "tweetgen"], capture_output=True, text=True, env=environment, check=False
    )
    assert "#compdef tweetgen" in done.stdout
