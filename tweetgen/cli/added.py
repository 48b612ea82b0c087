"""Commands that plugins add: listed by the names of their modules, loaded when one is asked for."""

import ast
from collections.abc import Collection, Mapping
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetgen.errors import NameTaken

if TYPE_CHECKING:
    from tweetgen.plugins import Commands

# those of `tweetgen.plugins`, which is slow to import
_GROUP, _PREFIX = "tweetgen", "command_"


def listed(folder: Path | None) -> Mapping[str, str]:
    """By name, the first line of each module that adds a command: of installed ones, and of files in the instance.

    Imports none of them. `folder`: the instance's, None to look for it from here upwards.
    """
    return {name: _first_line(path) for name, path in sorted({**_dropped_in(folder), **_installed()}.items())}


def load(name: str, folder: Path | None, built_in: Collection[str]) -> click.Command | None:
    """The command of a plugin, None if no plugin adds it.

    Raises NameTaken where a plugin adds one of `built_in`, and what loading plugins raises.
    """
    from tweetgen.app import load_plugins

    commands = load_plugins(folder).commands
    refuse_built_in(commands, built_in)
    found = commands.get(name)
    return found.command if found is not None and isinstance(found.command, click.Command) else None


def refuse_built_in(commands: "Commands", built_in: Collection[str]) -> None:
    """Raises NameTaken where a plugin adds a command that is there already."""
    for added in commands:
        if added.name in built_in:
            raise NameTaken("command", added.name, f"tweetgen itself; so {added.where} cannot take it")


def _installed() -> dict[str, Path | None]:
    found = {}
    for point in entry_points(group=_GROUP):
        if point.name.startswith(_PREFIX):
            spec = find_spec(point.module)
            found[_command(point.name)] = Path(spec.origin) if spec and spec.origin else None
    return found


def _dropped_in(folder: Path | None) -> dict[str, Path | None]:
    """Files in folders beside config.yaml whose name occurs in it; whether these are loaded is seen when one is."""
    bases = [folder] if folder is not None else [Path.cwd(), *Path.cwd().parents]
    config = next((base / "config.yaml" for base in bases if (base / "config.yaml").is_file()), None)
    if config is None:
        return {}
    text = config.read_text("utf-8", errors="replace")
    files = sorted(config.parent.glob(f"*/{_PREFIX}*.py"))
    return {_command(path.stem): path for path in files if path.parent.name in text}


def _command(module: str) -> str:
    return module.removeprefix(_PREFIX).replace("_", "-")


def _first_line(path: Path | None) -> str:
    """Of the module's docstring, without the full stop; "" where it has none."""
    try:
        text = "" if path is None else path.read_text("utf-8")
        docstring = ast.get_docstring(ast.parse(text)) or ""
    except (OSError, SyntaxError, ValueError):
        return ""
    return docstring.partition("\n")[0].removesuffix(".")
