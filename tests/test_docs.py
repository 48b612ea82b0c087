"""What is written for people is true: examples run, commands parse, links lead somewhere, settings are all named.

`python tests/test_docs.py` writes the tables of docs/configuration.md anew from the code.
"""

import ast
import re
import shlex
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tweetgen.app import App
from tweetgen.cli import command
from tweetgen.config.allowed import allowed
from tweetgen.domain import Candidate
from tweetgen.model.cards import card
from tweetgen.pipeline.collect import collect
from tweetgen.plugin_settings import schemas
from tweetgen.plugins import Plugins

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md")), ROOT / "weights/README.md"]
CONFIGURATION = ROOT / "docs/configuration.md"
#: the table of a section, between a comment that names it and an empty line
TABLE = re.compile(r"(?<=<!-- settings of )(\w+)(?:\.(\w+))?( -->\n)((?:\|.*\n)*)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in FENCE.findall(page.read_text("utf-8")) if kind == language]


# ── links ──


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", FENCE.sub("", page.read_text("utf-8")))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"(docs/{page.name})" not in readme] == []


# ── commands ──


def commands(page: Path) -> Iterator[str]:
    """Every command line of a page, in blocks and within sentences, parts of a shell line one by one."""
    text = page.read_text("utf-8")
    lines = "\n".join(block for kind, block in FENCE.findall(text) if kind in {"", "sh"})
    lines = re.sub(r"\s#\s.*", "", lines.replace("\\\n", " "))
    quoted = re.findall(r"`(tweetgen [^`]*)`", FENCE.sub("", text))
    for line in chain(lines.splitlines(), quoted):
        for part in re.split(r"&&|\||;", line):
            if part.strip().startswith("tweetgen "):
                yield part.strip()


def parse(line: str) -> None:
    """Parse as the command line does, running nothing. Raises click's errors."""
    words = shlex.split(line, comments=True)[1:]
    words = words[: words.index(">")] if ">" in words else words
    group: click.Command = command
    context: click.Context | None = None
    try:
        while True:
            context = group.make_context("tweetgen", words, parent=context)
            words = [*context._protected_args, *context.args]
            if not isinstance(group, click.Group) or not words:
                return
            _, found, words = group.resolve_command(context, words)
            assert found is not None
            group = found
    except click.exceptions.Exit:
        return  # --help, --version


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_line_parses(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.Path, "convert", lambda self, value, param, ctx: Path(value))
    wrong = []
    for line in commands(page):
        try:
            parse(line)
        except (click.ClickException, ValueError) as error:
            wrong.append(f"{line}: {error}")
    assert wrong == []


def test_the_pages_name_every_command() -> None:
    written = " ".join(line for page in PAGES for line in commands(page))
    names = command.list_commands(click.Context(command))
    assert [name for name in names if f"tweetgen {name}" not in written] == []


# ── the example of a plugin ──


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance with the plugin and the configuration of docs/plugins.md, and two notes."""
    page = ROOT / "docs/plugins.md"
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/source_diary.py").write_text(blocks(page, "python")[0], "utf-8")
    (tmp_path / "config.yaml").write_text(blocks(page, "yaml")[0], "utf-8")
    (tmp_path / "notes").mkdir()
    for day, text in (("2024-05-01", "Rain."), ("2024-05-02", "More rain.")):
        (tmp_path / f"notes/{day}.md").write_text(text, "utf-8")
    return tmp_path


def test_the_plugin_of_the_guide_collects_only_what_is_new(instance: Path) -> None:
    app = App.open(instance, {})
    with app.store as store:
        assert collect(store, app.sources()).new == 2
        (instance / "notes/2024-05-03.md").write_text("Sun!", "utf-8")
        again = collect(store, app.sources())
        assert (again.new, again.known, again.problems) == (1, 0, [])
        assert [(one.post.author, one.post.text) for one in store.posts()][1:] == [
            ("ada", "More rain."),
            ("ada", "Sun!"),
        ]


def test_the_test_of_the_guide_passes() -> None:
    plugin, *_, test = blocks(ROOT / "docs/plugins.md", "python")
    exec(compile(plugin + test, "docs/plugins.md", "exec"), {})


def test_the_filter_of_the_guide_judges() -> None:
    scope: dict[str, Any] = {}
    exec(compile(blocks(ROOT / "docs/plugins.md", "python")[1], "docs/plugins.md", "exec"), scope)
    judge = scope["Shout"]({}, None).judge
    outcomes = [judge(Candidate(text, {}, "m", 0, (1.0,), True, 0.0)).outcome for text in ("QUIET!", "Quiet.")]
    assert outcomes == ["drop", "keep"]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_example_in_python_imports_what_there_is(page: Path) -> None:
    for block in blocks(page, "python"):
        tree = ast.parse(block)
        tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        exec(compile(tree, name_of(page), "exec"), {})


def test_the_page_of_the_shipped_weights_tells_what_they_are() -> None:
    base = ROOT / "weights/base.safetensors"
    if not base.exists():
        pytest.skip("no base weights here")
    found = card(base)
    bits = (found.report or {})["bits_per_character"]
    assert isinstance(bits, dict)
    facts = [found.network, f"{found.vocabulary:,}", f"{found.parameters:,}", f"{found.bytes / 1e6:.1f} MB"]
    facts += [f"{value:.3f}" for value in (bits["right"], bits["none"]) if isinstance(value, float)]
    page = (base.parent / "README.md").read_text("utf-8")
    assert [fact for fact in facts if fact not in page] == []


# ── settings ──


def tables(text: str) -> str:
    """A page with every table of settings as the code has it."""
    return TABLE.sub(lambda found: found[0].removesuffix(found[4]) + table(found[1], found[2]), text)


def table(kind: str, section: str | None) -> str:
    """The settings of `config` or `account` files, at the top or in a section of theirs."""
    schema = schemas(Plugins.load())[kind]
    node = next(resolved(schema, schema["properties"][section])) if section else schema
    headings = ["key", "default", *(["allowed"] if section else []), "meaning"]
    rows = [headings, ["---"] * len(headings)]
    for key, value in node["properties"].items():
        behind = next(resolved(schema, value), {})
        meaning = " ".join(value.get("description", behind.get("description", "")).split())
        may_be = [allowed(schema, (section, key)) or ""] if section else []
        rows.append([f"`{key}`", default(value), *may_be, meaning])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def resolved(schema: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The definitions behind a key that have keys themselves."""
    for choice in node.get("anyOf", [node]):
        target = schema["$defs"][choice["$ref"].rpartition("/")[2]] if "$ref" in choice else choice
        if "properties" in target:
            yield target


def default(value: dict[str, Any]) -> str:
    found = value.get("default")
    match found:
        case None:
            return "null" if "default" in value else ""
        case bool():
            return str(found).lower()
        case [] | "":
            return ""
        case list():
            return ", ".join(found)
    return f"{found:g}" if isinstance(found, float) else str(found)


def test_the_tables_of_settings_are_those_of_the_code() -> None:
    text = CONFIGURATION.read_text("utf-8")
    assert tables(text) == text, "run: python tests/test_docs.py"


def test_every_section_has_its_table() -> None:
    named = {(kind, section) for kind, section, *_ in TABLE.findall(CONFIGURATION.read_text("utf-8"))}
    config, account = (schemas(Plugins.load())[kind] for kind in ("config", "account"))
    of_config, of_account = sections(config), sections(account)
    assert named >= {("config", ""), ("account", ""), *(("config", key) for key in of_config if key != "defaults")}
    # what is the same in both kinds of files is said once, with the instance's
    own = {key for key, keys in of_account.items() if of_config.get(key) != keys}
    assert named >= {("account", key) for key in own}


def sections(schema: dict[str, Any]) -> dict[str, list[str]]:
    """The keys at the top that have keys themselves, with these."""
    found = {key: next(resolved(schema, value), None) for key, value in schema["properties"].items()}
    return {key: list(node["properties"]) for key, node in found.items() if node and key != "review"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_example_of_a_configuration_is_valid(page: Path, tmp_path: Path) -> None:
    (tmp_path / "accounts").mkdir()
    (tmp_path / "plugins").mkdir()
    for number, text in enumerate(blocks(page, "yaml")):
        of_account = {"voice", "about"} & set(yaml.safe_load(text))
        (tmp_path / "config.yaml").write_text("" if of_account else text, "utf-8")
        account = tmp_path / f"accounts/example{number}.yaml"
        account.write_text(text if of_account else "", "utf-8")
        App.open(tmp_path, {})
        account.unlink()


if __name__ == "__main__":
    CONFIGURATION.write_text(tables(CONFIGURATION.read_text("utf-8")), "utf-8")
