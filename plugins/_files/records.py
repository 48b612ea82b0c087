"""Cut a tape into records: lines, pieces between delimiters, or the whole of it."""

import re
from collections.abc import Iterator

from .problems import Problems
from .tape import Tape

_CHUNK = 1 << 18


def lines(tape: Tape, longest: int, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """Each line with its number and its end; the last may have none.

    Lines of more than `longest` bytes are named as problems and never held in memory.
    """
    while raw := tape.readline(longest + 1):
        if raw.endswith(b"\n"):
            tape.take(raw)
            if tape.known_end >= 0 and tape.known_end == tape.offset - (2 if raw.endswith(b"\r\n") else 1):
                continue
            yield tape.line, raw
        elif len(raw) > longest:
            if length := tape.skip_line(raw):
                problems.too_long(tape.line, "line", length, longest)
        elif tape.end(raw):
            yield tape.line + 1, raw


def pieces(tape: Tape, delimiter: str, longest: int, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """What stands between two delimiters, with the line it starts in; a line break also matches CR LF."""
    pattern = re.compile(re.escape(delimiter).replace("\\\n", "\r?\n").encode("utf-8"))
    keep = 2 * len(delimiter.encode("utf-8"))
    rest, skipped = b"", 0
    while chunk := tape.read(_CHUNK):
        rest += chunk
        start = 0
        for match in pattern.finditer(rest):
            body, raw = rest[start : match.start()], rest[start : match.end()]
            start, line = match.end(), tape.line + 1
            known = tape.offset + len(body) == tape.known_end
            tape.take(raw, raw.count(b"\n"))
            if skipped or len(body) > longest:
                problems.too_long(line, "post", skipped + len(body), longest)
                skipped = 0
            elif not known:
                yield line, body
        rest = rest[start:]
        if len(rest) > longest + keep:
            skipped += len(rest) - keep
            tape.take(rest[:-keep], rest.count(b"\n", 0, -keep))
            rest = rest[-keep:]
    if rest and skipped:
        tape.take(rest, rest.count(b"\n"))
        problems.too_long(tape.line, "post", skipped + len(rest), longest)
    elif rest and tape.end(rest):
        yield tape.line + 1, rest


def whole(tape: Tape) -> Iterator[tuple[int, bytes]]:
    """The whole file as one record; a file that has grown is given again, longer."""
    raw = tape.read()
    if raw and tape.end(raw):
        yield 1, raw
