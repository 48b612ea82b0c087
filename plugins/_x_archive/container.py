"""An archive as a zip, a folder or a single file, opened without trusting any name or size in it."""

import hashlib
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import BinaryIO, Protocol, cast

from tweetgen.errors import InputError

#: a zip's table of contents at its longest: about a million members
MAX_DIRECTORY = 100 << 20
MAX_RATIO = 200
#: members smaller than this may be packed as tightly as they like
RATIO_FREE = 32 << 20
_REMEDY = "ask X for the archive again"
_DISTRUST = f"do not trust it; {_REMEDY}"
#: the few places posts can be in; folders of media may hold a hundred thousand files
_PLACES = ("*", "data/*", "*/data/*", "js/*", "js/tweets/*", "data/js/*", "data/js/tweets/*")


class Container(Protocol):
    """Named members that can be read; names are as in the archive, with `/`."""

    def names(self) -> list[str]: ...

    def size(self, name: str) -> int:
        """In bytes, unpacked."""
        ...

    def fingerprint(self, name: str) -> str:
        """Something that changes when the member does."""
        ...

    def open(self, name: str) -> BinaryIO: ...

    def close(self) -> None: ...


def open_container(path: Path, shown: str, max_bytes: int) -> Container:
    """Open an archive. Raises `InputError` for what is no archive, is broken, or looks like an attack."""
    try:
        if path.is_dir():
            return Folder(path, shown, max_bytes)
        if not path.is_file():
            raise InputError(shown, "not a regular file", "name the zip or the folder it unpacks to")
        with path.open("rb") as file:
            start = file.read(4)
        if start[:2] == b"PK":
            return Zip(path, shown, max_bytes)
        return Single(path, shown)
    except OSError as error:
        why = f"cannot be opened ({error.strerror or error})"
        raise InputError(shown, why, "check its permissions") from error


def refuse_outside(name: str, shown: str) -> None:
    """Raise `InputError` for a member's name that leads out of the archive."""
    # Windows' reading of a name takes `\` and drives for what they are there, and `/` as everywhere
    windows = PureWindowsPath(name)
    if windows.drive or windows.root or ".." in windows.parts or "\0" in name:
        raise InputError(shown, f"names a file outside of itself: {name[:80]!r}", _DISTRUST)


class Zip:
    """Members are streamed and never unpacked to disk, so that links and names in it reach nothing."""

    def __init__(self, path: Path, shown: str, max_bytes: int) -> None:
        self._shown, self._left = shown, max_bytes
        if _directory_size(path) > MAX_DIRECTORY:
            raise InputError(shown, "lists too many files for an archive of X", _DISTRUST)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError) as error:
            raise InputError(shown, f"a broken zip ({error})", "fetch it again") from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            refuse_outside(member.filename, shown)
            if not member.is_dir() and not _is_link(member):
                self._members[member.filename] = member

    def names(self) -> list[str]:
        return list(self._members)

    def size(self, name: str) -> int:
        return self._members[name].file_size

    def fingerprint(self, name: str) -> str:
        return f"{self._members[name].CRC:08x}"

    def open(self, name: str) -> BinaryIO:
        member = self._members[name]
        if member.flag_bits & 1:
            raise InputError(self._shown, f"{name} is encrypted", "unpack it yourself and name the folder")
        if member.file_size > RATIO_FREE and member.file_size > MAX_RATIO * member.compress_size:
            ratio = member.file_size // max(1, member.compress_size)
            raise InputError(self._shown, f"{name} unpacks to {ratio:,} times its size", _DISTRUST)
        self._left -= member.file_size
        if self._left < 0:
            raise too_large(self._shown)
        try:
            return cast(BinaryIO, self._zip.open(member))
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
            raise InputError(self._shown, f"{name} cannot be unpacked ({error})", "fetch it again") from error

    def close(self) -> None:
        self._zip.close()


class Folder:
    """An unpacked archive; links that lead out of it are refused."""

    def __init__(self, path: Path, shown: str, max_bytes: int) -> None:
        self._root, self._shown, self._left = path.resolve(), shown, max_bytes

    def names(self) -> list[str]:
        return sorted(path.relative_to(self._root).as_posix() for path in self._walk())

    def _walk(self) -> Iterator[Path]:
        for pattern in _PLACES:
            yield from (path for path in self._root.glob(pattern) if path.suffix in (".js", ".csv"))

    def size(self, name: str) -> int:
        return self._safe(name).stat().st_size

    def fingerprint(self, name: str) -> str:
        with self._safe(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def open(self, name: str) -> BinaryIO:
        path = self._safe(name)
        self._left -= path.stat().st_size
        if self._left < 0:
            raise too_large(self._shown)
        return path.open("rb")

    def close(self) -> None:
        pass

    def _safe(self, name: str) -> Path:
        refuse_outside(name, self._shown)
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root):
            why = f"{name} is a link that leads out of the folder"
            raise InputError(self._shown, why, "put the file itself there")
        if not path.is_file():
            raise InputError(self._shown, f"{name} is not a regular file", _REMEDY)
        return path


class Single(Folder):
    """One file of an archive on its own: an old tweet.js, a tweets.csv."""

    def __init__(self, path: Path, shown: str) -> None:
        super().__init__(path.parent, shown, path.stat().st_size)
        self._name = path.name

    def names(self) -> list[str]:
        return [self._name]

    def _safe(self, name: str) -> Path:
        # the user named it: a link is as good as a file
        return self._root / self._name


def too_large(shown: str) -> InputError:
    return InputError(shown, "its posts unpack to more than `max_bytes`", "raise it if you trust the archive")


def _is_link(member: zipfile.ZipInfo) -> bool:
    return (member.external_attr >> 16) & 0o170000 == 0o120000


def _directory_size(path: Path) -> int:
    """Bytes of a zip's table of contents by its end record; `zipfile` would read it at once. 0 if unknown."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 16) - 98))
        end = file.read()
    at, at64 = end.rfind(b"PK\5\6"), end.rfind(b"PK\6\6")
    size = int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else 0
    return int.from_bytes(end[at64 + 40 : at64 + 48], "little") if size == 0xFFFFFFFF and at64 >= 0 else size
