"""Read archives one after another and give their posts out in pages, each with the cursor after it."""

from collections.abc import Iterator, Sequence
from logging import Logger

from tweetgen.domain import Json, Post
from tweetgen.errors import InputError
from tweetgen.interfaces import Page

from .archive import Archive, Reading

PAGE_POSTS = 500
#: a page may end after so many records even if most of them are retweets
PAGE_RECORDS = 4000


class ArchivePages:
    """One run of the source over its archives."""

    def __init__(
        self, archives: Sequence[Archive], problems: Sequence[str], source: str, log: Logger
    ) -> None:
        self._archives, self._source, self._log = archives, source, log
        self._total = sum(archive.size() for archive in archives)
        self._marks: dict[str, Json] = {}
        self._posts: list[Post] = []
        self._problems = list(problems)

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """As `Source.fetch`; an archive that has not changed is passed over at once."""
        given = cursor.get("archives") if isinstance(cursor, dict) else None
        known = given if isinstance(given, dict) else {}
        self._marks = {archive.file.shown: known.get(archive.file.shown) for archive in self._archives}
        before, refused = 0, list[InputError]()
        for archive in self._archives:
            if authors is None or archive.author in authors:
                try:
                    yield from self._fetch_archive(archive, before)
                except InputError as error:
                    refused.append(error)
                    self._problems.append(str(error))
            before += archive.size()
        if refused and len(refused) == len(self._archives):
            raise refused[0]
        changed = any(known.get(name) != mark for name, mark in self._marks.items())
        if changed or self._posts or self._problems:
            yield self._page(self._total)

    def _fetch_archive(self, archive: Archive, before: int) -> Iterator[Page]:
        shown, identity = archive.file.shown, archive.identity()
        taken = _taken(self._marks.get(shown), identity)
        if taken is None:
            return
        reading = Reading(archive, self._source)
        cut = taken
        for post, done in reading.posts():
            if reading.count <= taken:
                reading.problems.clear()
                continue
            if post is not None:
                self._posts.append(post)
            if len(self._posts) >= PAGE_POSTS or reading.count - cut >= PAGE_RECORDS:
                cut = reading.count
                self._problems += reading.problems
                reading.problems.clear()
                self._marks[shown] = {"identity": identity, "taken": cut, "done": False}
                yield self._page(before + done)
        self._problems += reading.problems
        self._log.info("%s: %d records, %d left out (retweets)", shown, reading.count, reading.passed_over)
        self._marks[shown] = {"identity": identity, "taken": reading.count, "done": True}

    def _page(self, done: int) -> Page:
        marks: dict[str, Json] = {name: mark for name, mark in self._marks.items() if mark is not None}
        page = Page(self._posts, {"archives": marks}, self._problems, (min(done, self._total), self._total))
        self._posts, self._problems = [], []
        return page


def _taken(mark: Json, identity: str) -> int | None:
    """How many records an earlier run has taken of the very same archive; None if all of them."""
    match mark:
        case {"identity": str(same), "taken": int(taken), "done": bool(done)} if same == identity:
            return None if done else taken
    return 0
