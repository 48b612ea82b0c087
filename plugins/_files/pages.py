"""Read files one after another and give their posts out in pages, each with the cursor after it."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TypeAlias

from tweetgen.domain import Json, Post
from tweetgen.errors import InputError
from tweetgen.interfaces import Page

from .paths import File
from .problems import Problems
from .tape import Mark, Tape
from .text import TextFile, open_text

PAGE_POSTS = 500
PAGE_BYTES = 1 << 20
#: what reading a broken gzip file raises
_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error)

#: yields a post, or None for a record without one, after each record
Reader: TypeAlias = Callable[[Tape, File, Problems], Iterator[Post | None]]


class FilePages:
    """One run of a source over its files."""

    def __init__(self, files: Sequence[File], encoding: str | None, read: Reader) -> None:
        self._files, self._encoding, self._read = files, encoding, read
        self._sizes = [file.size() for file in files]
        self._marks: dict[str, Json] = {}
        self._posts: list[Post] = []
        self._problems: list[str] = []
        self._refused: list[InputError] = []

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """As `Source.fetch`. A file read for other authors only is read again from its start."""
        given = cursor.get("files") if isinstance(cursor, dict) else None
        known = given if isinstance(given, dict) else {}
        self._marks = {file.shown: known[file.shown] for file in self._files if file.shown in known}
        for number, file in enumerate(self._files):
            mark = Mark.from_json(self._marks.get(file.shown))
            if mark and not mark.covers(authors):
                mark = None
            try:
                yield from self._fetch_file(number, mark, authors)
            except InputError as error:
                self._refused.append(error)
                self._problems.append(str(error))
        if self._refused and len(self._refused) == len(self._files):
            raise self._refused[0]
        if self._posts or self._problems or self._marks != known:
            yield self._page(sum(self._sizes))

    def _fetch_file(self, number: int, mark: Mark | None, authors: Sequence[str] | None) -> Iterator[Page]:
        file = self._files[number]
        problems = Problems(file.shown)
        before, size = sum(self._sizes[:number]), self._sizes[number]
        text, tape = _open_tape(file, self._encoding, mark, problems)
        with closing(text):
            problems.fruitful = tape.offset > 0
            cut = tape.offset + PAGE_BYTES
            wanted = None if authors is None else set(authors)
            try:
                for post in self._read(tape, file, problems):
                    if post is not None:
                        problems.fruitful = True
                        if wanted is None or post.author in wanted:
                            self._posts.append(post)
                    if not tape.at_end and (len(self._posts) >= PAGE_POSTS or tape.offset >= cut):
                        cut = tape.offset + PAGE_BYTES
                        self._problems += problems.drain()
                        self._keep(file, tape.mark(authors), mark)
                        yield self._page(before + min(text.done(), size))
            except _DAMAGE as error:
                if not problems.fruitful:
                    raise _damaged(file, error) from error
                problems.note(f"damaged after line {tape.line} ({error}); what comes before is kept")
        problems.close()
        self._problems += problems.drain()
        self._keep(file, tape.mark(authors), mark)

    def _keep(self, file: File, mark: Mark, before: Mark | None) -> None:
        """Remember the mark; where nothing has been read, the old one, which may cover more authors."""
        if before is None or (mark.size, mark.digest) != (before.size, before.digest):
            self._marks[file.shown] = mark.to_json()

    def _page(self, done: int) -> Page:
        page = Page(self._posts, {"files": dict(self._marks)}, self._problems, (done, sum(self._sizes)))
        self._posts, self._problems = [], []
        return page


def _open_tape(
    file: File, encoding: str | None, mark: Mark | None, problems: Problems
) -> tuple[TextFile, Tape]:
    """The file and its tape: at the mark if the file still starts with what was read, else at its start."""
    try:
        text = open_text(file.path, file.shown, encoding)
        tape = Tape(text)
        if mark is None:
            if not file.size():
                problems.note("the file is empty; fetch it again, or name another")
            return text, tape
        try:
            same = tape.resume(mark)
        except _DAMAGE:
            same = False
        if same and mark.size == mark.offset:
            return text, tape
        text.close()
        text = open_text(file.path, file.shown, encoding)
        tape = Tape(text)
        if same:
            tape.skip_to(mark)
        return text, tape
    except _DAMAGE as error:
        raise _damaged(file, error) from error


def _damaged(file: File, error: Exception) -> InputError:
    return InputError(file.shown, f"damaged gzip file ({error})", "fetch or compress it again")
