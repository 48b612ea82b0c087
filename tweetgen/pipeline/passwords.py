"""Passwords to hashes, and whether one fits: slow on purpose, and as slow for a name that nobody has."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tweetgen.errors import InputError

#: characters
SHORTEST, LONGEST = 10, 1000
# RFC 9106, second recommended option, for where memory is short: KiB
_TIME, _MEMORY, _LANES = 3, 65_536, 4
#: of a password nobody knows, with the same parameters
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$aR8jZWXlSiwjzNwwXjY7qg$22bTTmwnu2gN3XoXF/c0X3Lv8M/ssdvIAIMJMEXJklw"


class Passwords:
    """Hashes and compares, two at a time: each takes 64 MiB, and strangers may make us do it."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(_TIME, _MEMORY, _LANES)
        self._turn = threading.BoundedSemaphore(2)

    def hash(self, password: str) -> str:
        """What is kept of it. Raises `InputError` for one too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            why = f"has {len(password)} characters"
            raise InputError("this password", why, f"take at least {SHORTEST} and at most {LONGEST}")
        with self._turn:
            return self._hasher.hash(_bytes(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the one whose hash is kept; None, of somebody unknown: no, after the same time."""
        with self._turn:
            try:
                self._hasher.verify(_NOBODYS if kept is None else kept, _bytes(password[:LONGEST]))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None


def _bytes(password: str) -> bytes:
    """The same, whichever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
