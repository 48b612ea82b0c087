"""`tweetgen evaluate`: from files and the store to the numbers, with a network whose numbers are known."""

import gzip
import json
from collections.abc import Callable, Mapping
from functools import partial
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights, save
from tweetgen.settings import Architecture, Tokens

Run = Callable[..., tuple[int, str, str]]
#: logits of each character and of the end, as each author and as nobody; all other bytes have 0
LIKES = {
    None: {"f": 3.0, "o": 3.0, "g": 3.0, " ": 2.0, "END": 3.0},
    "Ada": {"f": 6.0, "o": 5.0, "g": 4.0, " ": 2.0, "END": 4.0},
    "Bob": {"f": 1.0, "o": 1.0, "g": 6.0, " ": 6.0, "END": 2.0},
    "Cleo": {"f": 1.0, "o": 5.0, "g": 0.5, " ": 1.0, "END": 3.0},
}
SHAPE = Architecture(cells=2, embedding=2, layers=1, label_size=4, attention="average", tied=False)


def nats(text: str, author: str | None) -> float:
    """Worked out with nothing but the table above: each character is independent of those before it."""
    likes = LIKES[author]
    whole = sum(exp(likes.get(chr(byte), 0.0)) for byte in range(256)) + exp(likes["END"])
    return sum(log(exp(likes.get(sign, 0.0)) / whole) for sign in [*text, "END"])


def bits(texts: list[str], author: str | None) -> float:
    return -sum(nats(text, author) for text in texts) / log(2) / sum(len(text) + 1 for text in texts)


@pytest.fixture
def model(folder: Path) -> Path:
    """A network that knows no order, only how much each author likes each character."""
    vocabulary = learn([], Tokens(level="char"))
    authors = ("Ada", "Bob", "Cleo")
    shapes = expected_shapes(SHAPE, vocabulary.size, {"author": authors})
    arrays = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    arrays["label.author"] = np.eye(4, dtype=np.float32)
    for row, author in enumerate((None, *authors)):
        for sign, like in LIKES[author].items():
            place = 0 if sign == "END" else ord(sign) + 1
            arrays["readout.kernel"][row - 4, place] = like
    path = folder / "weights" / "harbour.safetensors"
    path.parent.mkdir()
    save(Weights(arrays, SHAPE, vocabulary, {"author": authors}), path)
    return path


@pytest.fixture
def run(tweetgen: Run, model: Path) -> Run:
    return partial(tweetgen, "evaluate", "harbour")


def write(path: Path, *posts: tuple[str, str]) -> Path:
    lines = "".join(json.dumps({"author": author, "text": text}) + "\n" for author, text in posts)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        file.write(lines)
    return path


