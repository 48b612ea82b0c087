"""Finding and loading plugins: installed ones, files in a folder, and all that can be wrong with them."""

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from tweetgen.errors import NameTaken, PluginError, UnknownName
from tweetgen.plugins import PACKAGE, Plugins

Drop = Callable[[str, str], Path]

SOURCE = """
from tweetgen.hookspecs import hookimpl

@hookimpl
def register_sources(register):
    register({name!r}, lambda settings, host: ({name!r}, settings, host))
"""


@pytest.fixture(autouse=True)
def _only_what_is_dropped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No installed plugins, and no module of one test left for the next."""
    monkeypatch.setattr("tweetgen.plugins.entry_points", lambda group: EntryPoints())
    yield
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    """Writes a file into a folder of plugins."""

    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    return write


def names(plugins: Plugins) -> list[str]:
    return [offer.name for offer in plugins.listing()]


def test_a_file_dropped_into_a_folder_is_loaded_and_listed_with_its_path(drop: Drop, tmp_path: Path) -> None:
    path = drop("b.py", SOURCE.format(name="bees"))
    drop("a.py", SOURCE.format(name="ants"))
    plugins = Plugins.load([tmp_path])
    assert names(plugins) == ["ants", "bees"]
    assert plugins.sources.get("bees").where == str(path)
    assert plugins.sources.get("bees").role == "source"


def test_sleeping_and_other_files_are_left_alone(drop: Drop, tmp_path: Path) -> None:
    for name in (
        "_asleep.py",
        ".hidden.py",
        "notes.txt",
        "old.py.bak",
        "folder/inside.py",
        "__pycache__/a.py",
    ):
        drop(name, "raise RuntimeError('must not run')")
    assert names(Plugins.load([tmp_path])) == []


def test_a_package_and_shared_parts_work_by_relative_import(drop: Drop, tmp_path: Path) -> None:
    drop("_shared/parts.py", "NAME = 'shared'")
    drop("one.py", "from ._shared.parts import NAME" + SOURCE.format(name="x").replace("'x'", "NAME"))
    drop("two/__init__.py", "from .inner import NAME" + SOURCE.format(name="x").replace("'x'", "NAME"))
    drop("two/inner.py", "NAME = 'inner'")
    assert names(Plugins.load([tmp_path])) == ["inner", "shared"]


def test_a_file_named_like_a_library_does_not_stand_in_its_way(drop: Drop, tmp_path: Path) -> None:
    drop("json.py", "import json\nassert json.dumps" + SOURCE.format(name="j"))
    assert names(Plugins.load([tmp_path])) == ["j"]
    assert sys.modules["json"].__file__ != str(tmp_path / "json.py")


def test_dataclasses_work_in_a_dropped_file(drop: Drop, tmp_path: Path) -> None:
    imports = "from __future__ import annotations\nfrom dataclasses import dataclass\n"
    drop("d.py", imports + "@dataclass\nclass A:\n    x: int\n" + SOURCE.format(name="d"))
    assert names(Plugins.load([tmp_path])) == ["d"]


def test_two_folders_may_have_files_of_one_name(drop: Drop, tmp_path: Path) -> None:
    drop("one/source.py", SOURCE.format(name="first"))
    drop("two/source.py", SOURCE.format(name="second"))
    assert names(Plugins.load([tmp_path / "one", tmp_path / "two"])) == ["first", "second"]


def test_names_that_differ_only_in_what_python_cannot_spell_do_not_meet(drop: Drop, tmp_path: Path) -> None:
    drop("my-source.py", SOURCE.format(name="dash"))
    drop("my_source.py", SOURCE.format(name="line"))
    plugins = Plugins.load([tmp_path])
    assert names(plugins) == ["dash", "line"]
    modules = [name for name in sys.modules if name.startswith(f"{PACKAGE}_") and "." in name]
    assert len(modules) == 2


def test_a_second_registration_of_a_name_is_refused_naming_both(drop: Drop, tmp_path: Path) -> None:
    first, second = drop("a.py", SOURCE.format(name="x")), drop("b.py", SOURCE.format(name="x"))
    with pytest.raises(NameTaken, match="source 'x' is already registered") as caught:
        Plugins.load([tmp_path])
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)


def test_an_unknown_name_is_answered_with_the_nearest(drop: Drop, tmp_path: Path) -> None:
    drop("a.py", SOURCE.format(name="jsonl"))
    with pytest.raises(UnknownName, match="unknown source 'json': did you mean 'jsonl'"):
        Plugins.load([tmp_path]).sources.get("json")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (
            "import nothing_of_that_name",
            "line 1: ModuleNotFoundError: No module named 'nothing_of_that_name'",
        ),
        ("x = 1\nraise RuntimeError('two\\nlines')", "line 2: RuntimeError: two lines"),
        ("x = 1\nraise RuntimeError", "line 2: RuntimeError;"),
        ("x = (\n", "line 1: '(' was never closed"),
        ("import sys\nsys.exit(3)", "line 2: SystemExit: 3"),
        ("x = 1", "marks no function with @hookimpl"),
        ("def register_sources(register): ...", "marks no function with @hookimpl"),
        (
            SOURCE.format(name="x").replace("_sources", "_sorces"),
            "unknown hook 'register_sorces': did you mean ",
        ),
        (SOURCE.format(name="x").replace("(register)", "(registry)"), "Plugin "),
        (SOURCE.format(name="Big Name"), "'Big Name' is no source's name: small letters, digits and _ only"),
        (SOURCE.format(name="x").replace("lambda settings, host: ", ""), "NameError: name 'settings'"),
        (SOURCE.format(name="x").split("    register(")[0] + "    register('x', 3)", "cannot be called"),
        (SOURCE.format(name="x").split("    register(")[0] + "    register('x')", "TypeError: "),
        (
            SOURCE.format(name="x").split("    register(")[0]
            + "    register('x', C)\nclass C:\n    Settings = dict",
            "the Settings of source 'x' are no pydantic model",
        ),
    ],
)
def test_a_plugin_that_fails_to_load_stops_the_start(drop: Drop, tmp_path: Path, code: str, why: str) -> None:
    path = drop("bad.py", code)
    with pytest.raises(PluginError) as caught:
        Plugins.load([tmp_path])
    assert str(caught.value).startswith(f"plugin {path}: ")
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_failed_can_be_mended_and_loaded_again(drop: Drop, tmp_path: Path) -> None:
    drop("a.py", "raise RuntimeError")
    with pytest.raises(PluginError):
        Plugins.load([tmp_path])
    drop("a.py", SOURCE.format(name="mended"))
    assert names(Plugins.load([tmp_path])) == ["mended"]


def test_ctrl_c_while_a_plugin_loads_is_ctrl_c(drop: Drop, tmp_path: Path) -> None:
    drop("a.py", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        Plugins.load([tmp_path])


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("no_such_package.module", "ModuleNotFoundError"),
        ("json:dumps", "its entry point names something else than a module"),
        ("json", "marks no function with @hookimpl"),
    ],
)
def test_an_installed_plugin_that_fails_is_named_by_its_entry_point(
    monkeypatch: pytest.MonkeyPatch, value: str, why: str
) -> None:
    point = EntryPoint("bad", value, "tweetgen")
    monkeypatch.setattr("tweetgen.plugins.entry_points", lambda group: EntryPoints([point]))
    with pytest.raises(PluginError, match=f"plugin {value}: .*{why}"):
        Plugins.load()


def test_a_dropped_file_cannot_take_an_installed_plugins_name(
    monkeypatch: pytest.MonkeyPatch, drop: Drop, tmp_path: Path
) -> None:
    point = EntryPoint("jsonl", "tweetgen_plugins.source_jsonl", "tweetgen")
    monkeypatch.setattr("tweetgen.plugins.entry_points", lambda group: EntryPoints([point]))
    drop("a.py", SOURCE.format(name="jsonl"))
    with pytest.raises(
        NameTaken, match=r"source 'jsonl' is already registered by tweetgen_plugins.source_jsonl"
    ):
        Plugins.load([tmp_path])


ROLES = ("sources", "filters", "review_queues", "destinations", "observers")


@pytest.mark.parametrize("hook", ROLES)
def test_each_role_has_a_registry_of_its_own(drop: Drop, tmp_path: Path, hook: str) -> None:
    drop("a.py", SOURCE.format(name="ants").replace("register_sources", f"register_{hook}"))
    plugins = Plugins.load([tmp_path])
    assert [name for name, registry in plugins.registries.items() if "ants" in registry] == [hook]
    assert plugins.listing()[0].role == {"review_queues": "review queue"}.get(hook, hook[:-1])


def test_one_name_may_stand_for_several_roles(drop: Drop, tmp_path: Path) -> None:
    roles = ("review_queues", "destinations", "observers")
    for hook in roles:
        drop(f"{hook}.py", SOURCE.format(name="hook").replace("register_sources", f"register_{hook}"))
    plugins = Plugins.load([tmp_path])
    assert [offer.role for offer in plugins.named("hook")] == ["review queue", "destination", "observer"]
    with pytest.raises(UnknownName, match="unknown plugin 'hok': did you mean 'hook'"):
        plugins.named("hok")


def test_a_destination_cannot_take_a_setting_of_the_host(drop: Drop, tmp_path: Path) -> None:
    drop(
        "a.py",
        """
from pydantic import BaseModel
from tweetgen.hookspecs import hookimpl

class Place:
    class Settings(BaseModel):
        limits: int = 3

@hookimpl
def register_destinations(register):
    register("place", Place)
""",
    )
    with pytest.raises(PluginError, match="destination 'place' calls a setting 'limits', which is the host's"):
        Plugins.load([tmp_path])
