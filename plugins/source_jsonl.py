"""Posts from JSON Lines: one JSON object a line, plain or gzipped."""

import json
from collections.abc import Callable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Json, Post
from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Page, Register, Source

from ._files.pages import FilePages
from ._files.paths import File, Paths, find_files
from ._files.posts import Keys, PostMaker
from ._files.problems import Problems
from ._files.records import lines
from ._files.tape import Tape
from ._files.text import Encoding

NAME = "jsonl"


class JsonlSource:
    """One post a line; a line that is no JSON object is named and left out."""

    #: what a folder given as `path` is searched for
    suffixes = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

    class Settings(BaseModel):
        """Where the files are and which keys hold what."""

        model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

        path: Paths
        """A file, a glob, a folder, or a list of these; relative to config.yaml."""
        author: str | None = Field(None, min_length=1)
        """Who wrote the posts that name nobody."""
        keys: Keys = Keys()
        """Which key holds what."""
        encoding: Encoding | None = None
        """For files that are neither UTF-8 nor marked; broken bytes are then replaced by U+FFFD."""
        max_line: int = Field(1_000_000, ge=1)
        """Longest line read, in bytes; longer ones are named and left out."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._base = host.base

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """Posts in the order of the files; see `tweetgen.interfaces.Source`."""
        files = find_files(self._settings.path, self._base, self.suffixes)
        return FilePages(files, self._settings.encoding, self._read).fetch(authors, cursor)

    def _read(self, tape: Tape, file: File, problems: Problems) -> Iterator[Post | None]:
        settings = self._settings
        maker = PostMaker(NAME, settings.keys, settings.author, file.shown, problems)
        decode = json.JSONDecoder().decode
        for line, raw in lines(tape, settings.max_line, problems):
            if line == 1 and raw.lstrip()[:1] == b"[":
                why = "a JSON array, not one object a line"
                raise InputError(file.shown, why, "convert it: jq -c '.[]' FILE > FILE.jsonl")
            record = _parse(raw, decode, line, problems)
            yield None if record is None else maker.make(record, line)


def _parse(
    raw: bytes, decode: Callable[[str], object], line: int, problems: Problems
) -> dict[str, object] | None:
    """The object in a line; None for a blank line, or for a problem, which is noted."""
    try:
        record = decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        problems.add(line, f"not UTF-8 at byte {error.start + 1}; set `encoding:` if the file has another")
    except (ValueError, RecursionError) as error:
        if raw.strip():
            where = "cut in half" if not raw.endswith(b"\n") else "not JSON"
            problems.add(line, f"{where} ({error}); line left out")
    else:
        if isinstance(record, dict):
            return record
        problems.add(line, "not a JSON object; line left out")
    return None


@hookimpl
def register_sources(register: Register[Source]) -> None:
    """Offer JSON Lines as `jsonl`."""
    register(NAME, JsonlSource)
