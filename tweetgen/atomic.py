"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def write_whole(path: Path, data: bytes | str, mode: int | None = None) -> None:
    """Write `data` (a text as UTF-8) to `path`, as `replacing` does."""
    with replacing(path, mode) as file:
        file.write(data.encode() if isinstance(data, str) else data)


@contextmanager
def replacing(path: Path, mode: int | None = None) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the name `path` at the end, once it is on disk.

    Whatever is there stays until then, and if anything fails. A link keeps leading where it led; what is no file,
    such as a pipe, is written to as it is. `mode`: the new file's permissions; None: the old file's, or the usual
    ones. Raises OSError, naming `path`, where the disk refuses (full, read-only, no such folder).
    """
    try:
        with _open(path, mode) as file:
            yield file
    except OSError as error:
        error.filename, error.filename2 = str(path), None  # rather than a temporary name, or none
        raise


@contextmanager
def beside(path: Path, mode: int | None = None) -> Iterator[Path]:
    """The path of a new, empty file to fill by its name, which takes the name `path` as in `replacing`."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _sync(temporary)
        temporary.chmod(_usual_mode(target) if mode is None else mode)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    with suppress(OSError):  # the new name reaches the disk too: not every file system can, none needs it
        _sync(target.parent)


@contextmanager
def _open(path: Path, mode: int | None) -> Iterator[IO[bytes]]:
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    with beside(path, mode) as temporary, temporary.open("wb") as file:
        yield file


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _usual_mode(path: Path) -> int:
    """The old file's permissions, else what the umask leaves: `mkstemp`'s files are their owner's alone."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
