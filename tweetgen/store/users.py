"""Who may enter the pages, with which role; every change is kept among the deeds, in the same transaction."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import inf
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, exists, insert, select, update

from tweetgen.domain import Json, Role
from tweetgen.errors import InputError, UnknownName
from tweetgen.store.deeds import By, keep
from tweetgen.store.engine import reading, writing
from tweetgen.store.people_tables import api_tokens, users


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may enter."""

    name: str
    role: Role
    #: its hash, with what it was made with
    password: str
    created_at: datetime
    #: a login older than this no longer counts
    logins_since: datetime

    @property
    def stamp(self) -> str:
        """Another one as soon as the password, the role or the user is another: what logins are made for."""
        told = f"{self.logins_since.isoformat()} {self.role.word} {self.password}"
        return sha256(told.encode()).hexdigest()[:16]


class Users:
    """Everybody who may enter. Every method raises `StoreError` where the database cannot be read or written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        #: when there was nobody
        self._nobody_at = -inf

    def exist(self, patience: float = 0.0) -> bool:
        """Whether there is any.

        Who asks all the time may have the `patience` to hear of the first one so many seconds late, unless this very
        process lets them in.
        """
        now = time.monotonic()
        if now - self._nobody_at < patience:
            return False
        with reading(self._engine) as connection:
            found = bool(connection.execute(select(exists().where(users.c.name.is_not(None)))).scalar())
        self._nobody_at = -inf if found else now
        return found

    def get(self, name: str) -> User | None:
        """The one of this name."""
        with reading(self._engine) as connection:
            row = _row(connection, name)
        return None if row is None else _user(row)

    def all(self) -> list[User]:
        """All of them, by name."""
        with reading(self._engine) as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def add(self, name: str, role: Role, password: str, now: datetime, by: By) -> User:
        """Let somebody in; `password` is its hash. Raises `InputError` where the name is taken."""
        row = {"name": name, "role": role.word, "password": password, "created_at": now, "logins_since": now}
        with writing(self._engine) as connection:
            if _row(connection, name) is not None:
                what = f"user {name}"
                raise InputError(what, "is there already", f"change it: tweetgen users role {name} {role.word}")
            connection.execute(insert(users), row)
            keep(connection, by, "user.add", name, now, {"role": role.word})
        self._nobody_at = -inf
        return User(name, role, password, now, now)

    def remove(self, name: str, now: datetime, by: By) -> None:
        """Let them in no more; their API tokens end, too. Raises `UnknownName`."""
        with writing(self._engine) as connection:
            _known(connection, name)
            connection.execute(delete(users).where(users.c.name == name))
            # somebody of the same name may come later
            theirs = (api_tokens.c.owner == name) & api_tokens.c.revoked_at.is_(None)
            connection.execute(update(api_tokens).where(theirs).values(revoked_at=now))
            keep(connection, by, "user.remove", name, now)

    def set_role(self, name: str, role: Role, now: datetime, by: By) -> None:
        """Another role; logins end. Raises `UnknownName`."""
        self._change(name, now, by, "user.role", {"role": role.word}, role=role.word)

    def set_password(self, name: str, password: str, now: datetime, by: By) -> None:
        """Another password, given as its hash; logins end. Raises `UnknownName`."""
        self._change(name, now, by, "user.password", {}, password=password)

    def log_out(self, name: str, now: datetime, by: By) -> None:
        """End their logins, wherever they are. Raises `UnknownName`."""
        self._change(name, now, by, "user.log_out", {})

    def _change(self, name: str, now: datetime, by: By, deed: str, details: Mapping[str, Json], **values: str) -> None:
        with writing(self._engine) as connection:
            _known(connection, name)
            connection.execute(update(users).where(users.c.name == name).values(logins_since=now, **values))
            keep(connection, by, deed, name, now, details)


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(users).where(users.c.name == name)).one_or_none()


def _known(connection: Connection, name: str) -> None:
    if _row(connection, name) is None:
        raise UnknownName("user", name, connection.execute(select(users.c.name)).scalars())


def _user(row: Row[Any]) -> User:
    return User(**{**row._asdict(), "role": Role.of(row.role)})
