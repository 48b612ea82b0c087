"""Looks for keys and tokens in everything that was logged, printed, raised or written while a small X was at work."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tweetgen.errors import TweetgenError

from .logins import Logins

#: shorter ones are words
_SHORTEST = 8


class Leaks(logging.Handler):
    """Everything that was said, whatever the level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        #: where, and what
        self.said: list[tuple[str, str]] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record of the log, with its traceback."""
        self.said.append(("the log", self.format(record)))

    def found(self, secrets: set[str], folder: Path) -> list[str]:
        """One line for each place that tells a secret."""
        written = [(str(path), path.read_bytes().decode("utf-8", "replace")) for path in _files(folder)]
        return sorted({where for where, text in [*self.said, *written] if any(one in text for one in secrets)})


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Leaks]:
    """Keep all that is logged, all that tests read of what was printed, and all errors of ours."""
    leaks, root = Leaks(), logging.getLogger()
    level = root.level
    _overhear(monkeypatch, pytest.CaptureFixture, "readouterr", lambda said: leaks.said.append(("output", str(said))))
    _overhear_errors(monkeypatch, leaks)
    root.addHandler(leaks)
    root.setLevel(logging.DEBUG)
    try:
        yield leaks
    finally:
        root.setLevel(level)
        root.removeHandler(leaks)


def secrets_of(logins: Logins) -> set[str]:
    """All that was ever given out, and is nobody else's business."""
    known = {*logins.apps.values(), *logins.tokens, *logins.bearers, *logins.access, *logins.refresh, *logins.codes}
    known |= {secret for secret, _ in logins.tokens.values()} | {secret or "" for secret in logins.clients.values()}
    return {one for one in known if len(one) >= _SHORTEST}


def _overhear(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, keep: Callable[[Any], None]) -> None:
    before = getattr(owner, name)

    def overheard(*args: Any, **more: Any) -> Any:
        said = before(*args, **more)
        keep(said)
        return said

    monkeypatch.setattr(owner, name, overheard)


def _overhear_errors(monkeypatch: pytest.MonkeyPatch, leaks: Leaks) -> None:
    def remember(error: TweetgenError, *args: Any) -> None:
        leaks.said.append((type(error).__name__, " ".join(map(str, args))))
        Exception.__init__(error, *args)

    monkeypatch.setattr(TweetgenError, "__init__", remember)


def _files(folder: Path) -> Iterator[Path]:
    """All but those where secrets belong: what tests write for the configuration, and what is kept to log in with."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".yaml" and path.name != "token" and path.parent.name != "secrets":
            yield path
