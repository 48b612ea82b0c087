"""Posts from the archive X gives to its users: the zip or the folder, of any year."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Json
from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Page, Register, Source

from ._files.paths import Paths, find_files

NAME = "x_archive"


class XArchiveSource:
    """The account's own posts, replies and quotes; never its retweets, likes, deleted posts or messages."""

    #: a folder given as `path` is an archive itself
    suffixes = (".zip", ".js")

    class Settings(BaseModel):
        """Where the archives are."""

        model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

        path: Paths
        """The zip, the folder it unpacks to, an old tweet.js or tweets.csv, or a list of these."""
        author: str | None = Field(None, min_length=1)
        """Whose posts these are; without it, the name in the archive's account.js."""
        max_bytes: int = Field(20_000_000_000, ge=1)
        """Most bytes an archive's posts may unpack to: a guard against zip bombs."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._host = host

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """Posts in the order of the archive, newest first as a rule; see `tweetgen.interfaces.Source`."""
        from ._x_archive.archive import Archive
        from ._x_archive.pages import ArchivePages

        settings = self._settings
        files = find_files(settings.path, self._host.base, suffixes=None)
        archives: list[Archive] = []
        refused: list[InputError] = []
        with ExitStack() as opened:
            for file in files:
                try:
                    archives.append(Archive.open(file, settings.author, settings.max_bytes))
                    opened.callback(archives[-1].container.close)
                except InputError as error:
                    refused.append(error)
            if not archives:
                raise refused[0]
            pages = ArchivePages(archives, list(map(str, refused)), NAME, self._host.log)
            yield from pages.fetch(authors, cursor)

    def examine(self) -> None:
        """Raises `InputError` for a path without any file."""
        find_files(self._settings.path, self._host.base, suffixes=None)


@hookimpl
def register_sources(register: Register[Source]) -> None:
    """Offer archives of X as `x_archive`."""
    register(NAME, XArchiveSource)
