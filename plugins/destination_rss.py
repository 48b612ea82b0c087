"""Publishes into an Atom feed file, for readers to subscribe to; a web server of yours serves it."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Outgoing, Receipt
from tweetgen.errors import NotSent
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Destination, Host, Register

from ._disk.whole import write_whole
from ._feed.atom import Entry, Feed, legal, read, write
from ._http.settings import WebAddress

NAME = "rss"
# seconds to wait for another process that writes into the same folder
_PATIENCE = 10.0


class RssDestination:
    """The file is replaced as a whole, so that a reader never sees half of it; the newest entry comes first."""

    keyed = True
    settle = timedelta(0)

    class Settings(BaseModel):
        """Where the feed is, and what stands above its entries."""

        model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

        path: str = Field(min_length=1)
        """The file, made with its folders where there is none; a relative path starts at the instance."""
        title: str | None = Field(None, min_length=1)
        """The feed's title; the account's name where there is none."""
        author: str | None = Field(None, min_length=1)
        """Who writes; the account's name where there is none."""
        page: WebAddress | None = None
        """A page about the feed, for people."""
        address: WebAddress | None = None
        """Where readers find the feed itself."""
        domain: str | None = Field(None, pattern=r"^[A-Za-z0-9.-]+$")
        """A domain of yours, part of every entry's id (RFC 4151); else the one of `address` or `page`."""
        entries: int = Field(100, ge=1, le=10_000)
        """How many are kept; the oldest go."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._host = host
        self._path = host.base / Path(settings.path).expanduser()

    def publish(self, outgoing: Outgoing) -> Receipt:
        """Raises `NotSent` where the file is no feed of ours, or cannot be written."""
        ident = self._ident(outgoing)
        with _alone(self._path):
            known = self._read()
            if all(entry.id != ident for entry in known):
                now = self._host.now()
                entries = [Entry(ident, legal(outgoing.text), now), *known][: self._settings.entries]
                self._write(write(self._feed(outgoing.account), entries, now))
        return Receipt(ident, self._settings.address or "")

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """Looks for the id; an entry so old that it went is not found."""
        ident = self._ident(outgoing)
        if any(entry.id == ident for entry in self._read()):
            return Receipt(ident, self._settings.address or "")
        return None

    def _ident(self, outgoing: Outgoing) -> str:
        return f"tag:{self._domain},{outgoing.intent_at:%Y-%m-%d}:{quote(outgoing.key, safe='-._~:')}"

    @property
    def _domain(self) -> str:
        settings = self._settings
        return settings.domain or urlsplit(settings.address or settings.page or "").hostname or "tweetgen.invalid"

    def _feed(self, account: str) -> Feed:
        settings = self._settings
        ident = settings.address or f"tag:{self._domain},2020:feed/{quote(account, safe='')}"
        return Feed(
            ident, settings.title or account, settings.author or account, settings.page or "", settings.address or ""
        )

    def _read(self) -> list[Entry]:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise NotSent(f"{self._path}: cannot be read ({error.strerror}); check the path") from error
        try:
            return read(data)
        except ValueError as error:
            raise NotSent(f"{self._path}: this is no feed of ours ({error}); move it away") from error

    def _write(self, data: bytes) -> None:
        try:
            write_whole(self._path, data)
        except OSError as error:
            raise NotSent(f"{self._path}: cannot be written ({error.strerror}); free some space") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else of us writes in the folder meanwhile: the file itself is replaced, so no lock on it would hold."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.resolve().parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise NotSent(f"{path.parent}: cannot be used ({error.strerror}); check the path") from error
    try:
        _lock(handle, path)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, path: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise NotSent(f"{path.parent}: another program holds it locked; end that program") from error
            time.sleep(0.01)


@hookimpl
def register_destinations(register: Register[Destination]) -> None:
    """Offer an Atom feed as `rss`."""
    register(NAME, RssDestination)
