"""A file of lines that several processes append to, each line whole."""

import fcntl
import json
import mmap
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


class Lines:
    """An open, locked file; what is appended is on disk when `append` returns."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path

    def append(self, line: bytes) -> None:
        """Add one line, without its newline here. Raises `NotSent` where the disk refused it and nothing was kept."""
        before = self._mend()
        rest = memoryview(line + b"\n")
        try:
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, before)  # where even this fails, nobody knows
            raise NotSent(f"{self._path}: cannot be written ({error.strerror}); free some space") from error

    def _mend(self) -> int:
        """Give the last line its end; one that a kill cut in half goes. The size of the file then."""
        size = os.fstat(self._handle).st_size
        start = max(0, size - _LONGEST_LINE)
        tail = os.pread(self._handle, size - start, start)
        last = tail.rpartition(b"\n")[2]
        if not last:
            return size
        if _is_json(last):  # whole, such as after an editor that ends no last line
            os.write(self._handle, b"\n")
            return size + 1
        os.ftruncate(self._handle, size - len(last))
        return size - len(last)

    def find(self, needle: bytes) -> Iterator[bytes]:
        """The whole lines that contain `needle`, the last first."""
        size = os.fstat(self._handle).st_size
        if not size:
            return
        with mmap.mmap(self._handle, size, access=mmap.ACCESS_READ) as content:
            end = size
            while (at := content.rfind(needle, 0, end)) >= 0:
                start = content.rfind(b"\n", 0, at) + 1
                stop = content.find(b"\n", at)
                yield content[start : stop if stop >= 0 else size]
                end = start


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
