"""Weights files by name: where they lie, which there are, and which one is meant."""

from collections.abc import Sequence
from pathlib import Path

from tweetgen.errors import InputError, UnknownName
from tweetgen.model.weights import SUFFIX

#: tried in this order where nobody names a model
DEFAULT_NAMES = ("shared", "base")


def find(name_or_path: str | Path | None, folders: Sequence[Path]) -> Path:
    """The weights file meant: a path to one, a name in one of `folders` (the first that has it), or None.

    None takes the first of `DEFAULT_NAMES` there is, else the newest file. Raises `UnknownName` with the
    nearest names, `InputError` where there is no weights file at all.
    """
    if name_or_path is None:
        return _default(folders)
    text = str(name_or_path)
    as_path = Path(text).expanduser()
    if as_path.suffix == SUFFIX and as_path.is_file():
        return as_path
    named = text.removesuffix(SUFFIX)
    for path in listing(folders):
        if path.stem == named:
            return path
    raise UnknownName("model", text, (path.stem for path in listing(folders)))


def listing(folders: Sequence[Path]) -> list[Path]:
    """Every weights file, by name within each folder, folders in order; of two with one name the first."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            if not path.name.startswith("."):
                found.setdefault(path.stem, path)
    return list(found.values())


def _default(folders: Sequence[Path]) -> Path:
    paths = listing(folders)
    for name in DEFAULT_NAMES:
        for path in paths:
            if path.stem == name:
                return path
    if not paths:
        where = ", ".join(map(str, folders)) or "nowhere"
        raise InputError("no model", f"no weights file in {where}", "make one with `tweetgen train`")
    return max(paths, key=lambda path: path.stat().st_mtime)
