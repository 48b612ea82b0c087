"""Posts from CSV files with a header: columns chosen by name."""

from collections.abc import Iterator, Sequence
from contextlib import closing

from pydantic import field_validator

from tweetgen.domain import Post
from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Register, Source

from ._files.paths import File
from ._files.posts import Keys, PostMaker
from ._files.problems import Problems
from ._files.source import FileSettings, FileSource
from ._files.table import Rows
from ._files.tape import Tape
from ._files.text import open_text

NAME = "csv"
_DELIMITERS = ",;\t|"


class CsvSource(FileSource["CsvSource.Settings"]):
    """One post a row; a row that does not fit the header is named and left out."""

    suffixes = (".csv", ".tsv", ".csv.gz", ".tsv.gz")

    class Settings(FileSettings):
        """Where the files are and which columns hold what."""

        columns: Keys = Keys()
        """Which column holds what."""
        header: tuple[str, ...] | None = None
        """The columns' names, for files whose first row is a post already."""
        delimiter: str | None = None
        """What stands between two columns: one character, or `sniff`: what the first row has most of.

        Without it a comma, in .tsv files a tab."""

        @field_validator("delimiter")
        @classmethod
        def _one_character(cls, value: str | None) -> str | None:
            if value not in (None, "sniff") and (len(value) != 1 or value in '"\r\n' or not value.isascii()):
                raise ValueError(f"{value!r} is neither one ASCII character nor `sniff`")
            return value

    def _read(self, tape: Tape, file: File, problems: Problems) -> Iterator[Post | None]:
        settings = self._settings
        delimiter, names, header_line = self._shape(file)
        if not names:
            return
        needed = self._needed(names, file)
        maker = PostMaker(NAME, settings.columns, settings.author, file.shown, problems)
        rows = Rows(tape, delimiter, settings.max_line, problems)
        for row in rows:
            if rows.line == header_line or not any(row):
                yield None
            elif why := _misfit(row, names, needed if rows.closed else len(names)):
                problems.add(rows.line, why)
                yield None
            else:
                yield maker.make(dict(zip(names, row, strict=False)), rows.line)

    def _shape(self, file: File) -> tuple[str, list[str], int]:
        """The delimiter, the columns' names and the line they stand in, or 0; no names in an empty file."""
        settings = self._settings
        with closing(open_text(file.path, file.shown, settings.encoding)) as text:
            first = text.readline(settings.max_line).decode("utf-8", errors="replace")
        usual = "\t" if file.path.name.lower().removesuffix(".gz").endswith(".tsv") else ","
        delimiter = _sniff(first, file) if settings.delimiter == "sniff" else settings.delimiter or usual
        if settings.header is not None:
            return delimiter, list(settings.header), 0
        if "\r" in first.rstrip("\r\n"):
            raise InputError(file.shown, "its lines end in CR alone", "save it again with LF or CR LF")
        with closing(open_text(file.path, file.shown, settings.encoding)) as text:
            rows = Rows(Tape(text), delimiter, settings.max_line, Problems(file.shown))
            row = next((row for row in rows if any(row)), [])
        return delimiter, [name.strip() for name in row], rows.line

    def _needed(self, names: Sequence[str], file: File) -> int:
        """How many columns a row needs at least. Raises `InputError` for a column asked for and not there."""
        columns = self._settings.columns
        asked = [columns.text, *(columns.labels if isinstance(columns.labels, tuple) else ())]
        if columns.author and (self._settings.author is None or "author" in columns.model_fields_set):
            asked.append(columns.author)
        for field in columns.model_fields_set - {"text", "author", "labels"}:
            if isinstance(name := getattr(columns, field), str):
                asked.append(name)
        if missing := [name for name in asked if name not in names]:
            why = f"no column {' or '.join(map(repr, missing))}; it has {', '.join(map(repr, names))}"
            field = "author" if missing == [columns.author] else "text"
            remedy = f"name the right one with `columns: {{{field}: …}}`"
            if len(names) == 1:
                remedy = "its columns may stand apart by something else: set `delimiter:`, e.g. to `sniff`"
            elif field == "author":
                remedy += ", or set `author:`"
            raise InputError(file.shown, why, remedy)
        return 1 + max(names.index(name) for name in asked)


def _misfit(row: Sequence[str], names: Sequence[str], needed: int) -> str | None:
    """Why a row cannot be trusted, or None."""
    if len(row) < needed:
        return f"{len(row)} of {len(names)} columns"
    if any(row[len(names) :]):
        return f"{len(row)} columns where the header has {len(names)}; is the delimiter in an unquoted text?"
    return None


def _sniff(first: str, file: File) -> str:
    outside = "".join(first.split('"')[::2])
    best = max(_DELIMITERS, key=outside.count)
    if not outside.count(best):
        raise InputError(file.shown, "no delimiter can be told from its first row", "set `delimiter:`")
    return best


@hookimpl
def register_sources(register: Register[Source]) -> None:
    """Offer CSV as `csv`."""
    register(NAME, CsvSource)
