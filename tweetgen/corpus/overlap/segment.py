"""One segment of the index: some posts in order of their numbers, in one file that never changes, mapped."""

import json
import mmap
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tweetgen.errors import InputError

#: code points of a post that are kept to be shown and compared; all of its words are indexed
KEPT = 4000

_HEADER = 256
_MAGIC = "tweetgen overlap 2"
#: between author and text; no stored post holds it
_BETWEEN = "\0"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a segment holds."""

    posts: int
    #: entries of the table of word runs, and of the table of likeness bands
    grams: int
    bands: int
    #: entries of the table of telling words
    telling: int
    #: of authors and texts, as UTF-8
    bytes: int


@dataclass(frozen=True, slots=True)
class Field:
    """Where in the file an array lies."""

    dtype: str
    count: int
    offset: int


def layout(sizes: Sizes) -> dict[str, Field]:
    """Every array of a segment by its name.

    `numbers` of the posts; where their texts begin in `texts` (one more: the end), and their words in the row of all
    words; three tables, each in order of its keys, equal keys in order of their values: run of words → place of its
    first word, band of likeness → row of the post, telling word → row of the post.
    """
    arrays = {
        "numbers": ("<u8", sizes.posts),
        "text_starts": ("<u8", sizes.posts + 1),
        "gram_keys": ("<u8", sizes.grams),
        "band_keys": ("<u8", sizes.bands),
        "telling_keys": ("<u8", sizes.telling),
        "word_starts": ("<u4", sizes.posts + 1),
        "gram_places": ("<u4", sizes.grams),
        "band_rows": ("<u4", sizes.bands),
        "telling_rows": ("<u4", sizes.telling),
        "texts": ("u1", sizes.bytes),
    }
    fields, offset = {}, _HEADER
    for name, (dtype, count) in arrays.items():
        fields[name] = Field(dtype, count, offset)
        offset += count * np.dtype(dtype).itemsize
    return fields


class SegmentFile:
    """A segment being written: each array piece by piece, in any order among arrays."""

    def __init__(self, file: IO[bytes], sizes: Sizes) -> None:
        self._file = file
        self._fields = layout(sizes)
        self._ends = {name: field.offset for name, field in self._fields.items()}
        file.write(f"{_MAGIC} {json.dumps(asdict(sizes))}".ljust(_HEADER - 1).encode() + b"\n")

    def append(self, name: str, values: "NDArray[Any] | bytes") -> None:
        """Write the next values of an array."""
        data = values if isinstance(values, bytes) else values.astype(self._fields[name].dtype).tobytes()
        self._file.seek(self._ends[name])
        self._file.write(data)
        self._ends[name] += len(data)


class Segment:
    """A segment to read. Raises `InputError` for a file that is none, or not whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            try:
                self.sizes = _sizes(file.read(_HEADER))
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                arrays = {name: self._array(field) for name, field in layout(self.sizes).items()}
            except ValueError as error:
                why = "this part of the overlap index is damaged"
                raise InputError(str(path), why, f"delete the folder {path.parent}; it is made again") from error
        self.numbers: NDArray[np.uint64] = arrays["numbers"]
        self.text_starts: NDArray[np.uint64] = arrays["text_starts"]
        self.gram_keys: NDArray[np.uint64] = arrays["gram_keys"]
        self.band_keys: NDArray[np.uint64] = arrays["band_keys"]
        self.telling_keys: NDArray[np.uint64] = arrays["telling_keys"]
        self.word_starts: NDArray[np.uint32] = arrays["word_starts"]
        self.gram_places: NDArray[np.uint32] = arrays["gram_places"]
        self.band_rows: NDArray[np.uint32] = arrays["band_rows"]
        self.telling_rows: NDArray[np.uint32] = arrays["telling_rows"]
        self.texts: NDArray[np.uint8] = arrays["texts"]

    def __len__(self) -> int:
        """How many posts."""
        return self.sizes.posts

    @property
    def words(self) -> int:
        """How many words all posts have together."""
        return int(self.word_starts[-1])

    def row_of(self, place: int) -> int:
        """The row of the post that holds a word."""
        return int(np.searchsorted(self.word_starts, np.uint32(place), side="right")) - 1

    def post(self, row: int) -> tuple[str, str]:
        """Author and text of a post, a long text cut to `KEPT`."""
        start, end = int(self.text_starts[row]), int(self.text_starts[row + 1])
        author, _, text = self.texts[start:end].tobytes().decode("utf-8", "replace").partition(_BETWEEN)
        return author, text

    def _array(self, field: Field) -> NDArray[Any]:
        return np.frombuffer(self._mapped, field.dtype, field.count, field.offset)


def record(author: str, text: str) -> bytes:
    """An author and a text as the segment keeps them."""
    return f"{author}{_BETWEEN}{text[:KEPT]}".encode("utf-8", "replace")


def _sizes(header: bytes) -> Sizes:
    """Raises ValueError."""
    told = header.decode("ascii")
    if not told.startswith(_MAGIC):
        raise ValueError("another format")
    try:
        return Sizes(**json.loads(told.removeprefix(_MAGIC)))
    except TypeError as error:
        raise ValueError("another format") from error
