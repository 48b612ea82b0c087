"""What a weights file is, by its own metadata: whom it learnt from, its size, and what was measured."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path

from tweetgen.domain import Json
from tweetgen.model import vocabulary as vocabularies
from tweetgen.model.weights import Metadata, check_shapes, read_metadata


@dataclass(frozen=True)
class Card:
    """One weights file; all but `name`, `path` and `bytes` is empty where `problem` says why it is broken."""

    name: str
    path: Path
    #: on disk
    bytes: int
    problem: str | None = None
    #: those it can write as
    authors: tuple[str, ...] = ()
    #: posts learnt from by author, as far as told
    posts: Mapping[str, int] | None = None
    #: such as "gru 2×128"
    network: str = ""
    level: str = ""
    #: tokens, the end of a post included
    vocabulary: int = 0
    #: numbers learnt
    parameters: int = 0
    #: when it was trained, ISO 8601
    trained: str | None = None
    #: the weights it was trained on from
    parent: str | None = None
    #: on held-out posts, with the right label
    bits_per_character: float | None = None
    #: all that was measured
    report: Mapping[str, Json] | None = None

    def learnt_from(self, author: str) -> bool:
        """Whether posts of this author shaped it, as far as told."""
        return author in self.authors or author in (self.posts or {})

    def to_json(self) -> dict[str, Json]:
        return asdict(self) | {"path": str(self.path), "authors": list(self.authors)}


def card(path: Path) -> Card:
    """Read a file's header; a broken file gives a card that says so, a missing one `FileNotFoundError`."""
    size = path.stat().st_size
    try:
        return _card(path, size, read_metadata(path))
    except Exception as error:  # whatever hostile metadata trips over, the other files are still listed
        why = str(error).removeprefix(f"{path}: ") or type(error).__name__
        return Card(path.stem, path, size, problem=" ".join(why.split()))


def _card(path: Path, size: int, metadata: Metadata) -> Card:
    vocabulary = vocabularies.load(metadata.vocabulary)
    check_shapes(path, metadata, vocabulary.size)
    shape = metadata.architecture
    return Card(
        name=path.stem,
        path=path,
        bytes=size,
        authors=metadata.labels.get("author", ()),
        posts=_posts(metadata.origin.get("authors")),
        network=f"{shape.cell} {shape.layers}×{shape.cells}",
        level=vocabulary.level,
        vocabulary=vocabulary.size,
        parameters=sum(prod(array) for array in metadata.shapes.values()),
        trained=_text(metadata.origin.get("date")),
        parent=_text(metadata.origin.get("parent")),
        bits_per_character=_number(metadata.report.get("bits_per_character")),
        report=metadata.report,
    )


def _posts(told: Json) -> dict[str, int] | None:
    """Counts by author, whether told as a number or as an object with `posts`."""
    if not isinstance(told, dict):
        return None
    counts = {author: count.get("posts") if isinstance(count, dict) else count for author, count in told.items()}
    return {author: count if isinstance(count, int) else 0 for author, count in counts.items()}


def _text(told: Json) -> str | None:
    return str(told) if isinstance(told, str) and told else None


def _number(told: Json) -> float | None:
    """A number, or the one with the right label where several were measured."""
    value = told.get("right") if isinstance(told, dict) else told
    return float(value) if isinstance(value, int | float) else None
