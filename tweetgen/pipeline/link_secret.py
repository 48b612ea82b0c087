"""What links are signed with: a secret of the instance's own, made once."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from tweetgen.errors import InputError

#: characters; below this a secret can be guessed
SHORTEST = 32
FILE = "web.secret"


def secret(configured: str | None, state: Path) -> str:
    """The configured one, else the one in `state`, which is made at the first call for its owner's eyes alone.

    Raises `InputError` for one so short that it could be guessed.
    """
    if configured is not None:
        return _long_enough(configured, "web.secret")
    file = state / FILE
    if not file.exists():
        _make(file)
    return _long_enough(file.read_text("ascii", errors="replace").strip(), str(file))


def _make(file: Path) -> None:
    """Of two programs that make it at once, the first wins: the file appears whole, under a name nobody has yet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{FILE}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(secrets.token_urlsafe(48) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            file.hardlink_to(temporary)
    finally:
        temporary.unlink()


def _long_enough(value: str, where: str) -> str:
    if len(value) < SHORTEST:
        why = f"has {len(value)} characters and could be guessed"
        raise InputError(where, why, f"take {SHORTEST} or more, or remove it to have one made")
    return value
