"""CSV rows off a tape: quoted line breaks stay inside, and a stray quote costs one row, not the file."""

import csv
from collections import deque
from collections.abc import Iterator

from .problems import Problems
from .tape import Tape


class Rows:
    """The rows of a CSV file, as lists of fields; rows that cannot be read are noted as problems."""

    def __init__(self, tape: Tape, delimiter: str, longest: int, problems: Problems) -> None:
        self._tape, self._delimiter, self._longest, self._problems = tape, delimiter, longest, problems
        #: the line the last row given starts at
        self.line = 0
        #: False where nothing closes the last row given: the file ends in it
        self.closed = True
        self._next_line = tape.line + 1
        #: the lines of the row in hand
        self._held: list[bytes] = []
        #: lines read already, to be read again
        self._again: deque[bytes] = deque()
        self._cut_off = False
        self._broken = False

    def __iter__(self) -> Iterator[list[str]]:
        reader = csv.reader(self._feed(), delimiter=self._delimiter)
        while True:
            self._held, self._broken, self._cut_off = [], False, False
            try:
                row, why = next(reader, None), None
            except csv.Error as error:
                row, why = None, _explain(error)
            if not self._held:
                return
            if self._cut_off:
                why = "a quote is opened here and never closed"
            elif self._broken and not why:
                why = "not UTF-8; set `encoding:` if the file has another"
            fresh = self._take(why is not None)
            if why:
                reader = csv.reader(self._feed(), delimiter=self._delimiter)
                if fresh:
                    self._problems.add(self.line, why)
            elif fresh and row is not None:
                yield row

    def _feed(self) -> Iterator[str]:
        while raw := self._next():
            self._held.append(raw)
            try:
                yield raw.decode("utf-8")
            except UnicodeDecodeError:
                self._broken = True
                yield raw.decode("utf-8", errors="replace")
        self._cut_off = bool(self._held)

    def _next(self) -> bytes:
        """The next line of the row in hand; nothing where it ends unclosed."""
        while raw := self._again.popleft() if self._again else self._tape.readline(self._longest + 1):
            if raw.endswith(b"\n") or len(raw) <= self._longest:
                return raw
            if self._held:
                self._again.appendleft(raw)
                return b""
            if length := self._tape.skip_line(raw):
                self._problems.too_long(self._next_line, "line", length, self._longest)
            self._next_line += 1
        return b""

    def _take(self, bad: bool) -> bool:
        """Count the row in hand; False if an earlier run has given it out.

        Of a bad row only the first line counts: it is the culprit, and those it swallowed are read again.
        """
        if self.closed and not self._again and (self._cut_off or not self._held[-1].endswith(b"\n")):
            # the end of the file: the rest may still be written, so none of it is counted as taken
            self.closed = False
            if not self._tape.end(b"".join(self._held)):
                return False
        lines = self._held[:1] if bad else self._held
        self._again.extendleft(reversed(self._held[len(lines) :]))
        self.line = self._next_line
        self._next_line += len(lines)
        if not self.closed:
            return True
        self._tape.take(b"".join(lines), len(lines))
        body_end = self._tape.offset - (2 if lines[-1].endswith(b"\r\n") else 1)
        return self._tape.known_end < 0 or self._tape.known_end != body_end


def _explain(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a quote is opened here and not closed within {csv.field_size_limit():,} characters"
    return f"no CSV ({error})"
