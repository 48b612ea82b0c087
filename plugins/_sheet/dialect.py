"""Reads a table as spreadsheets save it: commas, semicolons or tabs; UTF-8 or UTF-16, with or without their mark."""

import codecs
import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

from tweetgen.errors import InputError

_DELIMITERS = ",;\t"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: what spreadsheets of the West write where they are not told otherwise; any byte is some character of it
_WINDOWS = "cp1252"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet."""

    #: each by its columns' names, in lower case; cells that are not there are left out
    rows: list[dict[str, str]]
    #: False: saved in an encoding that has lost characters, so a changed text may be damage
    trusted: bool


def read(data: bytes, name: str, needed: Collection[str]) -> Table:
    """The table in a file. Raises `InputError`, naming the file, where it is none or lacks columns needed."""
    if data.startswith(b"PK\x03\x04"):
        raise InputError(name, "is a spreadsheet of its program's own", "save it as CSV (UTF-8)")
    text, trusted = _decoded(data, name)
    lines = _lines(text)
    header = next((line for line in lines if any(cell.strip() for cell in line)), [])
    names = [cell.strip().casefold() for cell in header]
    if missing := [column for column in needed if column not in names]:
        why = f"has no column {' or '.join(map(repr, missing))}"
        raise InputError(name, why, "keep the first row as it was, and save the sheet as CSV")
    rows = lines[lines.index(header) + 1 :]
    return Table([dict(zip(names, row, strict=False)) for row in rows if any(row)], trusted)


def _decoded(data: bytes, name: str) -> tuple[str, bool]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # a file cut in the middle of a character is still read up to there
            return data.decode(encoding, errors="replace"), True
    if b"\0" in data[:200]:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return data.decode(encoding, errors="replace"), True
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data), True
    except UnicodeDecodeError:
        return data.decode(_WINDOWS, errors="replace"), False


def _lines(text: str) -> list[list[str]]:
    """The cells of each row, by the delimiter that its first row has most of."""
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # a file cut in the middle of a cell leaves a quote open; the rest is then that cell's
    csv.field_size_limit(max(len(text), 131_072))
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
