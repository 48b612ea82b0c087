"""Tokens that are renewed now and then: on disk before anybody uses them, for their owner's eyes alone."""

import fcntl
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tweetgen.atomic import write_whole
from tweetgen.domain import Json
from tweetgen.errors import Busy, InputError, MissingDependency

FOLDER = "secrets"
_OWNER_ONLY = 0o600
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
# how often somebody who waits for a lock looks again
_LOOK_AGAIN = 0.02


class FileVault:
    """One file a name, in a folder; implements `interfaces.Secrets`."""

    def __init__(self, folder: Path) -> None:
        """The folder is made when something is first kept."""
        self._folder = folder

    def get(self, name: str) -> Json:
        """What is kept under `name`, None if nothing is. Raises `InputError` for what is no JSON."""
        path = self._folder / _checked(name)
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            return None
        return _parsed(text, str(path))

    def put(self, name: str, value: Json) -> None:
        """Keep `value`; on disk when it returns."""
        self._make_folder()
        write_whole(self._folder / _checked(name), json.dumps(value), mode=_OWNER_ONLY)

    @contextmanager
    def lock(self, name: str, seconds: float = 15) -> Iterator[None]:
        """Held by one at a time, of all threads and processes. Raises `Busy` where it is not had in `seconds`."""
        self._make_folder()
        path = self._folder / f".{_checked(name)}.lock"
        # a lock belongs to an opened file, so that threads exclude each other, too; the file stays: removing it would
        # let two hold locks on two files of one name
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY)
        try:
            _wait_for(handle, name, seconds)
            yield
        finally:
            os.close(handle)

    def names(self) -> list[str]:
        """All under which something is kept."""
        with suppress(FileNotFoundError):
            return sorted(path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name))
        return []

    def readable_by_others(self) -> list[Path]:
        """Files that others may read, because somebody copied them."""
        paths = [self._folder / name for name in self.names()]
        return [path for path in paths if path.stat().st_mode & 0o077]

    def _make_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)


class KeyringVault(FileVault):
    """The same in the keyring of the machine's user; locks are files all the same."""

    def __init__(self, folder: Path, service: str) -> None:
        """`service`: under which the keyring shows them. Raises `MissingDependency`."""
        super().__init__(folder)
        try:
            import keyring
        except ImportError:
            raise MissingDependency("keyring", "`secrets: keyring` in config.yaml", "keyring") from None
        self._keyring: Any = keyring
        self._service = service

    def get(self, name: str) -> Json:
        """What is kept under `name`, None if nothing is."""
        text = self._ask("read", lambda: self._keyring.get_password(self._service, _checked(name)))
        return None if text is None else _parsed(text, f"{name} of the keyring")

    def put(self, name: str, value: Json) -> None:
        """Keep `value` in the keyring, and an empty file that says so."""
        text = json.dumps(value)
        self._ask("written to", lambda: self._keyring.set_password(self._service, _checked(name), text))
        super().put(name, None)

    def _ask(self, what: str, call: Any) -> Any:
        try:
            return call()
        except Exception as error:  # each keyring has errors of its own
            why = f"cannot be {what} ({type(error).__name__})"
            raise InputError("the keyring", why, "unlock it, or write `secrets: file` in config.yaml") from None


def texts(value: Json) -> Iterator[str]:
    """Every text in a value, so that no log tells it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def _parsed(text: str, where: str) -> Json:
    try:
        value: Json = json.loads(text)
    except ValueError:
        raise InputError(where, "is damaged", "remove it and log in anew") from None
    return value


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InputError(repr(name), "is no name for a secret", "use small letters, digits and . _ -")
    return name


def _wait_for(handle: int, name: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Busy(f"the secret {name}", "another process that renews it") from None
            time.sleep(_LOOK_AGAIN)
        else:
            return
