"""`tweetgen filter` tells what each filter says, and by its exit code whether the text was kept."""

import io
import json
import sys
from pathlib import Path

import pytest

from .conftest import Run

ACCOUNT = "filters: [length: {max: 30}, mentions: {mode: neutralise}, complete]\n"


@pytest.fixture
def goats(folder: Path) -> Path:
    """An instance with one account."""
    (folder / "config.yaml").touch()
    (folder / "accounts").mkdir()
    (folder / "accounts/goats.yaml").write_text(ACCOUNT, "utf-8")
    return folder


def lines(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_every_verdict_is_shown_with_its_reason(goats: Path, tweetgen: Run) -> None:
    code, out, _ = tweetgen("filter", "@ada the goat is king", "--account", "goats")
    assert code == 0
    shown = [line.split() for line in out.splitlines()]
    assert [line[:2] for line in shown[2:5]] == [["length", "keep"], ["mentions", "rewrite"], ["complete", "keep"]]
    assert "lets @ada call nobody" in out
    assert "kept: @ ada the goat is king" in out


def test_all_filters_are_asked_even_after_a_drop(goats: Path, tweetgen: Run) -> None:
    code, out, _ = tweetgen("filter", "the goat is king of the mountain and", "--account", "goats")
    assert code == 1
    assert "36 weighted characters, 6 more than the 30 allowed" in out
    assert "ends in 'and'" in out
    assert out.rstrip().endswith("dropped")


def test_without_an_account_the_filters_of_one_that_names_none_judge(folder: Path, tweetgen: Run) -> None:
    code, out, _ = tweetgen("filter", "the goat is king", "--json")
    assert code == 0
    assert [verdict["filter"] for verdict in json.loads(out)["verdicts"]][:3] == ["length", "mentions", "links"]


def test_lines_of_the_standard_input_are_judged_one_by_one(
    goats: Path, tweetgen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines(monkeypatch, b"the goat\r\n\n  and\nbroken \xff\nein Esel\n")
    code, out, _ = tweetgen("filter", "-", "--json", "--account", "goats")
    judged = [json.loads(line) for line in out.splitlines()]
    assert [(one["text"], one["kept"]) for one in judged] == [
        ("the goat", True),
        ("  and", False),
        ("broken \ufffd", True),
        ("ein Esel", True),
    ]
    assert code == 1


def test_no_lines_are_kept(goats: Path, tweetgen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines(monkeypatch, b"")
    assert tweetgen("filter", "-", "--account", "goats") == (0, "", "")


def test_json_tells_what_the_text_becomes(goats: Path, tweetgen: Run) -> None:
    _, out, _ = tweetgen("filter", "hello @ada", "--json", "--account", "goats")
    found = json.loads(out)
    assert (found["text"], found["kept"], found["becomes"]) == ("hello @ada", True, "hello @ ada")
    assert found["verdicts"][1] == {
        "filter": "mentions",
        "outcome": "rewrite",
        "reason": "lets @ada call nobody",
        "text": "hello @ ada",
    }


def test_an_unknown_account_is_named(goats: Path, tweetgen: Run) -> None:
    code, _, err = tweetgen("filter", "hello", "--account", "goat")
    assert (code, err) == (2, "tweetgen: unknown account 'goat': did you mean 'goats'?\n")


def test_what_a_terminal_would_obey_is_not_shown(goats: Path, tweetgen: Run) -> None:
    _, out, _ = tweetgen("filter", "\x1b[31mred", "--account", "goats")
    assert "\x1b" not in out


def test_a_real_post_is_known_as_soon_as_it_was_imported(goats: Path, tweetgen: Run) -> None:
    post = "the goat is king of the mountain, and the mountain knows it"
    (goats / "posts.txt").write_text(post + "\n")
    assert tweetgen("import", "posts.txt", "--author", "ada")[0] == 0
    code, out, _ = tweetgen("filter", post)
    assert code == 1
    assert "12 words in a row are of a real post by ada" in out
