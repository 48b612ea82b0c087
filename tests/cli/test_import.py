"""`tweetgen import`: files of every sort, good and bad."""

import gzip
import json
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tweetgen.cli.import_ import as_options, guess
from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]


def lines(*texts: str, author: str = "ada") -> bytes:
    return b"".join(
        json.dumps({"author": author, "text": text, "id": str(n)}).encode() + b"\n"
        for n, text in enumerate(texts)
    )


def stored(folder: Path) -> list[tuple[str, str]]:
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        return [(found.post.author, found.post.text) for found in store.posts()]


def test_json_lines_come_in_and_the_next_step_is_told(tweetgen: Run, folder: Path) -> None:
    (folder / "posts.jsonl").write_bytes(lines("one", "two 🦉"))
    code, out, err = tweetgen("import", "posts.jsonl")
    assert (code, err) == (0, "")
    assert "2 new posts; 0 known before" in out
    assert out.endswith("Next: tweetgen train\n")
    assert stored(folder) == [("ada", "one"), ("ada", "two 🦉")]


def test_a_file_may_be_imported_again_when_it_has_grown(tweetgen: Run, folder: Path) -> None:
    (folder / "posts.jsonl").write_bytes(lines("one", "two"))
    tweetgen("import", "posts.jsonl")
    (folder / "posts.jsonl").write_bytes(lines("one", "two", "three"))
    assert "1 new post; 2 known before" in tweetgen("import", "posts.jsonl")[1]
    _, out, _ = tweetgen("import", "posts.jsonl")
    assert "0 new posts; 3 known before" in out
    assert "Next: tweetgen corpus" in out


def test_the_summary_as_json(tweetgen: Run, folder: Path) -> None:
    (folder / "posts.jsonl").write_bytes(lines("one", "one", "two", author="语") + b'{"text": "cut in ha')
    code, out, err = tweetgen("import", "posts.jsonl", "--json")
    summary = json.loads(out)
    (problem,) = summary.pop("problems")
    assert code == 0
    assert "posts.jsonl" in problem
    assert "1 problem:" in err
    assert summary == {
        "new": 3,
        "known": 0,
        "duplicates": 1,
        "authors": {"语": {"new": 3, "known": 0}},
        "problem_count": 1,
        "failed": [],
    }


def test_unreadable_lines_are_named_and_counted_and_the_rest_kept(tweetgen: Run, folder: Path) -> None:
    (folder / "posts.jsonl").write_bytes(b"not json\n" * 25 + lines("kept"))
    code, out, err = tweetgen("import", "posts.jsonl")
    assert (code, stored(folder)) == (0, [("ada", "kept")])
    assert "1 new post;" in out
    assert err.startswith("25 problems:\n  ")
    assert "posts.jsonl" in err
    assert err.endswith("  … and 15 more\n")


@pytest.mark.parametrize(
    ("name", "content", "arguments", "expected"),
    [
        ("ada.txt", b"one\n\ntwo\n", [], [("ada", "one"), ("ada", "two")]),
        ("poems", b"one\ntwo\n", ["--author", "bo"], [("bo", "one"), ("bo", "two")]),
        ("bo.txt", b"a\nb\n%\nc\n", ["--delimiter", r"\n%\n"], [("bo", "a\nb"), ("bo", "c")]),
        ("x.txt", "Café".encode("cp1252"), ["--author", "bo", "--encoding", "cp1252"], [("bo", "Café")]),
        ("x.csv", b"author,text\nbo,one\n", [], [("bo", "one")]),
        ("x.tsv", b"author\ttext\nbo\tone\n", [], [("bo", "one")]),
        ("x.csv", b"A;T\nbo;1\n", ["--delimiter=;", "--text-column=T", "--author-column=A"], [("bo", "1")]),
        ("x.dump", lines("one"), [], [("ada", "one")]),
        ("x.dump", b"author,text\nbo,one\n", ["--format", "csv"], [("bo", "one")]),
        ("x.jsonl.gz", gzip.compress(lines("one"), mtime=0), [], [("ada", "one")]),
        ("x.ndjson", b'{"who": "bo", "text": "one"}\n', ["--author-column", "who"], [("bo", "one")]),
    ],
)  # fmt: skip
def test_the_format_is_told_by_the_file_or_by_options(
    tweetgen: Run,
    folder: Path,
    name: str,
    content: bytes,
    arguments: list[str],
    expected: list[tuple[str, str]],
) -> None:
    (folder / name).write_bytes(content)
    code, _, err = tweetgen("import", name, *arguments)
    assert (code, err, stored(folder)) == (0, "", expected)


def test_a_whole_file_is_one_text(tweetgen: Run, folder: Path) -> None:
    (folder / "play.txt").write_text("line one\nline two\n")
    tweetgen("import", "play.txt", "--whole")
    assert stored(folder) == [("play", "line one\nline two\n")]


