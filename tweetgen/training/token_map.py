"""The corpus as tokens in memory-mapped files, so that memory stays flat however large it is."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
#: ids from here on need four bytes
_WIDE = 1 << 16
_FILES: dict[str, type[np.integer[Any]]] = {
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

    #: uint16, uint32 for a huge vocabulary (tokens,): all passages one after the other, without END
    tokens: NDArray[np.unsignedinteger[Any]]
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
        shape = json.loads((folder / "shape.json").read_text())
        parts = {name: _mapped(folder / name, kind) for name, kind in _kinds(shape["size"]).items()}
        offsets = np.concatenate([[0], np.cumsum(parts["lengths"], dtype=np.int64)])
        labels = parts["labels"].reshape(len(parts["ends"]), shape["labels"])
        return cls(parts["tokens"], offsets, labels, parts["ends"], parts["characters"])


def write(folder: Path, passages: Iterable[Passage], vocabulary: Vocabulary, labels: int) -> TokenMap:
    """Encode `passages` into `folder` (made anew) and map it; `labels` is how many labels each carries."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with _Writer(folder, _kinds(vocabulary.size)) as out:
        for batch in _batches(iter(passages)):
            encoded = vocabulary.encode_batch([passage.text for passage in batch])
            out.add("tokens", [token for tokens in encoded for token in tokens])
            out.add("lengths", [len(tokens) for tokens in encoded])
            out.add("labels", [row for passage in batch for row in passage.labels])
            out.add("ends", [passage.ends for passage in batch])
            out.add("characters", [len(passage.text) + passage.ends for passage in batch])
    (folder / "shape.json").write_text(json.dumps({"labels": labels, "size": vocabulary.size}))
    return TokenMap.open(folder)


def _kinds(vocabulary_size: int) -> dict[str, type[np.integer[Any]]]:
    """The files of a map and the numbers in each."""
    return {"tokens": np.uint32 if vocabulary_size > _WIDE else np.uint16, **_FILES}


class _Writer:
    def __init__(self, folder: Path, kinds: Mapping[str, type[np.integer[Any]]]) -> None:
        self._kinds = kinds
        self._files: dict[str, IO[bytes]] = {name: (folder / name).open("wb") for name in kinds}

    def add(self, name: str, values: Sequence[int]) -> None:
        self._files[name].write(np.asarray(values, dtype=self._kinds[name]).tobytes())

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
