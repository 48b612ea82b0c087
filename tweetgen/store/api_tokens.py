"""What programs show instead of a login; of each only a digest is kept, and every change among the deeds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from tweetgen.domain import Json, Role
from tweetgen.errors import Absent, InputError
from tweetgen.store.deeds import By, keep
from tweetgen.store.engine import reading, writing
from tweetgen.store.people_tables import api_tokens, users

#: of one owner, at a time
MOST = 100
#: its use is written down once within this
_NOTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is known of one."""

    number: int
    owner: str
    #: in its owner's words
    purpose: str
    #: the most it may do, never more than its owner
    role: Role
    created_at: datetime
    expires_at: datetime
    #: to the minute
    used_at: datetime | None
    revoked_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


class ApiTokens:
    """All of them. Every method raises `StoreError` where the database cannot be read or written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, owner: str, purpose: str, role: Role, digest: str, expires_at: datetime, now: datetime, by: By
    ) -> ApiToken:
        """Keep a new one by its digest. Raises `InputError` where no user is called `owner`, or they have too many."""
        row: dict[str, Any] = {"owner": owner, "purpose": purpose, "role": role.word, "digest": digest}
        row |= {"created_at": now, "expires_at": expires_at}
        with writing(self._engine) as connection:
            if connection.execute(select(users.c.name).where(users.c.name == owner)).first() is None:
                remedy = f"let them in first: tweetgen users add {owner}"
                raise InputError(f"an API token for {owner}", "there is no such user", remedy)
            if _count_good(connection, owner, now) >= MOST:
                raise InputError(f"API tokens of {owner}", f"there are {MOST} already", "revoke one")
            number: int = connection.execute(insert(api_tokens).returning(api_tokens.c.number), row).scalar_one()
            until = expires_at.isoformat()
            details: dict[str, Json] = {"number": number, "role": role.word, "purpose": purpose, "expires_at": until}
            keep(connection, by, "token.make", owner, now, details)
            return _token(_row(connection, number))

    def find(self, digest: str) -> ApiToken | None:
        """The one with this digest, good or not."""
        with reading(self._engine) as connection:
            row = connection.execute(select(api_tokens).where(api_tokens.c.digest == digest)).one_or_none()
        return None if row is None else _token(row)

    def get(self, number: int) -> ApiToken:
        """The one of this number. Raises `Absent`."""
        with reading(self._engine) as connection:
            return _token(_row(connection, number))

    def list(self, owner: str | None = None, limit: int = 100, before: int | None = None) -> list[ApiToken]:
        """Those of one owner, or all, the newest first; `before`: only those numbered lower."""
        query = select(api_tokens).order_by(api_tokens.c.number.desc()).limit(limit)
        if owner is not None:
            query = query.where(api_tokens.c.owner == owner)
        if before is not None:
            query = query.where(api_tokens.c.number < before)
        with reading(self._engine) as connection:
            return [_token(row) for row in connection.execute(query)]

    def used(self, token: ApiToken, now: datetime) -> None:
        """Write down that it was used, unless that was done within the last minute."""
        if not is_noted(token, now):
            with writing(self._engine) as connection:
                connection.execute(update(api_tokens).where(api_tokens.c.number == token.number).values(used_at=now))

    def revoke(self, number: int, now: datetime, by: By) -> None:
        """End one; twice is no error. Raises `Absent` for a number that none has."""
        with writing(self._engine) as connection:
            row = _row(connection, number)
            if row.revoked_at is None:
                connection.execute(update(api_tokens).where(api_tokens.c.number == number).values(revoked_at=now))
                keep(connection, by, "token.revoke", row.owner, now, {"number": number, "purpose": row.purpose})


def absent(number: int) -> Absent:
    """What is said of a number that none has."""
    return Absent(f"API token {number}", "there is none of that number", "see: tweetgen users tokens")


def is_noted(token: ApiToken, now: datetime) -> bool:
    """Whether its use was written down within the last minute."""
    return token.used_at is not None and token.used_at > now - _NOTED


def _count_good(connection: Connection, owner: str, now: datetime) -> int:
    good = api_tokens.c.revoked_at.is_(None) & (api_tokens.c.expires_at > now)
    query = select(func.count()).where(api_tokens.c.owner == owner, good)
    return connection.execute(query).scalar_one()


def _row(connection: Connection, number: int) -> Row[Any]:
    # a larger number than the column holds is an error of the driver
    known = 0 < number < 2**63
    query = select(api_tokens).where(api_tokens.c.number == number)
    row = connection.execute(query).one_or_none() if known else None
    if row is None:
        raise absent(number)
    return row


def _token(row: Row[Any]) -> ApiToken:
    values = row._asdict()
    del values["digest"]
    return ApiToken(**{**values, "role": Role.of(row.role)})
