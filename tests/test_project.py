"""Keeps the house tidy: what is promised about files, names, sizes and start-up is checked here."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
#: folder of the checkout → name of the package it becomes
PACKAGED = {
    "tweetgen": "tweetgen",
    "plugins": "tweetgen_plugins",
    "weights": "tweetgen_weights",
    "accounts": "tweetgen_accounts",
}
HEAVY = {"tensorflow", "keras", "tweepy", "numpy", "sqlalchemy", "tokenizers", "safetensors", "alembic"}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60  # lines


def tracked(*patterns: str) -> list[Path]:
    """The project's own files, relative to the checkout; needs git and a checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    answer = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True)
    paths = [Path(name) for name in answer.stdout.decode("utf-8").split("\0") if name]
    return [path for path in paths if (ROOT / path).is_file()]


def modules(*folders: str) -> list[Path]:
    return sorted(chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders))


def loaded_after(code: str) -> set[str]:
    """Top-level names in `sys.modules` after running `code` in a fresh interpreter."""
    report = "import sys; sys.stderr.write('\\n' + ' '.join({n.partition('.')[0] for n in sys.modules}))"
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, check=True, cwd=ROOT
    )
    return set(answer.stderr.decode("utf-8").splitlines()[-1].split())


# ── starting up ──


