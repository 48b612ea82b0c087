"""From a `path:` setting to the files it means: one path, several, a glob or a folder."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

from annotated_types import MinLen

from tweetgen.errors import InputError, suggestion

_Name: TypeAlias = Annotated[str, MinLen(1)]
Paths: TypeAlias = _Name | Annotated[tuple[_Name, ...], MinLen(1)]


@dataclass(frozen=True, slots=True)
class File:
    """One file of a source."""

    path: Path
    #: as messages and cursors name it: relative to the instance where it lies inside
    shown: str

    @property
    def stem(self) -> str:
        """`dril` for `posts/dril.txt.gz`."""
        name = self.path.name
        if name.lower().endswith(".gz"):
            name = name[:-3]
        return Path(name).stem

    def size(self) -> int:
        """In bytes on disk; 0 where that cannot be told, as of a dangling link: opening it will say why."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def find_files(setting: Paths, base: Path, suffixes: Sequence[str] | None) -> list[File]:
    """The files of a `path:` setting, each once; folders give their files with one of `suffixes`, by name.

    Without `suffixes` a folder stands for itself.

    Raises `InputError` for a path without any file, before anything is read.
    """
    named = [setting] if isinstance(setting, str) else setting
    try:
        paths = dict.fromkeys(path for one in named for path in _expand(one, base, suffixes))
    except OSError as error:
        raise InputError(
            ", ".join(named), f"cannot be listed ({error.strerror})", "check permissions"
        ) from error
    return [File(path, shown(path, base)) for path in paths]


def shown(path: Path, base: Path) -> str:
    """The path relative to `base` where it lies inside, else in full."""
    return (path.relative_to(base) if path.is_relative_to(base) else path).as_posix()


def absolute(named: str, base: Path) -> Path:
    """The path a setting means; `.` and `..` are taken out, links are not followed."""
    return Path(os.path.normpath(base / Path(named).expanduser()))


def missing(path: Path, base: Path) -> InputError:
    """The error for a path where nothing is, with the nearest names beside it."""
    folder = path.parent
    if not folder.is_dir():
        return InputError(shown(path, base), "no such file", f"nor is there a folder {shown(folder, base)}")
    if path.is_symlink():
        return InputError(shown(path, base), "leads nowhere", f"mend this link to {os.readlink(path)}")  # noqa: PTH115
    near = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    hint = suggestion(path.name, near)
    return InputError(shown(path, base), "no such file", hint if "mean" in hint else "mend the path")


def _expand(named: str, base: Path, suffixes: Sequence[str] | None) -> Iterator[Path]:
    path = absolute(named, base)
    if path.is_dir() and suffixes is not None:
        found = sorted(entry for entry in path.iterdir() if entry.name.lower().endswith(tuple(suffixes)))
        if not found:
            why = "no file in this folder ends in " + ", ".join(suffixes)
            raise InputError(shown(path, base), why, "name the files")
        yield from found
    elif path.exists():
        yield path
    elif glob.has_magic(named):
        matches = map(Path, glob.glob(str(path), recursive=True))  # noqa: PTH207 - Path.glob has no absolute patterns
        found = sorted(match for match in matches if suffixes is None or not match.is_dir())
        if not found:
            raise InputError(shown(path, base), "no file matches", "mend the pattern")
        yield from found
    else:
        raise missing(path, base)
