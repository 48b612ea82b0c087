"""What sources of files share: where the files are, how their bytes become lines, and their pages."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Json, Post
from tweetgen.interfaces import Host, Page

from .pages import FilePages
from .paths import File, Paths, find_files
from .problems import Problems
from .tape import Tape
from .text import Encoding


class FileSettings(BaseModel):
    """Where the files are and how they are read."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    path: Paths
    """A file, a glob, a folder, or a list of these; relative to config.yaml."""
    author: str | None = Field(None, min_length=1)
    """Who wrote the posts that name nobody."""
    encoding: Encoding | None = None
    """For files that are neither UTF-8 nor marked; broken bytes are then replaced by U+FFFD."""
    max_line: int = Field(1_000_000, ge=1)
    """Longest line read, in bytes; longer ones are named and left out."""


Settings = TypeVar("Settings", bound=FileSettings)


class FileSource(ABC, Generic[Settings]):
    """A source that needs only `suffixes`, its own settings and a way to read one file."""

    #: what a folder given as `path` is searched for
    suffixes: ClassVar[tuple[str, ...]]

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._base = host.base

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """Posts in the order of the files; see `tweetgen.interfaces.Source`."""
        files = find_files(self._settings.path, self._base, self.suffixes)
        return FilePages(files, self._settings.encoding, self._read).fetch(authors, cursor)

    def examine(self) -> None:
        """Raises `InputError` for a path without any file."""
        find_files(self._settings.path, self._base, self.suffixes)

    @abstractmethod
    def _read(self, tape: Tape, file: File, problems: Problems) -> Iterator[Post | None]:
        """A post, or None for a record without one, after each record; see `pages.Reader`."""
