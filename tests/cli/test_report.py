"""`tweetgen report`: one file that stands alone, a plain answer in the terminal, clear words where it cannot be."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
#: one of them tries to be a script
AUTHORS = ("ada", "<script>alert(1)</script>")


class Parts(HTMLParser):
    """What a page is made of, and what it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.headings: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [str(value) for name, value in attrs if name in {"src", "href", "srcset", "action"}]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] in {"h1", "h2"} and data.strip():
            self.headings.append(data.strip())


@pytest.fixture
def model(folder: Path, save_model: Callable[..., Path], tweetgen: Run) -> Path:
    words = ("fog", "gulls", "tea", "rain", "lamps", "ships", "moonlight")
    posts = [{"author": author, "text": f"{a} over {b} <b>"} for author in AUTHORS for a in words for b in words]
    (folder / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts))
    assert tweetgen("import", "posts.jsonl")[0] == 0
    return save_model(folder / "weights" / "pair.safetensors", *AUTHORS)


@pytest.fixture
def run(tweetgen: Run, model: Path) -> Run:
    return lambda *arguments: tweetgen("report", "pair", "--samples", "12", *arguments)


def test_it_writes_one_file_that_needs_nothing_beside_it(folder: Path, run: Run) -> None:
    code, _, err = run()
    assert (code, err.splitlines()[-1]) == (0, "written: report.html")
    page = (folder / "report.html").read_text("utf-8")
    parts = Parts(page)
    assert parts.fetched == []
    assert not {"script", "link", "img", "iframe"} & set(parts.tags)
    assert not re.search(r"@import|url\(", page)
    assert {"Is this model good?", "What to do next", "Whose does it sound?", "What temperature does"} <= set(
        parts.headings
    )
    assert page.startswith("<!doctype html>")


def test_texts_of_others_are_only_text(folder: Path, run: Run) -> None:
    assert run()[0] == 0
    page = (folder / "report.html").read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_terminal_gets_the_answer_and_what_to_do(run: Run) -> None:
    code, out, _ = run()
    assert code == 0
    assert out.startswith("Not yet.")
    assert "What to do next" in out
    assert "1. Bring in more posts of" in out
    assert "in use 0.8" in out


def test_json_holds_the_numbers_and_the_file_is_written_all_the_same(folder: Path, run: Run) -> None:
    code, out, _ = run("--json", "--output", "numbers.html")
    told = json.loads(out)
    assert code == 0
    assert told["model"] == "pair"
    assert told["advice"]["verdict"] == "poor"
    assert [each["temperature"] for each in told["temperatures"]] == [0.5, 0.7, 0.8, 1.0, 1.2]
    assert (folder / "numbers.html").is_file()


def test_without_scikit_learn_it_says_what_to_install(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tweetgen.measures import judges
    from tweetgen.pipeline import model_report

    def missing() -> None:
        from tweetgen.errors import MissingDependency

        raise MissingDependency("scikit-learn", "judging", "evaluate")

    monkeypatch.setattr(judges, "_judge", missing)
    monkeypatch.setattr(model_report, "find_spec", lambda name: None)
    code, _, err = run()
    assert code == 0
    assert "pip install 'tweetgen[evaluate]'" in err
    page = (folder / "report.html").read_text("utf-8")
    assert page.count("tweetgen[evaluate]") == 2


def test_a_file_is_measured_on_and_nothing_needs_to_be_written(folder: Path, run: Run) -> None:
    (folder / "others.jsonl").write_text('{"author": "zoe", "text": "snow"}\n')
    assert run("others.jsonl", "--samples", "0", "--quick")[0] == 0
    assert "no label" in (folder / "report.html").read_text("utf-8")


def test_an_older_report_is_replaced_whole(folder: Path, run: Run) -> None:
    (folder / "report.html").write_text("old")
    assert run("--quick")[0] == 0
    assert (folder / "report.html").read_text("utf-8") != "old"
    assert [path.name for path in folder.iterdir() if path.name.endswith(".tmp")] == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--output", "weights"), "is a directory"),
        (("--output", "nowhere/report.html"), "there is no folder nowhere"),
        (("posts.jsonl", "--output", "posts.jsonl"), "is the FILE to measure on"),
        (("empty.jsonl",), "no post in it can be measured"),
        (("missing.jsonl",), "does not exist"),
        (("--samples", "-1"), "--samples"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(folder: Path, run: Run, arguments: tuple[str, ...], why: str) -> None:
    (folder / "empty.jsonl").write_text("")
    before = (folder / "posts.jsonl").read_bytes()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert why in err
    assert (folder / "posts.jsonl").read_bytes() == before
    assert not (folder / "report.html").exists()


def test_an_unknown_model_and_a_broken_one_are_said_in_a_line(model: Path, tweetgen: Run) -> None:
    assert tweetgen("report", "pear")[0] == 2
    model.write_bytes(b"torn")
    code, _, err = tweetgen("report", "pair")
    assert code == 2
    assert "pair.safetensors" in err


def test_a_disk_that_refuses_leaves_the_older_report(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "report.html").write_text("old")

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("tweetgen.atomic.write_whole", full)
    code, _, err = run("--quick", "--samples", "0")
    assert code == 2
    assert "No space left" in err
    assert (folder / "report.html").read_text() == "old"
