"""Posts from JSON Lines: one JSON object a line, plain or gzipped."""

import json
from collections.abc import Callable, Iterator

from tweetgen.domain import Post
from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Register, Source

from ._files.paths import File
from ._files.posts import Keys, PostMaker
from ._files.problems import Problems
from ._files.records import lines
from ._files.source import FileSettings, FileSource
from ._files.tape import Tape

NAME = "jsonl"


class JsonlSource(FileSource["JsonlSource.Settings"]):
    """One post a line; a line that is no JSON object is named and left out."""

    suffixes = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

    class Settings(FileSettings):
        """Where the files are and which keys hold what."""

        keys: Keys = Keys()
        """Which key holds what."""

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
            why = error if isinstance(error, json.JSONDecodeError) else "nested too deeply, or a number too long"
            problems.add(line, f"{where} ({why}); line left out")
    else:
        if isinstance(record, dict):
            return record
        problems.add(line, "not a JSON object; line left out")
    return None


@hookimpl
def register_sources(register: Register[Source]) -> None:
    """Offer JSON Lines as `jsonl`."""
    register(NAME, JsonlSource)
