"""Letting people and their programs in: names and passwords that will do, tokens that are shown once."""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from hashlib import sha256

from tweetgen.domain import Role
from tweetgen.errors import InputError
from tweetgen.pipeline.passwords import Passwords
from tweetgen.store import Store
from tweetgen.store.api_tokens import ApiToken
from tweetgen.store.deeds import By
from tweetgen.store.users import User

#: characters
LONGEST_NAME, LONGEST_PURPOSE = 64, 200
#: of an API token's life
LEAST_DAYS, MOST_DAYS = 1, 366
#: shows anybody who finds one what it is
_MARK = "tweetgen_"
_NAME = re.compile(rf"[^\W_][\w.@-]{{0,{LONGEST_NAME - 1}}}")
# names under which the program itself acts
_RESERVED = frozenset({"service", "link"})


class People:
    """Lets in and changes; hashes before it writes, so that nobody waits for that."""

    def __init__(self, store: Store, passwords: Passwords | None = None) -> None:
        self._store = store
        self._passwords = passwords or Passwords()

    def add(self, name: str, role: Role, password: str, now: datetime, by: By) -> User:
        """Let somebody in. Raises `InputError` for a name or password that will not do, and a name taken."""
        name = checked_name(name)
        return self._store.users.add(name, role, self._passwords.hash(password), now, by)

    def set_password(self, name: str, password: str, now: datetime, by: By) -> None:
        """Give somebody another password. Raises `InputError`, `UnknownName`."""
        self._store.users.set_password(name, self._passwords.hash(password), now, by)

    def known(self, name: str, password: str) -> User | None:
        """The user who has both; a name that nobody has takes as long as a wrong password."""
        user = self._store.users.get(plain(name)) if len(name) <= LONGEST_NAME else None
        fits = self._passwords.fits(None if user is None else user.password, password)
        return user if fits else None

    def make_token(
        self, owner: str, purpose: str, role: Role, days: int, now: datetime, by: By
    ) -> tuple[ApiToken, str]:
        """A new API token, and the token itself, which is kept nowhere. Raises `InputError`."""
        purpose = purpose.strip()
        if not 0 < len(purpose) <= LONGEST_PURPOSE:
            why = f"its purpose has {len(purpose)} characters"
            raise InputError("an API token", why, f"say what it is for, in {LONGEST_PURPOSE} at most")
        if not LEAST_DAYS <= days <= MOST_DAYS:
            raise InputError("an API token", f"{days} days will not do", f"take {LEAST_DAYS} to {MOST_DAYS}")
        token = _MARK + secrets.token_urlsafe(32)
        until = now + timedelta(days=days)
        kept = self._store.api_tokens.add(owner, plain(purpose), role, digest_of(token), until, now, by)
        return kept, token


def digest_of(token: str) -> str:
    """What is kept of an API token: it is too long to be guessed, so one quick digest is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def checked_name(name: str) -> str:
    """The name as it is kept. Raises `InputError`."""
    name = plain(name)
    if not _NAME.fullmatch(name):
        why = "this will not do as a name"
        raise InputError(
            f"user {name[:LONGEST_NAME]!r}", why, f"take letters, digits and . _ @ -, {LONGEST_NAME} at most"
        )
    if name.casefold() in _RESERVED:
        raise InputError(f"user {name}", "the program itself acts under this name", "take another")
    return name


def plain(text: str) -> str:
    """A text as every database takes it, spelt the same from every keyboard."""
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", text)
