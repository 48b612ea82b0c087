"""Commands that plugins add: listed without loading anything, run like ours, refused where a name is taken."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from tweetgen import cli
from tweetgen.app import App
from tweetgen.cli import added
from tweetgen.cli.instance import Instance
from tweetgen.errors import NameTaken, PluginError
from tweetgen.plugins import PACKAGE, Plugins

Run = Callable[..., tuple[int, str, str]]
#: by name of the command
Drop = Callable[..., Path]

GREET = """{docstring}

import click

from tweetgen import hookimpl

@click.command(short_help="Greet somebody")
@click.argument("account")
@click.pass_obj
def {name}(instance, account):
    click.echo(f"hello {{account}}: {{list(instance.destinations('file', account))}}")

@hookimpl
def register_commands(cli):
    cli.add_command({name})
"""


@pytest.fixture(autouse=True)
def _no_module_left() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


@pytest.fixture
def drop(folder: Path) -> Drop:
    """Drops a command into the instance's folder of plugins: `drop("greet")`."""
    (folder / "config.yaml").write_text("plugins: [plugins]")
    (folder / "plugins").mkdir()
    (folder / "accounts").mkdir()
    account = "destinations: [{file: {path: out.jsonl}}, {file: {path: off.jsonl, name: off, enabled: false}}]"
    (folder / "accounts/ann.yaml").write_text(account)

    def write(name: str, file: str = "", docstring: str = '"""Greet somebody."""') -> Path:
        path = folder / f"plugins/{file or f'command_{name}'}.py"
        path.write_text(GREET.format(name=name, docstring=docstring))
        return path

    return write


def listed(text: str) -> list[list[str]]:
    """The lines of the section of plugins' commands, each as name and help."""
    section = text.partition("Commands of plugins:\n")[2].partition("\n\n")[0]
    return [line.split(maxsplit=1) for line in section.splitlines()]


def test_a_command_dropped_in_is_listed_and_runs_with_the_instance(tweetgen: Run, drop: Drop) -> None:
    drop("greet")
    assert listed(tweetgen("--help")[1]) == [["auth", "Log in where an account publishes"], ["greet", "Greet somebody"]]
    assert tweetgen("greet", "ann") == (0, "hello ann: ['file', 'off']\n", "")


def test_listing_and_completing_import_nothing(tweetgen: Run, drop: Drop) -> None:
    path = drop("greet")
    path.write_text(path.read_text() + "\nraise RuntimeError('must not run')")
    assert ["greet", "Greet somebody"] in listed(tweetgen("--help")[1])
    completer = ShellComplete(cli.command, {}, "tweetgen", cli.COMPLETION)
    assert [item.value for item in completer.get_completions([], "gre")] == ["greet"]
    assert "RuntimeError: must not run" in tweetgen("greet", "ann")[2]


@pytest.mark.parametrize("docstring", ["", "'''broken", "x = 1"])
def test_a_module_without_a_line_is_listed_by_its_name_alone(tweetgen: Run, drop: Drop, docstring: str) -> None:
    drop("greet", docstring=docstring)
    assert ["greet"] in listed(tweetgen("--help")[1])


def test_a_folder_that_the_configuration_does_not_name_adds_nothing(tweetgen: Run, drop: Drop, folder: Path) -> None:
    drop("greet")
    (folder / "config.yaml").write_text("")
    assert "greet" not in tweetgen("--help")[1]
    assert "no such command 'greet'" in tweetgen("greet", "ann")[2]


def test_an_instance_may_be_named_instead_of_entered(
    anywhere: Run, drop: Drop, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drop("greet")
    monkeypatch.chdir(tmp_path)
    assert anywhere("--instance", str(folder), "greet", "ann")[0] == 0


def test_a_typing_mistake_is_answered_with_plugins_commands_too(tweetgen: Run, drop: Drop) -> None:
    drop("greet")
    assert "no such command 'gret': did you mean 'greet'" in tweetgen("gret")[2]


def test_a_name_of_ours_is_refused_and_ours_goes_on(tweetgen: Run, drop: Drop) -> None:
    path = drop("collect")
    told = f"tweetgen: command 'collect' is already registered by tweetgen itself; so {path} cannot take it; rename"
    assert tweetgen("plugins")[2].startswith(told)
    assert tweetgen("auth", "--help")[2].startswith(told)
    assert "Bring in what is new" in tweetgen("collect", "--help")[1]
    assert [name for name, _ in listed(tweetgen("--help")[1])] == ["auth"]


def test_a_name_that_another_plugin_has_is_refused(drop: Drop, folder: Path) -> None:
    path = drop("greet")
    (folder / "more").mkdir()
    (folder / "more/command_greet.py").write_text(path.read_text())
    with pytest.raises(NameTaken, match="command 'greet' is already registered by"):
        Plugins.load([folder / "plugins", folder / "more"])


def test_a_command_of_another_name_than_its_module_would_not_be_found(drop: Drop, folder: Path) -> None:
    drop("greet", file="greetings")
    with pytest.raises(PluginError, match="adds the command 'greet', so it must be called command_greet"):
        Plugins.load([folder / "plugins"])


def test_what_is_no_command_is_refused(drop: Drop, folder: Path) -> None:
    path = drop("greet")
    path.write_text(path.read_text().replace("cli.add_command(greet)", "cli.add_command(len, 'greet')"))
    with pytest.raises(PluginError, match="'greet' is no click command"):
        Plugins.load([folder / "plugins"])


def test_commands_are_listed_among_the_plugins(tweetgen: Run, drop: Drop) -> None:
    drop("greet")
    lines = tweetgen("plugins")[1].splitlines()
    assert [line.split()[1] for line in lines if line.startswith("command ")] == ["auth", "greet"]


def test_our_own_are_listed_by_their_short_help() -> None:
    lines = added.listed(Path("nowhere"))
    assert {one.name: one.command.get_short_help_str(limit=200) for one in Plugins.load().commands} == lines
    points = [point.name for point in entry_points(group="tweetgen") if point.name.startswith("command_")]
    assert {f"command_{name}" for name in lines} == set(points)


def test_help_of_a_plugins_command_needs_no_client_library() -> None:
    code = "import sys, tweetgen.cli as c\ntry: c.main(['auth', '--help'])\n"
    code += "finally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"tweepy", "requests", "httpx", "numpy"} & {name.partition(".")[0] for name in done.stderr.split()}


def test_a_login_renewed_lets_what_waited_be_sent(drop: Drop, folder: Path) -> None:
    drop("greet")
    app = App.open(folder)
    app.store.channels.block("ann", "file", "revoked", datetime(2026, 3, 1, tzinfo=UTC))
    app.close()
    instance = Instance(folder)
    instance.logged_in("ann", "file")
    assert list(instance.app.store.channels.all()) == []
    instance.close()


def test_ours_come_first() -> None:
    names = cli.command.list_commands(click.Context(cli.command))
    assert names[: len(cli.COMMANDS)] == list(cli.COMMANDS)
