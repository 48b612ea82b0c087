"""All that the weights files say of themselves, read so that models compare; whatever a file does not tell is None."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

from tweetgen.domain import Json
from tweetgen.errors import UnknownName
from tweetgen.model.cards import Card, card
from tweetgen.model.library import listing
from tweetgen.model.weights import Metadata, read_metadata
from tweetgen.pipeline.evaluate import Bits

_NOTHING = Bits(None, None, None)


@dataclass(frozen=True)
class Held:
    """What was measured on some held-out posts."""

    posts: int | None = None
    bits: Bits = _NOTHING
    #: of these posts; None in files from before it was kept
    digest: str | None = None


@dataclass(frozen=True)
class Point:
    """One check of a training."""

    seconds: float
    characters: float
    #: bits per character of the steps since the check before, and on held-out posts
    trained: float
    held_out: float


@dataclass(frozen=True)
class Record:
    """What two models are compared by."""

    name: str
    #: SHA-256 of the weights file, hexadecimal
    digest: str | None = None
    #: when it was trained, ISO 8601
    trained: str | None = None
    #: posts learnt from by author; None: not told
    posts: Mapping[str, int] | None = None
    #: posts learnt from in all; base weights tell nothing more
    count: int | None = None
    #: such as network.cells, tokens.level, training.minutes, cleaning.links
    settings: Mapping[str, Json] = field(default_factory=dict)
    total: Held = Held()
    authors: Mapping[str, Held] = field(default_factory=dict)
    #: share of held-out posts likeliest under their own author's label
    attribution: float | None = None
    #: measured on samples: such as samples, verbatim, longest_run
    novelty: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """One weights file; all but `card` is empty where `card.problem` says why it is broken."""

    card: Card
    record: Record
    curve: Sequence[Point] = ()
    #: False while its training runs, or where it was broken off
    finished: bool | None = None
    stopped_early: bool | None = None
    #: of training
    seconds: float | None = None
    characters: float | None = None
    #: the weights it was trained on from, as they were then; only the name where nothing else was kept
    parent: Record | None = None

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def problem(self) -> str | None:
        """Why the file is broken."""
        return self.card.problem

    @property
    def digest(self) -> str:
        """Of the file."""
        return self.record.digest or ""


class Profiles:
    """Every weights file in the folders, by name; each is read again only when it changes."""

    def __init__(self) -> None:
        self._held: dict[Path, tuple[tuple[int, int], Profile]] = {}
        self._lock = threading.Lock()

    def all(self, folders: Sequence[Path]) -> list[Profile]:
        """In the order in which a name is looked for."""
        with self._lock:
            there = [path for path in listing(folders) if _is_text(path.stem)]
            self._held = {path: held for path, held in self._held.items() if path in there}
            return [profile for path in there if (profile := self._read(path)) is not None]

    def get(self, name: str, folders: Sequence[Path]) -> Profile:
        """The one of that name, which is no path. Raises `UnknownName`."""
        there = self.all(folders)
        for profile in there:
            if profile.name == name:
                return profile
        raise UnknownName("model", name, (profile.name for profile in there))

    def _read(self, path: Path) -> Profile | None:
        try:
            status = path.stat()
            seen = (status.st_mtime_ns, status.st_size)
            held = self._held.get(path)
            if held is None or held[0] != seen:
                held = self._held[path] = seen, read(path)
            return held[1]
        except OSError:  # gone meanwhile
            return None


def _is_text(name: str) -> bool:
    """Whether a file's name can be written down; any bytes may name a file."""
    return name.isprintable() and not any(0xD800 <= ord(sign) <= 0xDFFF for sign in name)


def read(path: Path) -> Profile:
    """The profile of one file. Raises OSError for one that is not there."""
    digest = sha256(path.read_bytes()).hexdigest()
    found = card(path)
    if found.problem is not None:
        return Profile(found, Record(path.stem, digest))
    metadata = read_metadata(path)
    report = metadata.report
    tokens: dict[str, Json] = {"level": found.level, "size": found.vocabulary}
    record = _record(path.stem, digest, asdict(metadata.architecture), tokens, metadata.origin, report)
    return Profile(
        card=found,
        record=record,
        curve=_curve(report.get("curve")),
        finished=_flag(report.get("finished")),
        stopped_early=_flag(report.get("stopped_early")),
        seconds=_number(report.get("seconds")),
        characters=_number(report.get("characters")),
        parent=_parent(found, metadata),
    )


def _parent(found: Card, metadata: Metadata) -> Record | None:
    if found.parent is None:
        return None
    was = _object(metadata.origin.get("parent_was"))
    if not was:
        return Record(found.parent)
    digest = was.get("digest")
    origin, report = _object(was.get("origin")), _object(was.get("report"))
    network, tokens = _object(was.get("network")), _object(was.get("tokens"))
    return _record(found.parent, digest if isinstance(digest, str) else None, network, tokens, origin, report)


def _record(
    name: str,
    digest: str | None,
    network: Mapping[str, Json],
    tokens: Mapping[str, Json],
    origin: Mapping[str, Json],
    report: Mapping[str, Json],
) -> Record:
    date, told = origin.get("date"), _number(origin.get("posts"))
    posts = _posts(origin.get("authors"))
    sections = {
        "network": network,
        "tokens": tokens,
        "training": _object(origin.get("training")),
        "cleaning": _object(origin.get("cleaning")),
    }
    settings = {f"{part}.{key}": value for part, section in sections.items() for key, value in section.items()}
    novelty = {name: _number(value) for name, value in _object(report.get("novelty")).items()}
    return Record(
        name=name,
        digest=digest,
        trained=date if isinstance(date, str) else None,
        posts=posts,
        count=sum(posts.values()) if posts else None if told is None else int(told),
        settings=settings,
        total=_held(report),
        authors={author: _held(_object(told)) for author, told in _object(report.get("authors")).items()},
        attribution=_number(report.get("attribution")),
        novelty={name: value for name, value in novelty.items() if value is not None},
    )


def _held(told: Mapping[str, Json]) -> Held:
    bits, digest, posts = told.get("bits_per_character"), told.get("held_out"), _number(told.get("posts"))
    by_label = _object(bits)
    right = _number(by_label.get("right") if by_label else bits)
    return Held(
        posts=None if posts is None else int(posts),
        bits=Bits(right, _number(by_label.get("none")), _number(by_label.get("wrong"))),
        digest=digest if isinstance(digest, str) else None,
    )


def _posts(told: Json) -> dict[str, int] | None:
    if not isinstance(told, dict):
        return None
    counts = {author: _number(_object(count).get("posts", count)) for author, count in told.items()}
    return {author: int(count or 0) for author, count in counts.items()}


def _curve(told: Json) -> list[Point]:
    points = []
    for row in told if isinstance(told, list) else []:
        numbers = [_number(value) for value in row] if isinstance(row, list) else []
        if len(numbers) == 4 and None not in numbers:
            points.append(Point(*(float(number or 0) for number in numbers)))
    return points


def _object(told: Any) -> Mapping[str, Json]:
    return told if isinstance(told, dict) else {}


def _number(told: Any) -> float | None:
    if isinstance(told, bool) or not isinstance(told, int | float) or abs(told) >= 1e18:
        return None
    return float(told) if isfinite(told) else None


def _flag(told: Any) -> bool | None:
    return told if isinstance(told, bool) else None
