"""Publishes into a file of JSON Lines: one post a line, for other programs to read."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Outgoing, Receipt
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Destination, Host, Register

from ._disk.lines import Lines, locked

NAME = "file"


class FileDestination:
    """Appends under a lock and waits for the disk; a key that is in the file already is not written again."""

    keyed = True
    settle = timedelta(0)

    class Settings(BaseModel):
        """Where the file is."""

        model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

        path: str = Field(min_length=1)
        """The file, made with its folders where there is none; a relative path starts at the instance."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._path = host.base / Path(settings.path).expanduser()
        self._host = host

    def publish(self, outgoing: Outgoing) -> Receipt:
        """Raises `NotSent` where the file cannot be opened, locked or written."""
        with locked(self._path) as lines:
            known = _find(lines, outgoing.key)
            if known is None:
                lines.append(_line(outgoing, self._host.now().isoformat()))
        return known or Receipt(outgoing.key)

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """Looks for the key; a file moved away meanwhile is not looked into."""
        if not self._path.exists():
            return None
        with locked(self._path) as lines:
            return _find(lines, outgoing.key)


def _line(outgoing: Outgoing, now: str) -> bytes:
    record = {
        "key": outgoing.key,
        "account": outgoing.account,
        "text": outgoing.text,
        "published_at": now,
        "part": outgoing.part,
        "after": outgoing.after.id if outgoing.after else None,
    }
    # half a surrogate pair has no UTF-8, but an escape in JSON
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _find(lines: Lines, key: str) -> Receipt | None:
    spelt = json.dumps(key, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return next((Receipt(key) for line in lines.find(spelt) if _key(line) == key), None)


def _key(line: bytes) -> Any:
    """The key of a line, None for one that is no post: a text may contain another's key."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record.get("key") if isinstance(record, dict) else None


@hookimpl
def register_destinations(register: Register[Destination]) -> None:
    """Offer JSON Lines as `file`."""
    register(NAME, FileDestination)