def told(run: Run, *arguments: str) -> Mapping[str, Any]:
    code, out, _ = run("--json", *arguments)
    assert code == 0
    found: Mapping[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz"])
def test_the_numbers_of_a_file_are_those_of_the_definition(folder: Path, run: Run, name: str) -> None:
    write(
        folder / name,
        ("Ada", "@bob foo  https://fog.example"),
        ("Ada", "fog"),
        ("Bob", "g o"),
        ("Zoe", "oof"),
    )
    found = told(run, name)
    assert (found["model"], found["posts"], found["characters"]) == ("harbour", 4, 16)
    ada = found["authors"]["Ada"]
    assert (ada["posts"], ada["characters"]) == (2, 8)
    assert ada["bits_per_character"]["right"] == pytest.approx(bits(["foo", "fog"], "Ada"), abs=1e-3)
    wrong = (bits(["foo", "fog"], "Bob") + bits(["foo", "fog"], "Cleo")) / 2
    assert ada["bits_per_character"]["wrong"] == pytest.approx(wrong, abs=1e-3)
    assert found["bits_per_character"]["none"] == pytest.approx(
        bits(["foo", "fog", "g o", "oof"], None), abs=1e-3
    )
    right = -(nats("foo", "Ada") + nats("fog", "Ada") + nats("g o", "Bob")) / log(2) / 12
    assert found["bits_per_character"]["right"] == pytest.approx(right, abs=1e-3)


def test_attribution_goes_to_the_likeliest_author(folder: Path, run: Run) -> None:
    write(folder / "posts.jsonl", ("Ada", "fog"), ("Bob", "ggg"), ("Cleo", "fff"), ("Zoe", "fog"))
    assert told(run, "posts.jsonl")["attribution"] == pytest.approx(2 / 3)


def test_authors_the_model_does_not_know_count_as_nobodys_and_are_named(folder: Path, run: Run) -> None:
    write(folder / "posts.jsonl", ("Ada", "fog"), ("Zoe", "oof"))
    code, out, err = run("posts.jsonl", "--json")
    assert json.loads(out)["authors"]["Zoe"]["bits_per_character"] == {
        "right": None,
        "none": pytest.approx(bits(["oof"], None), abs=1e-3),
        "wrong": None,
    }
    assert code == 0
    assert "Zoe" in err


def test_json_has_exactly_the_documented_keys(folder: Path, run: Run) -> None:
    write(folder / "posts.jsonl", ("Ada", "fog"))
    found = told(run, "posts.jsonl")
    assert found.keys() == {
        "model", "posts", "characters", "bits_per_character", "baselines", "attribution", "writing", "authors",
    }  # fmt: skip
    assert found["bits_per_character"].keys() == {"right", "none", "wrong"}
    assert found["authors"]["Ada"].keys() == {"posts", "characters", "bits_per_character"}


def test_the_table_gives_each_author_a_line_the_total_and_how_to_read_it(folder: Path, run: Run) -> None:
    write(folder / "posts.jsonl", ("Bob", "g o"), ("Ada", "fog"))
    code, out, _ = run("posts.jsonl")
    rows = [line.split() for line in out.splitlines() if line]
    assert code == 0
    assert rows[0] == ["author", "posts", "characters", "right", "none", "wrong"]
    assert [row[0] for row in rows[1:4]] == ["Ada", "Bob", "all"]
    assert rows[1][3] == f"{bits(['fog'], 'Ada'):.3f}"
    assert "fewer is better" in out
    assert "Attribution:" in out


def test_without_a_file_it_reads_the_held_out_posts_of_the_store(
    folder: Path, tweetgen: Run, run: Run
) -> None:
    words = ["fog", "go", "off", "goof", "gof", "oof", "foo"]
    posts = [
        (author, f"{a} {b} {c}") for author in ("Ada", "Zoe") for a in words for b in words for c in words[:2]
    ]
    write(folder / "posts.jsonl", *posts)
    assert tweetgen("import", "posts.jsonl")[0] == 0
    found = told(run, "--samples", "5")
    assert list(found["authors"]) == ["Ada"]
    assert 0 < found["posts"] < 50
    assert found["writing"]["samples"] == 5
    assert told(run, "--samples", "5") == found


def test_novelty_needs_posts_to_compare_with(folder: Path, run: Run) -> None:
    write(folder / "posts.jsonl", ("Ada", "fog"))
    assert told(run, "posts.jsonl")["writing"] is None


def test_quick_leaves_out_the_wrong_labels(folder: Path, run: Run) -> None:
    write(folder / "posts.jsonl", ("Ada", "fog"), ("Bob", "g o"))
    found = told(run, "posts.jsonl", "--quick")
    assert found["bits_per_character"]["wrong"] is None
    assert found["attribution"] is None
    assert found["bits_per_character"]["right"] is not None
    assert run("posts.jsonl", "--quick")[0] == 0


def test_posts_limits_how_many_are_read(folder: Path, run: Run) -> None:
    write(folder / "posts.jsonl", *[("Ada", "fog" * number) for number in range(1, 9)])
    assert told(run, "posts.jsonl", "--posts", "3")["posts"] == 3


def test_a_broken_line_is_named_and_the_rest_measured(folder: Path, run: Run) -> None:
    path = write(folder / "posts.jsonl", ("Ada", "fog"))
    path.write_text(path.read_text() + '{"author": "Ada", "te')
    code, out, err = run("posts.jsonl", "--json")
    assert code == 0
    assert json.loads(out)["posts"] == 1
    assert ":2:" in err or "line 2" in err


@pytest.mark.parametrize("text", ["", "\n\n", '{"author": "Ada", "text": "https://only.example"}\n'])
def test_nothing_to_measure_is_one_clear_line(folder: Path, run: Run, text: str) -> None:
    (folder / "posts.jsonl").write_text(text)
    code, out, err = run("posts.jsonl")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("tweetgen: posts.jsonl: no post in it can be measured")


def test_an_empty_store_is_one_clear_line(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "no post" in err


def test_an_unknown_model_suggests_the_nearest(run: Run, tweetgen: Run) -> None:
    code, _, err = tweetgen("evaluate", "harbor")
    assert code == 2
    assert "'harbour'" in err


def test_a_file_that_is_not_there_is_refused(run: Run) -> None:
    code, _, err = run("missing.jsonl")
    assert code == 2
    assert "missing.jsonl" in err
