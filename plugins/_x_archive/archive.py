"""One opened archive: whose it is, whether it has changed, and its posts in order."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tweetgen.domain import Post
from tweetgen.errors import InputError

from .._files.paths import File
from .._files.problems import Problems
from .container import Container, open_container
from .notes import Notes
from .parts import Parts, find_parts
from .records import records
from .stream import Damaged
from .tweets import NotAPost, to_post, unwrap


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened archive and what is to be read of it."""

    file: File
    container: Container
    parts: Parts
    author: str

    @classmethod
    def open(cls, file: File, author: str | None, max_bytes: int) -> "Archive":
        """Open an archive and find its posts and their author.

        Raises `InputError` for what is no archive, is broken or hostile, or does not say whose it is.
        """
        container = open_container(file.path, file.shown, max_bytes)
        try:
            parts = find_parts(container, file.shown)
            if (name := author or parts.author) is None:
                raise InputError(file.shown, "no account.js tells whose posts these are", "set `author:`")
            return cls(file, container, parts, name)
        except BaseException:
            container.close()
            raise

    def identity(self) -> str:
        """A digest that changes when any of its posts does."""
        whole = hashlib.sha256(self.author.encode("utf-8", "replace"))
        for name in (*self.parts.tweets, *self.parts.notes):
            line = f"\n{name}\n{self.container.size(name)}\n{self.container.fingerprint(name)}"
            whole.update(line.encode("utf-8", "replace"))
        return whole.hexdigest()

    def size(self) -> int:
        """Bytes of posts, unpacked."""
        return sum(map(self.container.size, self.parts.tweets))


class Reading:
    """One pass over an archive, from its start: which long text is whose depends on what came before."""

    def __init__(self, archive: Archive, source: str) -> None:
        self._archive, self._source = archive, source
        self._notes = Notes()
        self.problems = list(archive.parts.problems)
        #: records read so far
        self.count = 0
        #: those of them that hold no words of the account's own
        self.passed_over = 0

    def posts(self) -> Iterator[tuple[Post | None, int]]:
        """For each record its post, or None for a retweet and the like, and the bytes of posts read so far.

        Raises `InputError` where the first record cannot be read already.
        """
        archive, before = self._archive, 0
        self._read_notes()
        for name in archive.parts.tweets:
            for post, done in self._posts_in(name):
                self.passed_over += post is None
                yield post, before + done
            before += archive.container.size(name)
        if left := len(self._notes):
            self.problems.append(f"{archive.file.shown}: {left} long posts belong to no post in it; left out")

    def _read_notes(self) -> None:
        for name in self._archive.parts.notes:
            try:
                for item, _ in records(self._archive.container, name):
                    self._notes.add(item)
            except Damaged as error:
                self.problems.append(f"{self._where(name)}: damaged ({error}); some long posts stay cut")

    def _posts_in(self, name: str) -> Iterator[tuple[Post | None, int]]:
        problems = Problems(self._where(name))
        number = 0
        try:
            for number, (item, done) in enumerate(records(self._archive.container, name), 1):
                self.count += 1
                post = self._post(item, name, number, problems)
                problems.fruitful |= post is not None
                self.problems += problems.drain()
                yield post, done
        except Damaged as error:
            if not self.count:
                raise InputError(self._where(name), f"damaged ({error})", "fetch it again") from error
            problems.note(f"damaged after record {number} ({error}); what comes before is kept")
        problems.close()
        self.problems += problems.drain()

    def _post(self, item: Any, name: str, number: int, problems: Problems) -> Post | None:
        try:
            return to_post(unwrap(item), self._archive.author, self._source, self._notes, self._where(name))
        except NotAPost as error:
            problems.add(number, f"{error}; left out")
            return None

    def _where(self, name: str) -> str:
        shown = self._archive.file.shown
        return shown if self._archive.file.path.name == name else f"{shown}/{name}"
