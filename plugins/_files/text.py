"""Open any text file as UTF-8 bytes: gzip, byte order marks, other encodings; binary is refused."""

import codecs
import gzip
import io
import re
from pathlib import Path
from typing import Annotated, BinaryIO, TypeAlias, cast

from pydantic import AfterValidator

from tweetgen.errors import InputError

_CHUNK = 1 << 20
_PROBE = 1 << 16
#: the mark of UTF-32 starts with that of UTF-16, so it comes first
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _known_encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError(f"{name!r} is no text encoding; examples: utf-8, utf-16, latin-1, cp1252") from None
    return name


Encoding: TypeAlias = Annotated[str, AfterValidator(_known_encoding)]


class TextFile:
    """An open text file, read as UTF-8 from front to back, without its byte order mark."""

    def __init__(self, disk: "io.BufferedReader[io.FileIO]", stream: BinaryIO) -> None:
        self._disk = disk
        self.read = stream.read
        self.readline = stream.readline
        self.close = disk.close

    def done(self) -> int:
        """How many bytes of the file on disk have been read, compressed where it is compressed."""
        return self._disk.tell()


def open_text(path: Path, shown: str, encoding: str | None) -> TextFile:
    """Open `path`, named `shown` in messages.

    Without `encoding`: UTF-8, or what a byte order mark says. With it: that, and broken bytes become U+FFFD.
    Raises `InputError` where the file cannot be opened, is binary, or is in another encoding.
    """
    try:
        if not path.is_file():
            raise InputError(shown, "not a regular file" if path.exists() else "no such file", "mend `path:`")
        disk = io.BufferedReader(io.FileIO(path), _CHUNK)
    except OSError as error:
        raise InputError(shown, f"cannot be opened ({error.strerror})", "check its permissions") from error
    try:
        return TextFile(disk, _as_utf8(disk, shown, encoding))
    except BaseException:
        disk.close()
        raise


def _as_utf8(disk: "io.BufferedReader[io.FileIO]", shown: str, encoding: str | None) -> BinaryIO:
    content: BinaryIO = disk
    if disk.peek(2)[:2] == b"\x1f\x8b":  # by its first bytes: a name may lie
        content = cast(BinaryIO, gzip.GzipFile(fileobj=disk))
    probe = content.read(_PROBE)
    content.seek(0)
    encoding = encoding or next((name for mark, name in _MARKS if probe.startswith(mark)), None)
    if encoding:
        if codecs.lookup(encoding).name == "utf-8":
            encoding = "utf-8-sig"
        return cast(BinaryIO, io.BufferedReader(_Transcoded(content, encoding), _CHUNK))
    _refuse_unreadable(probe, shown)
    if probe.startswith(codecs.BOM_UTF8):
        content.seek(len(codecs.BOM_UTF8))
    if content is disk:
        return disk
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, content), _CHUNK))


def _refuse_unreadable(probe: bytes, shown: str) -> None:
    """Refuse what is not UTF-8 on the whole; a few broken lines in good UTF-8 are the reader's to name."""
    if b"\0" in probe:
        even, odd = probe[::2].count(0), probe[1::2].count(0)
        if max(even, odd) > len(probe) // 5 and min(even, odd) * 10 < max(even, odd):
            name = "utf-16-be" if even > odd else "utf-16-le"
            raise InputError(shown, "looks like UTF-16 without a byte order mark", f"set `encoding: {name}`")
        why = "binary, not text (it holds NUL bytes)"
        raise InputError(shown, why, "choose a text file, or set `encoding: utf-8` to read it all the same")
    # a character may be cut by the end of the probe
    whole = probe if len(probe) < _PROBE else probe[:-4]
    broken = [line for line in whole.split(b"\n") if not _is_utf8(line)]
    sound = sum(not line.isascii() and _is_utf8(line) for line in whole.split(b"\n"))
    if len(broken) > sound:
        # Windows-1252 puts its quotes and dashes where Latin-1 has control characters
        name = "cp1252" if any(re.search(rb"[\x80-\x9f]", line) for line in broken) else "latin-1"
        raise InputError(shown, "not UTF-8", f"set `encoding: {name}`, or whichever it was written in")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Transcoded(io.RawIOBase):
    """Bytes in another encoding, read as UTF-8."""

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        self._content = content
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._ready = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            chunk = self._content.read(_CHUNK)
            self._ended = not chunk
            text = self._decoder.decode(chunk, final=self._ended)
            self._ready = memoryview(text.encode("utf-8", errors="replace"))
        count = min(len(target), len(self._ready))
        target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count
