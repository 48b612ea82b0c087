"""A training that can be taken up again: its whole state in one file, replaced in one step."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tweetgen.atomic import replacing
from tweetgen.domain import Json
from tweetgen.errors import InputError

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Checkpoint:
    """Everything that the next step depends on."""

    #: the network's learnt arrays, and the best ones so far
    arrays: Arrays
    best: Arrays
    #: the network's other variables (carried state, random state), in Keras's order
    state: Sequence[np.ndarray]
    #: the optimiser's variables, in Keras's order
    optimizer: Sequence[np.ndarray]
    #: counters, positions and histories
    notes: Mapping[str, Any]


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write to `path`, whole or not at all."""
    parts = {f"arrays/{name}": array for name, array in checkpoint.arrays.items()}
    parts |= {f"best/{name}": array for name, array in checkpoint.best.items()}
    parts |= {f"state/{index:04}": array for index, array in enumerate(checkpoint.state)}
    parts |= {f"optimizer/{index:04}": array for index, array in enumerate(checkpoint.optimizer)}
    parts["notes"] = np.frombuffer(json.dumps(checkpoint.notes).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        np.savez(file, allow_pickle=False, **parts)


def load(path: Path) -> Checkpoint:
    """Read a checkpoint; `InputError` where there is none or it is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            parts = {name: archive[name] for name in archive.files}
        notes: dict[str, Json] = json.loads(parts["notes"].tobytes())
    except FileNotFoundError:
        raise InputError(str(path), "there is no training to resume", "train without --resume") from None
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(str(path), f"is damaged ({error})", "train without --resume") from error
    return Checkpoint(
        arrays=_named(parts, "arrays/"),
        best=_named(parts, "best/"),
        state=_numbered(parts, "state/"),
        optimizer=_numbered(parts, "optimizer/"),
        notes=notes,
    )


def _named(parts: Arrays, prefix: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in parts.items() if name.startswith(prefix)}


def _numbered(parts: Arrays, prefix: str) -> list[np.ndarray]:
    return [parts[name] for name in sorted(parts) if name.startswith(prefix)]
