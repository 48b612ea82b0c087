"""`tweetgen corpus`: what is there, and away with it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tweetgen.domain import Kind, Post
from tweetgen.model import library, weights
from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]

POSTS = [
    Post("ada", "first thought", "1", "jsonl", datetime(2020, 1, 2, tzinfo=UTC)),
    Post("ada", "an answer", "2", "csv", datetime(2021, 3, 4, tzinfo=UTC), Kind.REPLY, trainable=False),
    Post("Bo 🦉", "[red]hoo[/red]", "3", "jsonl"),
]


@pytest.fixture
def filled(folder: Path) -> Path:
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        store.add_page(None, POSTS)
    return folder


def authors(folder: Path) -> list[str]:
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        return store.authors()


def test_the_corpus_is_shown_author_by_author(tweetgen: Run, filled: Path) -> None:
    code, out, err = tweetgen("corpus")
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert rows[1] == "ada 2 22 2020-01-02 2021-03-04 0 1 original 1, reply 1"
    assert rows[2] == "Bo 🦉 1 14 0 0 original 1"
    assert rows[3] == "2 authors 3 36 2020-01-02 2021-03-04 0 1"


def test_the_corpus_as_json(tweetgen: Run, filled: Path) -> None:
    bo, ada = json.loads(tweetgen("corpus", "--json")[1])
    assert (bo["author"], bo["first"], bo["kinds"]) == ("Bo 🦉", None, {"original": 1})
    assert ada == {
        "author": "ada",
        "posts": 2,
        "trainable": 1,
        "characters": 22,
        "first": "2020-01-02T00:00:00+00:00",
        "last": "2021-03-04T00:00:00+00:00",
        "duplicates": 0,
        "kinds": {"original": 1, "reply": 1},
    }


def test_an_empty_corpus_says_what_to_do(tweetgen: Run) -> None:
    assert "tweetgen import FILE" in tweetgen("corpus")[1]
    assert json.loads(tweetgen("corpus", "--json")[1]) == []


def test_purge_deletes_for_good(tweetgen: Run, filled: Path) -> None:
    code, out, _ = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert (code, out) == (0, "2 posts deleted for good\n")
    assert authors(filled) == ["Bo 🦉"]
    left = b"".join(path.read_bytes() for path in (filled / "state").iterdir())
    assert b"first thought" not in left
    assert b"hoo" in left


def test_purge_of_a_source(tweetgen: Run, filled: Path) -> None:
    tweetgen("corpus", "purge", "--source", "jsonl", "--yes")
    assert authors(filled) == ["ada"]


def test_purge_asks_and_without_a_terminal_refuses(tweetgen: Run, filled: Path) -> None:
    code, _, err = tweetgen("corpus", "purge", "--author", "ada")
    assert (code, err) == (2, "tweetgen: 2 posts by ada: would be deleted for good; repeat with --yes\n")
    assert authors(filled) == ["Bo 🦉", "ada"]


@pytest.mark.parametrize(("answer", "left"), [("n\n", ["Bo 🦉", "ada"]), ("y\n", ["Bo 🦉"])])
def test_purge_asks_on_a_terminal(
    tweetgen: Run, filled: Path, monkeypatch: pytest.MonkeyPatch, answer: str, left: list[str]
) -> None:
    asked: list[str] = []

    def reply(prompt: str) -> str:
        asked.append(prompt)
        return answer.strip()

    monkeypatch.setattr("tweetgen.cli.corpus.is_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", reply)
    code, _, _ = tweetgen("corpus", "purge", "--author", "ada")
    assert authors(filled) == left
    assert (code == 0) == (answer == "y\n")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name what to purge"),
        (["--author", "adda"], "unknown author 'adda': did you mean 'ada'?"),
        (["--source", "jsonnl"], "unknown source 'jsonnl': did you mean 'jsonl'?"),
        (["--author", "Bo 🦉", "--source", "csv"], "author Bo 🦉: no post from source csv"),
    ],
)
def test_purge_of_nothing_is_refused(tweetgen: Run, filled: Path, arguments: list[str], words: str) -> None:
    code, _, err = tweetgen("corpus", "purge", "--yes", *arguments)
    assert code == 2
    assert words in err
    assert authors(filled) == ["Bo 🦉", "ada"]


def test_purge_names_the_weights_that_learnt_from_it(
    tweetgen: Run, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = {
        "one.safetensors": {"ada": 5, "eve": 2},
        "two.safetensors": {"eve": 9},
        "odd.safetensors": None,
    }
    monkeypatch.setattr(library, "listing", lambda folders: [Path(name) for name in origins])
    monkeypatch.setattr(
        weights, "read_metadata", lambda path: SimpleNamespace(origin={"authors": origins[path.name]})
    )
    _, out, _ = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert out.splitlines()[1:] == [
        "These weights files learnt from their authors; delete them, or train them again:",
        "  one.safetensors (ada)",
    ]


def test_a_weights_file_that_cannot_be_read_stops_no_purge(tweetgen: Run, filled: Path) -> None:
    (filled / "weights").mkdir()
    (filled / "weights" / "cut.safetensors").write_bytes(b"\x10")
    code, _, err = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert (code, authors(filled)) == (0, ["Bo 🦉"])
    assert "cut.safetensors" in err


def test_a_database_that_is_none_is_told_in_one_line(tweetgen: Run, folder: Path) -> None:
    (folder / "state").mkdir()
    (folder / "state" / "tweetgen.db").write_text("no database\n" * 500)
    code, out, err = tweetgen("corpus")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "this is not a database" in err
