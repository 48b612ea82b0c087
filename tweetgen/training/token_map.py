"""The corpus as tokens in memory-mapped files, so that memory stays flat however large it is."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from shutil import rmtree
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.vocabulary import Vocabulary

_BATCH = 2000
_FILES = {
    "tokens": np.uint16,
    "lengths": np.int32,
    "labels": np.int32,
    "ends": np.uint8,
    "characters": np.int32,
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A cleaned text on its way into the map: a post, or a piece of a long one."""

    text: str
    #: the value of each label as its row: 0 = none, i + 1 = value i
    labels: tuple[int, ...]
    #: False for a piece that another follows: no end of post is learnt after it
    ends: bool = True


@dataclass(frozen=True)
class TokenMap:
    """Passages as token ids, read from disk as they are needed."""

    #: uint16 (tokens,), all passages one after the other, without END
    tokens: NDArray[np.uint16]
    #: int64 (passages + 1,): passage i is tokens[offsets[i]:offsets[i + 1]]
    offsets: NDArray[np.int64]
    #: int32 (passages, labels)
    labels: NDArray[np.int32]
    #: uint8 (passages,): 1 where the end of the post belongs to it
    ends: NDArray[np.uint8]
    #: int32 (passages,): code points, plus one for the end
    characters: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def characters_per_token(self) -> float:
        """Code points a predicted token stands for on average, ends counted on both sides."""
        return float(self.characters.sum() / max(1, len(self.tokens) + int(self.ends.sum())))

    @classmethod
    def open(cls, folder: Path) -> "TokenMap":
        """Map a folder written by `write`."""
        labels = json.loads((folder / "shape.json").read_text())["labels"]
        parts = {name: _mapped(folder / name, kind) for name, kind in _FILES.items()}
        offsets = np.concatenate([[0], np.cumsum(parts["lengths"], dtype=np.int64)])
        return cls(
            parts["tokens"], offsets, parts["labels"].reshape(-1, labels), parts["ends"], parts["characters"]
        )


def write(folder: Path, passages: Iterable[Passage], vocabulary: Vocabulary, labels: int) -> TokenMap:
    """Encode `passages` into `folder` (made anew) and map it; `labels` is how many labels each carries."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with _Writer(folder) as out:
        for batch in _batches(iter(passages)):
            encoded = vocabulary.encode_batch([passage.text for passage in batch])
            out.add("tokens", [token for tokens in encoded for token in tokens])
            out.add("lengths", [len(tokens) for tokens in encoded])
            out.add("labels", [row for passage in batch for row in passage.labels])
            out.add("ends", [passage.ends for passage in batch])
            out.add("characters", [len(passage.text) + passage.ends for passage in batch])
    (folder / "shape.json").write_text(json.dumps({"labels": labels}))
    return TokenMap.open(folder)


class _Writer:
    def __init__(self, folder: Path) -> None:
        self._files: dict[str, IO[bytes]] = {name: (folder / name).open("wb") for name in _FILES}

    def add(self, name: str, values: Sequence[int]) -> None:
        self._files[name].write(np.asarray(values, dtype=_FILES[name]).tobytes())

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()


def _batches(passages: Iterator[Passage]) -> Iterator[list[Passage]]:
    while batch := list(islice(passages, _BATCH)):
        yield batch


def _mapped(path: Path, kind: type) -> Any:
    if path.stat().st_size == 0:
        return np.zeros(0, kind)
    return np.memmap(path, kind, mode="r")
