"""`tweetgen models` tells what each weights file is, and a broken one stops nothing."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights, save
from tweetgen.settings import Architecture, Tokens

Run = Callable[..., tuple[int, str, str]]
SMALL = Architecture(cells=3, embedding=4, label_size=2, layers=2)


@pytest.fixture
def weights(folder: Path) -> Path:
    made = folder / "weights"
    made.mkdir()
    return made


@pytest.fixture
def run(tweetgen: Run) -> Run:
    return partial(tweetgen, "models")


def make(path: Path, *authors: str, **metadata: dict[str, object]) -> int:
    """Write a small weights file; how many numbers it holds."""
    vocabulary = learn([], Tokens(level="char"))
    labels = {"author": authors}
    shapes = expected_shapes(SMALL, vocabulary.size, labels)
    arrays = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    save(Weights(arrays, SMALL, vocabulary, labels, **metadata), path)  # type: ignore[arg-type]
    return sum(array.size for array in arrays.values())


def test_a_file_is_told_by_its_own_metadata(weights: Path, run: Run) -> None:
    numbers = make(
        weights / "harbour.safetensors",
        "Ada",
        "Bob",
        origin={"authors": {"Ada": 70, "Bob": 50}, "date": "2026-01-02T03:04:05+00:00", "parent": "base"},
        report={"bits_per_character": {"right": 1.875, "none": 2.0}},
    )
    code, out, _ = run()
    assert code == 0
    row = next(line for line in out.splitlines() if line.startswith("harbour"))
    for fact in ("Ada, Bob", "120", "char 257", "gru 2×3", f"{numbers:,}", "2026-01-02", "base", "1.875"):
        assert fact in row


def test_json_gives_everything(weights: Path, run: Run) -> None:
    numbers = make(weights / "harbour.safetensors", "Ada", report={"novelty": {"verbatim": 0.0}})
    found = {one["name"]: one for one in json.loads(run("--json")[1])}["harbour"]
    assert found["parameters"] == numbers
    assert found["bytes"] == (weights / "harbour.safetensors").stat().st_size
    assert (found["authors"], found["level"], found["vocabulary"]) == (["Ada"], "char", 257)
    assert (found["problem"], found["posts"], found["parent"], found["bits_per_character"]) == (None,) * 4
    assert found["report"] == {"novelty": {"verbatim": 0.0}}


def test_broken_files_are_listed_with_the_reason_beside_sound_ones(weights: Path, run: Run) -> None:
    make(weights / "sound.safetensors", "Ada")
    whole = (weights / "sound.safetensors").read_bytes()
    (weights / "cut.safetensors").write_bytes(whole[: len(whole) // 2])
    (weights / "empty.safetensors").write_bytes(b"")
    (weights / "foreign.safetensors").write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    (weights / "folder.safetensors").mkdir()
    code, out, _ = run()
    assert code == 0
    assert any(line.startswith("sound") for line in out.splitlines())
    for name in ("cut", "empty", "foreign", "folder"):
        line = next(line for line in out.splitlines() if line.startswith(f"{name}: broken"))
        assert len(line) > len(f"{name}: broken, ()") + len(str(weights))


def test_a_file_whose_arrays_are_not_those_of_its_architecture_is_broken(weights: Path, run: Run) -> None:
    make(weights / "odd.safetensors", "Ada")
    data = (weights / "odd.safetensors").read_bytes()
    assert b'\\"layers\\": 2' in data
    (weights / "odd.safetensors").write_bytes(data.replace(b'\\"layers\\": 2', b'\\"layers\\": 4'))
    code, out, _ = run()
    assert code == 0
    assert "odd: broken, the array 'rnn.2.kernel' is missing" in out


def test_hostile_metadata_is_a_broken_file(weights: Path, run: Run) -> None:
    make(weights / "odd.safetensors", "Ada", origin={"note": "seven"})
    data = (weights / "odd.safetensors").read_bytes()
    assert b'\\"layers\\": 2' in data
    (weights / "odd.safetensors").write_bytes(data.replace(b'\\"layers\\": 2', b'\\"layers\\":[]'))
    code, out, _ = run()
    assert code == 0
    assert "odd: broken" in out


def test_one_model_is_told_whole(weights: Path, run: Run) -> None:
    make(weights / "harbour.safetensors", "Bob", "Ada", origin={"authors": {"Ada": 7, "Zoe": 2}})
    code, out, _ = run("harbour")
    assert code == 0
    assert str(weights / "harbour.safetensors") in out
    shown = [line.split() for line in out.splitlines()]
    assert ["Ada", "7"] in shown
    assert ["Bob"] in shown
    assert ["Zoe", "2"] in shown
    assert json.loads(run("harbour", "--json")[1])["name"] == "harbour"


def test_a_model_may_be_named_by_its_path(weights: Path, tmp_path: Path, run: Run) -> None:
    make(tmp_path / "elsewhere.safetensors", "Ada")
    assert "elsewhere" in run(str(tmp_path / "elsewhere.safetensors"))[1]


def test_an_unknown_name_suggests_the_nearest(weights: Path, run: Run) -> None:
    make(weights / "harbour.safetensors", "Ada")
    code, _, err = run("harbor")
    assert code == 2
    assert "'harbour'" in err


def test_a_broken_model_asked_for_by_name_is_an_error(weights: Path, run: Run) -> None:
    (weights / "empty.safetensors").write_bytes(b"")
    code, out, err = run("empty")
    assert (code, out) == (2, "")
    assert err.count("\n") == err.count("again") == 1


def test_containing_finds_authors_of_the_label_and_of_the_origin(weights: Path, run: Run) -> None:
    make(weights / "one.safetensors", "Ada")
    make(weights / "two.safetensors", "Bob", origin={"authors": {"Ada": 3}})
    make(weights / "three.safetensors", "Bob")
    names = [found["name"] for found in json.loads(run("--containing", "Ada", "--json")[1])]
    assert sorted(names) == ["one", "two"]
    assert run("--containing", "Nobody Known")[1].startswith("No model")


def test_many_authors_are_cut_short(weights: Path, run: Run) -> None:
    make(weights / "crowd.safetensors", *(f"author{number}" for number in range(1000)))
    assert "author3 and 996 more" in run()[1]