def test_help_of_the_command_line_loads_nothing_heavy() -> None:
    code = """
import sys
from tweetgen.cli import main
sys.argv = ["tweetgen", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
    assert loaded_after(code) & HEAVY == set()


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_after("import tweetgen") & (HEAVY | {"pydantic", "yaml", "click", "rich"}) == set()


def test_a_plugin_file_can_be_imported_without_anything_heavy() -> None:
    imports = "; ".join(
        f"import {target}" for target in PROJECT["project"]["entry-points"]["tweetgen"].values()
    )
    assert loaded_after(imports) & HEAVY == set()


# ── sizes and words ──


def test_no_module_is_too_long() -> None:
    lengths = {
        path: len(path.read_text("utf-8").splitlines()) for path in modules(*PACKAGED, "tests", "benchmarks")
    }
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{path.relative_to(ROOT)}: {node.name}", node.end_lineno - node.lineno + 1


def test_no_function_is_too_long() -> None:
    lengths = chain.from_iterable(functions(path) for path in modules(*PACKAGED, "tests", "benchmarks"))
    assert {name: length for name, length in lengths if length > LONGEST_FUNCTION} == {}


def test_no_module_is_named_for_having_no_subject() -> None:
    nameless = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [
        path for path in modules(*PACKAGED, "tests", "benchmarks") if path.stem.strip("_") in nameless
    ] == []


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    # put together here, so that this file does not name them either
    hosts = ["pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "debian" + r"\.org"]
    places = [r"(?<![\w./~])/(work|root)" + r"/\w", "/opt/" + "(pypi|wheels)", r"/home/" + r"\w"]
    unwanted = re.compile("|".join(hosts + places))
    found = []
    for path in tracked():
        if path.suffix not in {".safetensors", ".zip", ".gz", ".png"}:
            text = (ROOT / path).read_bytes().decode("utf-8", "replace")
            found += [f"{path}: {match.group()}" for match in unwanted.finditer(text)]
    assert found == []


# ── plugins ──


def hooks() -> list[str]:
    from tweetgen import hookspecs

    return [name for name, value in vars(hookspecs).items() if hasattr(value, "tweetgen_spec")]


def test_every_hook_is_documented_under_a_heading() -> None:
    headings = re.findall(r"^#+ .*$", (ROOT / "docs/plugins.md").read_text("utf-8"), re.MULTILINE)
    assert hooks()
    assert [hook for hook in hooks() if not any(re.search(rf"\b{hook}\b", line) for line in headings)] == []


@pytest.mark.parametrize("folder", ["tests", "plugins"])
def test_every_hook_is_tested_and_used_by_a_plugin_of_our_own(folder: str) -> None:
    texts = [path.read_text("utf-8") for path in modules(folder) if path != Path(__file__).resolve()]
    assert [hook for hook in hooks() if not any(hook in text for text in texts)] == []


def test_every_plugin_file_has_its_entry_point_and_every_entry_point_its_file() -> None:
    files = {path.stem for path in (ROOT / "plugins").glob("*.py") if not path.stem.startswith("_")}
    assert PROJECT["project"]["entry-points"]["tweetgen"] == {
        name: f"tweetgen_plugins.{name}" for name in files
    }


# ── what is said in two places ──


def test_every_package_is_listed_for_shipping() -> None:
    found = set()
    for folder, package in PACKAGED.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join([package, *init.parent.relative_to(ROOT / folder).parts]))
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_everything_but_training_is_held_to_never_reaching_tensorflow() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (contract,) = [one for one in contracts if "ever reach TensorFlow" in one["name"]]
    found = {"tweetgen_plugins"}
    for prefix, folder in (
        ("tweetgen", ROOT / "tweetgen"),
        ("tweetgen.pipeline", ROOT / "tweetgen/pipeline"),
    ):
        paths = [path for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
        found |= {f"{prefix}.{path.stem}" for path in paths if not path.stem.startswith("_")}
    exempt = {"tweetgen.cli", "tweetgen.training", "tweetgen.pipeline", "tweetgen.pipeline.train"}
    assert set(contract["source_modules"]) == found - exempt


def tree_in_readme() -> set[str]:
    """Paths in the annotated tree: one name a line, two spaces of indent a level, folders ending in `/`."""
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("README.md is not written yet")
    blocks = re.findall(r"^```\w*\n(.*?)^```", readme.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tree,) = [block for block in blocks if block.startswith("tweetgen/ ")]
    named: set[str] = set()
    above: list[str] = []
    for line in filter(str.strip, tree.splitlines()):
        level = (len(line) - len(line.lstrip(" "))) // 2
        above[level:] = [line.split()[0]]
        named.add("".join(above))
    return named


def test_readme_names_every_folder_and_module_at_the_top_and_nothing_else() -> None:
    named = tree_in_readme()
    files = tracked()
    there = {f"{path.parts[0]}/" for path in files if len(path.parts) > 1}
    there |= {
        f"tweetgen/{path.parts[1]}/" for path in files if path.parts[0] == "tweetgen" and len(path.parts) > 2
    }
    there |= {str(path) for path in files if path.parent == Path("tweetgen") and path.suffix == ".py"}
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert there - named - {"tweetgen/__main__.py"} == set()
    assert {name for name in named if not (ROOT / name).exists() and f"/{name}" not in ignored} == set()


# ── the wheel ──


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names inside a wheel built from a copy, so that the checkout is left as it was."""
    copied = tmp_path_factory.mktemp("wheel")
    for folder in PACKAGED:
        copytree(ROOT / folder, copied / folder, ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            copy(ROOT / name, copied)
    (copied / "weights/large.safetensors").write_bytes(b"somebody's own")
    code = "from setuptools import build_meta; print(build_meta.build_wheel('.'))"
    subprocess.run([sys.executable, "-c", code], cwd=copied, check=True, capture_output=True)
    with zipfile.ZipFile(next(copied.glob("*.whl"))) as archive:
        return set(archive.namelist())


def test_wheel_holds_every_module_and_the_data_each_needs(wheel: set[str]) -> None:
    expected = {"tweetgen/py.typed"}
    for folder, package in PACKAGED.items():
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in {".py", ".yaml", ".jsonl", ".mako", ".md"} or path.name == "base.safetensors":
                expected.add(str(package / path.relative_to(ROOT / folder)))
    assert expected - wheel == set()


def test_wheel_holds_nothing_else(wheel: set[str]) -> None:
    assert {name.partition("/")[0] for name in wheel if ".dist-info/" not in name} == set(PACKAGED.values())
    assert {name for name in wheel if name.endswith(".safetensors")} <= {"tweetgen_weights/base.safetensors"}
    assert {name for name in wheel if name.endswith(".pyc")} == set()
