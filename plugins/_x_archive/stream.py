"""X's `window.YTD.tweets.part0 = […];` as a stream of JSON values, without holding the file in memory."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO

import ijson

from tweetgen.errors import InputError

from .container import Container

_CHUNK = 1 << 16
#: may stand after the value; a longer run of it is somebody's joke
_END = b" \t\r\n;"
_LONGEST_END = 1 << 20


class Damaged(Exception):
    """The rest of a member cannot be read."""


class Script:
    """The value a script assigns, without what stands before it and the semicolon after it."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self.close = file.close
        #: bytes of the member read so far
        self.done = 0
        try:
            self._held = self._start(name)
        except BaseException:
            file.close()
            raise
        self.is_list = self._held.startswith(b"[")

    def read(self, size: int = -1) -> bytes:
        """Some bytes, not always `size`; none at the end. Without `size`, all that is left."""
        if size == 0:
            return b""
        while True:
            chunk = self._more(size)
            data, self._held = self._held + chunk, b""
            body = data.rstrip(_END)
            if not chunk:
                return body
            if len(data) - len(body) > _LONGEST_END:
                return data
            self._held = data[len(body) :]
            if body:
                return body

    def _start(self, name: str) -> bytes:
        """The first bytes of the value."""
        head = self._more(_CHUNK).removeprefix(b"\xef\xbb\xbf").lstrip()
        if head and head[:1] not in b"[{":
            before, sign, head = head.partition(b"=")
            if not sign or len(before) > 200:
                raise InputError(name, "not a file of an X archive", "name the zip X sent or its folder")
        return head.lstrip()

    def _more(self, size: int) -> bytes:
        try:
            chunk = self._file.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise Damaged(str(error)) from error
        self.done += len(chunk)
        return chunk


def values(script: Script, prefix: str) -> Iterator[Any]:
    """The values at `prefix`, as ijson names them. Raises `Damaged` where the rest cannot be read."""
    try:
        yield from ijson.items(script, prefix, use_float=True)
    except (ijson.JSONError, ValueError, RecursionError) as error:
        raise Damaged(str(error).splitlines()[0] if str(error) else type(error).__name__) from error


def first_text(container: Container, name: str, prefix: str) -> str | None:
    """The first string at `prefix` in a member; None without one, or where the member is damaged."""
    try:
        with closing(Script(container.open(name), name)) as script:
            return next((value for value in values(script, prefix) if isinstance(value, str) and value), None)
    except Damaged:
        return None
