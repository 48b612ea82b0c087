"""One weights file: arrays and, beside them, all that says what they mean; safetensors, saved and loaded."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from tweetgen.atomic import write_whole
from tweetgen.domain import Json
from tweetgen.errors import WeightsError
from tweetgen.model.shapes import expected_shapes
from tweetgen.settings import Architecture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tweetgen.model.vocabulary import Vocabulary

FORMAT = "tweetgen"
FORMAT_VERSION = 1
SUFFIX = ".safetensors"
_LARGEST_HALF = 65504.0


@dataclass(frozen=True)
class Weights:
    """A trained network, whole: float32 arrays by name (see `shapes.py`), and what they mean."""

    arrays: "dict[str, NDArray[np.float32]]"
    architecture: Architecture
    vocabulary: "Vocabulary"
    #: values by label name; value i is row i + 1 of the label's embedding, row 0 is "none"
    labels: dict[str, tuple[str, ...]]
    #: authors and counts, corpus digest, date, version, parent weights
    origin: dict[str, Json] = field(default_factory=dict)
    #: what was measured on held-out posts
    report: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Metadata:
    """All of a weights file but its arrays and its vocabulary's working form."""

    architecture: Architecture
    #: what `vocabulary.load` takes
    vocabulary: Json
    labels: dict[str, tuple[str, ...]]
    origin: dict[str, Json]
    report: dict[str, Json]
    #: shape of each array by name, as the file's header tells it
    shapes: dict[str, tuple[int, ...]]


def save(weights: Weights, path: Path, precision: Literal["float16", "float32"] = "float16") -> None:
    """Write `weights` to `path`, whole or not at all: an older file stays until the new one is on disk.

    Raises OSError where the disk refuses (full, read-only, no such folder).
    """
    arrays = {name: _on_disk(array, precision) for name, array in weights.arrays.items()}
    write_whole(path, to_bytes(arrays, metadata=_metadata(weights)))


def load(path: Path) -> Weights:
    """Read a whole weights file, arrays as float32. Raises `WeightsError` for all but a sound one of ours."""
    from tweetgen.model import vocabulary as vocabularies

    with _opened(path) as file:
        metadata = _described(path, file)
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no mapping)
    try:
        vocabulary = vocabularies.load(cast(Any, metadata.vocabulary))
    except Exception as error:
        raise WeightsError(path, f"its vocabulary cannot be read ({error})", _ANOTHER_COPY) from error
    check_shapes(path, metadata, vocabulary.size)
    whole = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items()}
    if broken := [name for name, array in whole.items() if not np.isfinite(array).all()]:
        raise WeightsError(path, f"{broken[0]!r} holds numbers that are not finite", "train it again")
    return Weights(whole, metadata.architecture, vocabulary, metadata.labels, metadata.origin, metadata.report)


def read_metadata(path: Path) -> Metadata:
    """What the file says of itself; only its header is read. Raises `WeightsError`."""
    with _opened(path) as file:
        return _described(path, file)


def check_shapes(path: Path, metadata: Metadata, size: int) -> None:
    """Raises `WeightsError` where the arrays are not those of the architecture, for `size` token ids."""
    for name, shape in expected_shapes(metadata.architecture, size, metadata.labels).items():
        found = metadata.shapes.get(name)
        if found is None:
            raise WeightsError(path, f"the array {name!r} is missing", _ANOTHER_COPY)
        if found != shape:
            raise WeightsError(path, f"{name!r} is of shape {found}, not {shape}", _ANOTHER_COPY)


_ANOTHER_COPY = "fetch or train it again"


def _on_disk(array: "NDArray[np.float32]", precision: str) -> "NDArray[Any]":
    fits = precision == "float16" and (array.size == 0 or float(np.abs(array).max()) <= _LARGEST_HALF)
    return np.ascontiguousarray(array, dtype=np.float16 if fits else np.float32)


def _metadata(weights: Weights) -> dict[str, str]:
    return {
        "format": FORMAT,
        "format_version": str(FORMAT_VERSION),
        "architecture": json.dumps(asdict(weights.architecture)),
        "vocabulary": json.dumps(weights.vocabulary.to_json()),
        "labels": json.dumps(weights.labels),
        "origin": json.dumps(_finite(weights.origin)),
        "report": json.dumps(_finite(weights.report)),
    }


def _finite(value: Any) -> Any:
    """The same JSON value with null for NaN and infinities, which JSON has no words for."""
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _opened(path: Path) -> Any:
    if not path.is_file():
        raise WeightsError(path, "no such weights file", "see `tweetgen models`, or make one with `tweetgen train`")
    try:
        return safe_open(path, framework="numpy")
    except SafetensorError as error:
        raise WeightsError(path, f"not a whole safetensors file ({error})", _ANOTHER_COPY) from error
    except OSError as error:
        raise WeightsError(path, f"cannot be read ({error.strerror or error})", "check its permissions") from error


def _described(path: Path, file: Any) -> Metadata:
    shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 (no mapping)
    return _parse(path, file.metadata() or {}, shapes)


def _parse(path: Path, texts: Mapping[str, str], shapes: dict[str, tuple[int, ...]]) -> Metadata:
    if texts.get("format") != FORMAT:
        raise WeightsError(path, "a safetensors file, but not one of tweetgen", "give one that `tweetgen train` wrote")
    version = texts.get("format_version", "")
    if not version.isdecimal() or int(version) > FORMAT_VERSION:
        raise WeightsError(path, f"written in format {version or '?'}, newer than {FORMAT_VERSION}", "upgrade tweetgen")
    try:
        labels = {str(name): tuple(map(str, values)) for name, values in json.loads(texts["labels"]).items()}
        architecture = Architecture(**json.loads(texts["architecture"]))
        origin, report = dict(json.loads(texts["origin"])), dict(json.loads(texts["report"]))
        return Metadata(architecture, json.loads(texts["vocabulary"]), labels, origin, report, shapes)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WeightsError(path, f"its description is damaged ({error!r})", _ANOTHER_COPY) from error
