"""A file of lines that several processes append to, each line whole."""

import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tweetgen.errors import NotSent

from .whole import sync_folder

# seconds to wait for another process that holds the file
_PATIENCE = 10.0
# longer than any line we write
_LONGEST_LINE = 1_000_000
# bytes searched at a time
_CHUNK = 1 << 20


class Lines:
    """An open, locked file; what is appended is on disk when `append` returns."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path

    def append(self, line: bytes) -> None:
        """Add one line, without its newline here. Raises `NotSent` where the disk refused it and nothing was kept."""
        before = os.fstat(self._handle).st_size
        try:
            before = self._mend(before)
            rest = memoryview(line + b"\n")
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, before)  # where even this fails, nobody knows
            raise NotSent(f"{self._path}: cannot be written ({error.strerror}); free some space") from error

    def _mend(self, size: int) -> int:
        """Give the last line its end; one that a kill cut in half goes. The size of the file before and after."""
        if not size or os.pread(self._handle, 1, size - 1) == b"\n":
            return size
        start = max(0, size - _LONGEST_LINE)
        _, found, last = os.pread(self._handle, size - start, start).rpartition(b"\n")
        not_ours = start > 0 and not found
        if not_ours or _is_json(last):  # whole, such as after an editor that ends no last line
            os.write(self._handle, b"\n")
            return size + 1
        os.ftruncate(self._handle, size - len(last))
        return size - len(last)

    def find(self, needle: bytes) -> Iterator[bytes]:
        """The lines that contain `needle`, the last first; one that contains it twice may come twice."""
        end, after = os.fstat(self._handle).st_size, b""
        while end:
            start = max(0, end - _CHUNK)
            # with the beginning of the chunk behind it, so that none is cut in two
            chunk = os.pread(self._handle, end - start, start) + after
            at = len(chunk)
            while (at := chunk.rfind(needle, 0, at)) >= 0:
                yield self._line_around(start + at)
            end, after = start, chunk[: len(needle) - 1]

    def _line_around(self, offset: int) -> bytes:
        start = max(0, offset - _LONGEST_LINE)
        before = os.pread(self._handle, offset - start, start).rpartition(b"\n")[2]
        return before + os.pread(self._handle, _LONGEST_LINE, offset).partition(b"\n")[0]


@contextmanager
def locked(path: Path) -> Iterator[Lines]:
    """The file at `path`, made where there is none, for this process alone.

    Raises `NotSent` where it cannot be opened, or somebody else holds it too long.
    """
    try:
        handle = _open(path)
    except OSError as error:
        raise NotSent(f"{path}: cannot be opened ({error.strerror}); check the path and its permissions") from error
    try:
        yield Lines(handle, path)
    finally:
        os.close(handle)  # and with it the lock


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + _PATIENCE
    while True:
        new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o644)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise NotSent(f"{path}: this is no ordinary file; name another, or use the destination `stdout`")
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(handle, path):
                if new:
                    sync_folder(path.parent)
                return handle
        except BlockingIOError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if time.monotonic() > deadline:
            raise NotSent(f"{path}: another program holds it locked; end that program")
        time.sleep(0.01)


def _is_still(handle: int, path: Path) -> bool:
    """False where the file was moved away between opening and locking, as logs are when they are rotated."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
