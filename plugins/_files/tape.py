"""A file read record by record and hashed on the way: its cursor always stands at the end of a record."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tweetgen.domain import Json

from .text import TextFile

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a file has been read; all counts are of its text as UTF-8.

    A last record that nothing closes yet may still be growing: it is given out, but `offset` stays before it.
    """

    #: bytes up to the end of the last closed record
    offset: int
    #: bytes looked at: more than `offset` where an unclosed record follows
    size: int
    #: SHA-256 of the first `size` bytes
    digest: str
    #: lines up to `offset`
    line: int
    #: the only authors looked for, or None for all
    authors: tuple[str, ...] | None = None

    def to_json(self) -> Json:
        authors: Json = None if self.authors is None else list(self.authors)
        return {
            "offset": self.offset,
            "size": self.size,
            "digest": self.digest,
            "line": self.line,
            "authors": authors,
        }

    @classmethod
    def from_json(cls, value: Json) -> "Mark | None":
        """None where the value is not one of ours: reading from the start again loses nothing."""
        match value:
            case {"offset": int(offset), "size": int(size), "digest": str(digest), "line": int(line), **rest}:
                authors = rest.get("authors")
                names = tuple(str(name) for name in authors) if isinstance(authors, list) else None
                return cls(offset, size, digest, line, names)
        return None

    def covers(self, authors: Sequence[str] | None) -> bool:
        """Whether everything by `authors` up to here has been given out."""
        return self.authors is None or (authors is not None and set(authors) <= set(self.authors))


class Tape:
    """One pass over a file.

    A reader calls `readline` or `read`, then `take` for each closed record, `end` for an unclosed last one.
    """

    def __init__(self, file: TextFile) -> None:
        self.readline = file.readline
        self.read = file.read
        self.offset = 0
        self.line = 0
        #: where an unclosed record ended that an earlier run has given out already
        self.known_end = -1
        self._hash = hashlib.sha256()
        self._closing: tuple[int, str] | None = None

    def resume(self, mark: Mark) -> bool:
        """Go to the mark; False, and of no more use, if the file no longer starts with what was read then."""
        if not self._advance(mark.offset):
            return False
        whole, tail = self._hash.copy(), self.read(mark.size - mark.offset)
        whole.update(tail)
        self.line = mark.line
        return len(tail) == mark.size - mark.offset and whole.hexdigest() == mark.digest

    def skip_to(self, mark: Mark) -> None:
        """Go to a mark whose digest has been found right."""
        self._advance(mark.offset)
        self.line = mark.line
        self.known_end = mark.size if mark.size > mark.offset else -1

    def _advance(self, count: int) -> bool:
        while self.offset < count and (chunk := self.read(min(_CHUNK, count - self.offset))):
            self.take(chunk, 0)
        return self.offset == count

    def take(self, raw: bytes, lines: int = 1) -> None:
        """Count a closed record, its separator included."""
        self._hash.update(raw)
        self.offset += len(raw)
        self.line += lines

    def end(self, raw: bytes) -> bool:
        """Note the unclosed last record; False if an earlier run has given out this very one."""
        whole = self._hash.copy()
        whole.update(raw)
        self._closing = (len(raw), whole.hexdigest())
        return self.offset + len(raw) != self.known_end

    def skip_line(self, raw: bytes) -> int:
        """Go past a long line of which `raw` has been read.

        Returns its length in bytes; 0 if it is the unclosed last one that an earlier run has told of already.
        """
        before, start = self._hash.copy(), self.offset
        self.take(raw, 0)
        while not raw.endswith(b"\n") and (raw := self.readline(_CHUNK)):
            self.take(raw, 0)
        length = self.offset - start
        if raw:
            self.line += 1
            return length
        self._closing = (length, self._hash.hexdigest())
        self._hash, self.offset = before, start
        return 0 if start + length == self.known_end else length

    @property
    def at_end(self) -> bool:
        """True in the unclosed last record: the mark stands behind all of it, so no page may end here."""
        return self._closing is not None

    def mark(self, authors: Sequence[str] | None) -> Mark:
        """The cursor after the last record."""
        left, digest = self._closing or (0, self._hash.copy().hexdigest())
        names = None if authors is None else tuple(sorted(set(authors)))
        return Mark(self.offset, self.offset + left, digest, self.line, names)