def test_several_files_of_different_formats(tweetgen: Run, folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(lines("one"))
    (folder / "bo.txt").write_text("two\n")
    code, out, _ = tweetgen("import", "a.jsonl", "bo.txt")
    assert (code, stored(folder)) == (0, [("ada", "one"), ("bo", "two")])
    assert "2 new posts" in out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nosuch.jsonl", None, "nosuch.jsonl: no such file"),
        ("binary.jsonl", b"\x7fELF\0\0\0\1" * 100, "binary"),
        ("utf16.txt", "much ado about no byte order mark".encode("utf-16-le"), "set `--encoding utf-16-le`"),
        ("x.csv", b"who,what\nbo,one\n", "no column"),
        ("broken.zip", b"PK\x03\x04 and nothing of the rest", "broken.zip"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_line(
    tweetgen: Run, folder: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    code, out, err = tweetgen("import", name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("tweetgen: source ")
    assert words in err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jsonl", b"", "empty.jsonl: the file is empty; fetch it again, or name another"),
        ("blank.txt", b"\n \n", "blank.txt: no post in it; name a file of JSON Lines"),
        ("cut.jsonl", b'{"author": "ada", "te', "cut.jsonl:1: cut in half"),
        ("no.jsonl", b'{"text": "hi"}\n', "no.jsonl:1: no author in 'author'; set `--author AUTHOR` or the right key"),
        ("null.jsonl", b'{"author": "ada", "text": null}\n', "null.jsonl:1: 'text' is no text; name the right one"),
        ("n.jsonl", b'{"author": "a", "text": "b", "n": ' + b"9" * 9999 + b"}\n", "n.jsonl:1: not JSON (nested too"),
        ("long.txt", b"x" * 2_000_000 + b"\n", "a line of 2,000,001 bytes left out; raise `--max-line 1000000` to"),
    ],
)
def test_a_file_without_a_single_post_is_told_in_one_line(
    tweetgen: Run, folder: Path, name: str, content: bytes, words: str
) -> None:
    (folder / name).write_bytes(content)
    code, out, err = tweetgen("import", name)
    assert (code, out, err.count("\n"), stored(folder)) == (2, "", 1, [])
    assert err.startswith("tweetgen: ")
    assert words in err
    assert json.loads(tweetgen("import", name, "--json")[1])["failed"] == [name]


def test_a_long_line_can_be_let_in(tweetgen: Run, folder: Path) -> None:
    (folder / "long.txt").write_bytes(b"x" * 2_000_000 + b"\n")
    assert tweetgen("import", "long.txt", "--max-line", "2000001")[0] == 0
    assert len(stored(folder)) == 1


def test_an_empty_name_is_not_the_current_folder(tweetgen: Run, folder: Path) -> None:
    (folder / "posts.jsonl").write_bytes(lines("one"))
    code, _, err = tweetgen("import", "")
    assert (code, stored(folder)) == (2, [])
    assert "a name is empty" in err


def test_what_is_there_but_no_file_is_told_in_one_line(tweetgen: Run, folder: Path) -> None:
    (folder / "link.txt").symlink_to("gone.txt")
    (folder / "none").mkdir()
    for name, words in {
        "link.txt": "link.txt: leads nowhere; mend this link to gone.txt",
        "/dev/null": "/dev/null: not a regular file; name another",
        "none": "none: no file in it ends in .jsonl, ",
    }.items():
        code, out, err = tweetgen("import", name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert words in err


def test_a_file_that_fails_stops_no_other_and_shows_in_the_exit_code(tweetgen: Run, folder: Path) -> None:
    (folder / "good.jsonl").write_bytes(lines("one"))
    code, out, err = tweetgen("import", "nosuch.jsonl", "good.jsonl")
    assert (code, stored(folder)) == (2, [("ada", "one")])
    assert "1 new post" in out
    assert "nosuch.jsonl: no such file" in err


def test_an_option_that_the_format_does_not_know_is_refused(tweetgen: Run, folder: Path) -> None:
    (folder / "posts.jsonl").write_bytes(lines("one"))
    code, _, err = tweetgen("import", "posts.jsonl", "--whole")
    assert code == 2
    assert "whole" in err


def test_an_unknown_format_is_answered_with_the_known_ones(tweetgen: Run, folder: Path) -> None:
    (folder / "posts.jsonl").write_bytes(lines("one"))
    code, _, err = tweetgen("import", "posts.jsonl", "--format", "jsnl")
    assert (code, err) == (2, "tweetgen: unknown source 'jsnl': did you mean 'jsonl'?\n")


def test_a_folder_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    for name in ("archive/data", "tables", "notes"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "tables" / "x.csv.gz").touch()
    (tmp_path / "notes" / "ada.txt").touch()
    assert [guess(tmp_path / name) for name in ("archive", "tables", "notes")] == [
        "x_archive",
        "csv",
        "textfile",
    ]


def test_an_archive_is_known_by_its_beginning_and_by_its_old_table(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "download", "w") as archive:
        archive.writestr("data/account.js", "")
    (tmp_path / "tweets.csv").write_text('"tweet_id","text","retweeted_status_id"\n')
    assert guess(tmp_path / "download") == guess(tmp_path / "tweets.csv") == "x_archive"


def test_remedies_speak_of_options() -> None:
    said = "set `author:`, or `encoding: utf-16`, or `columns: {text: …}`; not `path:`"
    assert (
        as_options(said)
        == "set `--author AUTHOR`, or `--encoding utf-16`, or `--text-column KEY`; not `path:`"
    )


def test_ctrl_c_keeps_what_was_committed_and_says_so_in_one_line(folder: Path) -> None:
    with (folder / "posts.jsonl").open("wb") as file:
        for n in range(150_000):
            file.write(b'{"author": "ada", "text": "thought %d", "id": "%d"}\n' % (n, n))
    program = subprocess.Popen(
        [sys.executable, "-c", "from tweetgen.cli import main; main()", "import", "posts.jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    database = folder / "state" / "tweetgen.db"
    while not (database.exists() and database.with_name("tweetgen.db-wal").exists()) or not stored(folder):
        assert program.poll() is None
        time.sleep(0.01)
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=60)
    assert (program.returncode, out) == (130, "")
    assert err.count("\n") == 1
    kept = [text for _, text in stored(folder)]
    assert kept == [f"thought {n}" for n in range(len(kept))]
    assert 0 < len(kept) < 150_000
