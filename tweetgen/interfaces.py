"""What a plugin must offer, and all that a plugin gets in return; nobody here knows a class of `corpus` or `store`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from logging import Logger
from pathlib import Path
from typing import Any, Protocol, TypeVar

from tweetgen.domain import Json, Post


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts and the cursor after them; both are committed in one transaction."""

    posts: Sequence[Post]
    #: given back to `Source.fetch` next time; any JSON value
    cursor: Json
    #: what could not be read, one line each, naming file and line; the rest is kept
    problems: Sequence[str] = ()
    #: bytes, posts or pages done and in all, for a progress bar; None where unknown
    progress: tuple[int, int] | None = None


class Source(Protocol):
    """A place posts come from."""

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """Yield what is new since `cursor` (None: everything), in any order.

        `authors` restricts to these; None means every author in it. Each page is committed before the next is
        asked for, so a page of some hundred posts is right. A post yielded twice is stored once (by source and id).
        Raises `TweetgenError` where nothing can be read at all.
        """
        ...


class Host(Protocol):
    """All that a plugin may reach, so that it can be tested with a fake one."""

    @property
    def base(self) -> Path:
        """The instance's folder; relative paths in settings start here."""
        ...

    @property
    def log(self) -> Logger: ...

    def now(self) -> datetime:
        """The current time, timezone-aware, UTC."""
        ...


Offered = TypeVar("Offered", covariant=True)


class Factory(Protocol[Offered]):
    """Makes the offered thing from checked settings; client libraries are imported inside.

    A factory that carries an attribute `Settings` (a pydantic model, extra keys forbidden) gets an instance of it;
    any other gets the plain mapping of the configuration file.
    """

    def __call__(self, settings: Any, host: Host) -> Offered: ...


Register = Callable[[str, Factory[Offered]], None]
