"""`tweetgen collect`: the configured sources."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


def write(path: Path, *authors: str) -> None:
    with path.open("a") as file:
        for author in authors:
            print(json.dumps({"author": author, "text": f"a thought of {author}"}), file=file)


@pytest.fixture
def configured(folder: Path) -> Path:
    """An instance with two sources."""
    (folder / "config.yaml").write_text(
        "sources:\n  - jsonl: {path: posts.jsonl}\n  - textfile: {path: poems.txt}\n"
    )
    write(folder / "posts.jsonl", "ada", "bo")
    (folder / "poems.txt").write_text("roses are\nviolets are\n")
    return folder


def test_collect_brings_in_only_what_is_new(tweetgen: Run, configured: Path) -> None:
    code, out, err = tweetgen("collect")
    assert (code, err) == (0, "")
    assert "4 new posts; 0 known before" in out
    assert out.endswith("Next: tweetgen train\n")
    write(configured / "posts.jsonl", "cy")
    code, out, _ = tweetgen("collect", "--json")
    assert json.loads(out)["authors"] == {"cy": {"new": 1, "known": 0}}
    assert "0 new posts; 0 known before" in tweetgen("collect")[1]


def test_collect_of_one_source_and_one_author(tweetgen: Run, configured: Path) -> None:
    _, out, _ = tweetgen("collect", "jsonl", "--author", "bo", "--json")
    assert json.loads(out)["authors"] == {"bo": {"new": 1, "known": 0}}


def test_collect_again_reads_from_the_start(tweetgen: Run, configured: Path) -> None:
    tweetgen("collect")
    assert "0 new posts; 4 known before" in tweetgen("collect", "--again")[1]


def test_a_source_that_fails_stops_no_other_and_shows_in_the_exit_code(
    tweetgen: Run, configured: Path
) -> None:
    (configured / "posts.jsonl").unlink()
    code, out, err = tweetgen("collect")
    assert code == 2
    assert "2 new posts" in out
    assert "source jsonl: posts.jsonl: no such file" in err


def test_names_of_sources_are_checked(tweetgen: Run, configured: Path) -> None:
    code, _, err = tweetgen("collect", "jsonnl")
    assert (code, err) == (2, "tweetgen: unknown source 'jsonnl': did you mean 'jsonl'?\n")
    code, _, err = tweetgen("collect", "csv")
    assert (code, err) == (
        2,
        "tweetgen: source csv: not configured; add it under `sources:` in config.yaml\n",
    )


def test_without_sources_the_way_on_is_told(tweetgen: Run) -> None:
    code, _, err = tweetgen("collect")
    assert code == 2
    assert "tweetgen import FILE" in err
