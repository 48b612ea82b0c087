"""`tweetgen init`: a new instance is whole and works, or it is not there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tweetgen import cli
from tweetgen.app import App
from tweetgen.config import new


@pytest.fixture
def init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Runs `tweetgen init` in a folder of its own; raises what it raises."""
    monkeypatch.chdir(tmp_path)

    def call(folder: str) -> str:
        arguments = ["init", folder]
        return CliRunner().invoke(cli.command, arguments, catch_exceptions=False).output

    return call


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_new_instance_works_at_once(init: Callable[[str], str], tmp_path: Path) -> None:
    out = init("my bots/first")
    assert out.endswith(
        "Next, type:\n  cd 'my bots/first'\n  tweetgen collect\n  tweetgen train\n  tweetgen generate\n"
    )
    base = tmp_path / "my bots" / "first"
    app = App.open(base)
    assert list(app.accounts) == ["demo"]
    assert app.config.plugins == ("plugins",)
    sources = app.sources()
    assert len(sources) == len(app.accounts["demo"].voice)
    for source in sources:
        assert next(iter(source.source.fetch(None, None))).posts
    assert (base / "weights").is_dir()
    for name in ("config.yaml", "accounts/demo.yaml"):
        schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", (base / name).read_text())
        assert schema
        assert (base / name).parent.joinpath(schema[1]).is_file()


def test_an_empty_folder_may_become_an_instance(init: Callable[[str], str], tmp_path: Path) -> None:
    out = init(".")
    assert "  cd " not in out
    assert (tmp_path / "config.yaml").is_file()


def test_a_folder_that_holds_anything_is_left_untouched(init: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / ".keep").touch()
    out = CliRunner().invoke(cli.command, ["init", "."])
    assert "is not empty" in str(out.exception)
    assert everything(tmp_path) == [".keep"]


def test_a_file_is_left_untouched(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    out = CliRunner().invoke(cli.command, ["init", str(tmp_path / "x")])
    assert "is a file" in str(out.exception)
    assert (tmp_path / "x").read_text() == "mine"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_could_not_be_finished_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    write, left = Path.write_bytes, [3]

    def fail_at_the_fourth(path: Path, content: bytes) -> int:
        left[0] -= 1
        if left[0] < 0:
            write(path, content[:5])
            raise error
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail_at_the_fourth)
    (tmp_path / "there").mkdir()
    for folder in ("there", "new/and/deep"):
        left[0] = 3
        with pytest.raises(type(error)):
            new.write_instance(tmp_path / folder, {})
    assert everything(tmp_path) == ["there"]


def test_the_example_plugin_sleeps_until_it_is_renamed(init: Callable[[str], str], tmp_path: Path) -> None:
    init("x")
    base = tmp_path / "x"
    assert "transcript" not in App.open(base).plugins.sources
    (base / "plugins" / "_example.py").rename(base / "plugins" / "source_transcript.py")
    (base / "talk.txt").write_text("Ann: good morning: all\nno colon here\nBen: hello\n")
    page = next(iter(App.open(base).source("transcript", {"path": "talk.txt"}).source.fetch(["Ann"], None)))
    assert [(post.author, post.text) for post in page.posts] == [("Ann", "good morning: all")]


EXAMPLES = ("parody", "curator", "archive")


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_account_sleeps_until_it_is_renamed(init: Callable[[str], str], tmp_path: Path, name: str) -> None:
    init("x")
    base = tmp_path / "x"
    (base / f"accounts/_{name}.yaml").rename(base / f"accounts/{name}.yaml")
    app = App.open(base, environment={"BOT_SECRET": "hush hush hush"})
    assert list(app.accounts) == sorted(["demo", name])
    account = app.account(name)
    assert [one.name for one in app.filters(name)] == [entry.name for entry in account.filters]
    assert app.review_queue(name).name == account.review.name
    assert [one.name for one in app.destinations(name)] == [one.name for one in account.destinations]
    app.close()


def test_every_example_account_is_tried(init: Callable[[str], str], tmp_path: Path) -> None:
    init("x")
    assert {path.stem[1:] for path in (tmp_path / "x/accounts").glob("_*.yaml")} == {*EXAMPLES}


def test_a_new_instance_posts_into_a_file_what_somebody_approved(init: Callable[[str], str], tmp_path: Path) -> None:
    init("x")
    demo = App.open(tmp_path / "x").account("demo")
    assert demo.review.name == "inbox"
    assert [(one.name, one.entry.settings["path"]) for one in demo.destinations] == [("file", "state/demo.jsonl")]
    assert demo.schedule.post


def test_every_line_of_the_template_is_right_once_uncommented(
    init: Callable[[str], str], tmp_path: Path
) -> None:
    init("x")
    config = tmp_path / "x" / "config.yaml"
    example = re.compile(r"^# ((?:[a-z]+:|  +[a-z_]+:|  +- ).*)$", re.MULTILINE)
    text, uncommented = example.subn(r"\1", config.read_text())
    assert uncommented > 25
    config.write_text(text)
    app = App.open(tmp_path / "x")
    assert {entry.name for entry in app.config.sources} == {offer.name for offer in app.plugins.sources}
    assert app.config.observers
    assert app.config.schedule.collect


def test_the_template_says_what_counts_without_it(init: Callable[[str], str], tmp_path: Path) -> None:
    init("x")
    config = tmp_path / "x" / "config.yaml"
    before = App.open(tmp_path / "x").config
    counts = "database|timezone|model|cleaning|writing|training|tokens|network|web|service"
    example = re.compile(rf"^# ((?:{counts}):.*|  +[a-z_]+: .*)$", re.MULTILINE)
    text = re.sub(r"^# (sources|defaults|observers):\n(#  .*\n)+", "", config.read_text(), flags=re.MULTILINE)
    config.write_text(example.sub(r"\1", text))
    assert App.open(tmp_path / "x").config == before
