"""Which segments of a folder count: a file that takes its name whole, so a crash leaves the old or the new."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tweetgen.atomic import write_whole
from tweetgen.corpus.overlap.segment import Segment
from tweetgen.errors import InputError

NAME = "manifest.json"
SUFFIX = ".segment"
_VERSION = 2
# A reader that finds a segment gone looks again: the writer merged it meanwhile.
_LOOKS = 20


@dataclass(frozen=True)
class Manifest:
    """What the folder holds."""

    #: file names in order of the posts' numbers
    segments: tuple[str, ...] = ()
    #: given to the next segment; no name is ever given twice
    next: int = 0


def read_manifest(folder: Path) -> Manifest:
    """What is in the folder; nothing if it does not exist yet. Raises `InputError` for a manifest that is none."""
    path = folder / NAME
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["version"] != _VERSION:
            raise ValueError(f"version {told['version']}")
        return Manifest(tuple(str(name) for name in told["segments"]), int(told["next"]))
    except FileNotFoundError:
        return Manifest()
    except (ValueError, KeyError, TypeError) as error:
        why = "this overlap index is damaged, or another version's"
        raise InputError(str(path), why, f"delete the folder {folder}; it is made again") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make this what the folder holds."""
    told = {"version": _VERSION, "segments": manifest.segments, "next": manifest.next}
    write_whole(folder / NAME, json.dumps(told))


def open_segments(folder: Path, held: Sequence[Segment] = ()) -> tuple[Segment, ...]:
    """The segments that count, opened; those `held` already are kept. Raises `InputError` where one is damaged."""
    by_name = {segment.path.name: segment for segment in held}
    for look in range(_LOOKS):
        names = read_manifest(folder).segments
        try:
            return tuple([by_name.get(name) or Segment(folder / name) for name in names])
        except FileNotFoundError:
            if look == _LOOKS - 1:
                remedy = f"delete the folder {folder}; it is made again"
                raise InputError(str(folder), "a part of the overlap index is missing", remedy) from None
    return ()


def stamp(folder: Path) -> tuple[int, int, int]:
    """Something that changes with the manifest; zeros while there is none."""
    try:
        found = os.stat(folder / NAME)  # noqa: PTH116 - asked at every look-up, and a quarter of the cost
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
