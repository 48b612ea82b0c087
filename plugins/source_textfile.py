"""Posts from plain text: one a line, one between delimiters, or the whole file as one long text."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from tweetgen.domain import Post
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Register, Source

from ._files.paths import File
from ._files.posts import digest, repair
from ._files.problems import Problems
from ._files.records import lines, pieces, whole
from ._files.source import FileSettings, FileSource
from ._files.tape import Tape

NAME = "textfile"


class TextfileSource(FileSource["TextfileSource.Settings"]):
    """One author a file; blank posts are passed over."""

    suffixes = (".txt", ".txt.gz")

    class Settings(FileSettings):
        """Where the files are and how they are cut into posts."""

        author: str | None = Field(None, min_length=1)
        """Who wrote it; without one, the file's name: `dril` for dril.txt."""
        delimiter: str | None = Field(None, min_length=1)
        """What stands between two posts of several lines, e.g. "\\n\\n" or "<|endoftext|>"."""
        whole: bool = False
        """Take each file as one long text, cut nowhere."""
        max_line: int = Field(1_000_000, ge=1)
        """Longest post read, in bytes, unless `whole`; longer ones are named and left out."""

        @model_validator(mode="after")
        def _one_way_of_cutting(self) -> Self:
            if self.whole and self.delimiter is not None:
                raise ValueError("`whole` and `delimiter` exclude each other")
            return self

    def _read(self, tape: Tape, file: File, problems: Problems) -> Iterator[Post | None]:
        author = self._settings.author or repair(file.stem)
        for line, raw in self._records(tape, problems):
            yield self._post(raw, author, line, file, problems)

    def _records(self, tape: Tape, problems: Problems) -> Iterator[tuple[int, bytes]]:
        settings = self._settings
        if settings.whole:
            return whole(tape)
        if settings.delimiter is not None:
            return pieces(tape, settings.delimiter, settings.max_line, problems)
        return lines(tape, settings.max_line, problems)

    def _post(self, raw: bytes, author: str, line: int, file: File, problems: Problems) -> Post | None:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            if not self._settings.whole:
                problems.add(
                    line, f"not UTF-8 at byte {error.start + 1}; set `encoding:` if the file has another"
                )
                return None
            text = raw.decode("utf-8", errors="replace")
            problems.note("broken UTF-8 in places, now U+FFFD; set `encoding:` if the file has another")
        if not self._settings.whole:
            text = text.strip("\r\n")
        if not text.strip():
            return None
        text = repair(text)
        return Post(author, text, digest(author, text), NAME, provenance=f"{file.shown}:{line}")


@hookimpl
def register_sources(register: Register[Source]) -> None:
    """Offer plain text as `textfile`."""
    register(NAME, TextfileSource)
