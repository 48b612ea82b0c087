"""A weights file comes back as it went, never half written, and a wrong one is refused with a remedy."""

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from tweetgen.errors import WeightsError
from tweetgen.model import weights as files
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights
from tweetgen.settings import Tokens

Invent = Callable[..., Weights]


@pytest.fixture
def weights(invent: Invent) -> Weights:
    made = invent(
        learn(["hello world", "snö 👩🏽‍🚀"], Tokens(level="char")),
        labels={"year": (), "author": ("Zoë", "A b")},
    )
    made.origin["authors"] = {"Zoë": 12}
    made.report["bits"] = 2.5
    return made


@pytest.fixture
def path(tmp_path: Path, weights: Weights) -> Path:
    path = tmp_path / "voices.safetensors"
    files.save(weights, path)
    return path


@pytest.mark.parametrize(("precision", "tolerance"), [("float16", 1e-3), ("float32", 0.0)])
def test_what_was_saved_is_loaded(precision: Any, tolerance: float, weights: Weights, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    files.save(weights, path, precision)
    back = files.load(path)
    assert (back.architecture, back.labels) == (weights.architecture, weights.labels)
    assert list(back.labels) == ["year", "author"]
    assert (back.origin, back.report) == (weights.origin, weights.report)
    assert back.vocabulary.encode("snö hello") == weights.vocabulary.encode("snö hello")
    assert back.arrays.keys() == weights.arrays.keys()
    for name, array in back.arrays.items():
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, weights.arrays[name], atol=tolerance)
    assert load_file(path)["embedding"].dtype == precision


def test_metadata_is_read_without_the_arrays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweetgen.model.weights.np.asarray", None)
    metadata = files.read_metadata(path)
    assert metadata.labels["author"] == ("Zoë", "A b")
    assert metadata.origin == {"authors": {"Zoë": 12}}


def test_numbers_too_large_for_float16_stay_float32(weights: Weights, tmp_path: Path) -> None:
    weights.arrays["logits.bias"][3] = 1e6
    files.save(weights, tmp_path / "a.safetensors")
    assert files.load(tmp_path / "a.safetensors").arrays["logits.bias"][3] == 1e6


def test_a_report_with_nan_is_still_json(weights: Weights, tmp_path: Path) -> None:
    weights.report["bits"] = [float("nan"), {"x": float("inf")}]
    files.save(weights, tmp_path / "a.safetensors")
    assert files.read_metadata(tmp_path / "a.safetensors").report["bits"] == [None, {"x": None}]


def test_a_full_disk_leaves_the_old_file_and_no_rubbish(
    path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.save(weights, path)
    assert path.read_bytes() == old
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_an_interruption_while_writing_leaves_the_old_file(
    path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = path.read_bytes()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.save(weights, path)
    assert path.read_bytes() == old
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_new_file_has_the_usual_permissions_and_a_replaced_one_keeps_its_own(path: Path, weights: Weights) -> None:
    plain = path.with_name("plain")
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    path.chmod(0o640)
    files.save(weights, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def rewritten(path: Path, arrays: dict[str, Any] | None = None, **metadata: str) -> Path:
    """The file again, with some arrays (None: left out) or metadata replaced."""
    with safe_open(path, framework="numpy") as file:
        texts = file.metadata() | metadata
    kept = load_file(path) | (arrays or {})
    save_file({name: array for name, array in kept.items() if array is not None}, path, metadata=texts)
    return path


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda p: p.unlink(), "no such weights file.*tweetgen train"),
    "empty": (lambda p: p.write_bytes(b""), "not a whole safetensors file.*again"),
    "cut short": (lambda p: p.write_bytes(p.read_bytes()[:-100]), "not a whole safetensors file"),
    "cut in the header": (lambda p: p.write_bytes(p.read_bytes()[:50]), "not a whole safetensors file"),
    "some other file": (lambda p: p.write_text("PK not at all" * 50), "not a whole safetensors file"),
    "foreign": (lambda p: save_file({"w": np.zeros(3)}, p), "not one of tweetgen"),
    "newer": (lambda p: rewritten(p, format_version="2"), "format 2, newer than 1; upgrade"),
    "no version": (lambda p: rewritten(p, format_version="x"), "format x"),
    "bad architecture": (lambda p: rewritten(p, architecture='{"wings": 2}'), "damaged.*wings"),
    "bad labels": (lambda p: rewritten(p, labels="[1"), "description is damaged"),
    "bad origin": (lambda p: rewritten(p, origin="[1]"), "description is damaged"),
    "bad report": (lambda p: rewritten(p, report='"good"'), "description is damaged"),
    "bad vocabulary": (lambda p: rewritten(p, vocabulary='{"level": "rune"}'), "vocabulary cannot be read"),
    "array missing": (lambda p: rewritten(p, {"rnn.1.bias": None}), "'rnn.1.bias' is missing"),
    "array of another shape": (
        lambda p: rewritten(p, {"rnn.0.kernel": np.zeros((3, 4), np.float32)}),
        r"'rnn.0.kernel' is of shape \(3, 4\), not \(18, 36\)",
    ),
    "an author more than rows": (
        lambda p: rewritten(p, labels='{"year": [], "author": ["a", "b", "c"]}'),
        "label.author",
    ),
    "not a number": (lambda p: rewritten(p, {"readout.bias": np.full(10, np.nan, np.float16)}), "not finite"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_or_foreign_file_is_refused_by_name_with_a_remedy(damage: str, path: Path) -> None:
    spoil, message = DAMAGES[damage]
    spoil(path)
    with pytest.raises(WeightsError, match=message) as caught:
        files.load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_and_an_unreadable_file_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WeightsError, match="no such weights file"):
        files.load(path.parent)

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(files, "safe_open", forbidden)
    with pytest.raises(WeightsError, match=r"Permission denied.*permissions"):
        files.load(path)


def test_the_file_names_its_format_and_nothing_executable(path: Path) -> None:
    header = path.read_bytes()
    length = int.from_bytes(header[:8], "little")
    metadata = json.loads(header[8 : 8 + length])["__metadata__"]
    assert (metadata["format"], metadata["format_version"]) == ("tweetgen", "1")
    assert all(isinstance(json.loads(metadata[key]), dict) for key in ("architecture", "vocabulary", "origin"))
