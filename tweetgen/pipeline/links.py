"""Signed addresses that decide about a candidate: once, until they expire, and never by being opened."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from tweetgen.domain import Action, Pending
from tweetgen.errors import InputError, TweetgenError

#: what a link may be for: an edit needs a text, a schedule a time
ACTIONS = (Action.APPROVE, Action.REJECT, Action.SKIP)
_PURPOSE = "tweetgen.review.link"


class BadLink(TweetgenError):
    """A link that decides nothing: changed on its way, signed by another instance, or expired."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link allows its reader: one action on one version of one candidate."""

    number: int
    version: int
    action: Action
    expires_at: datetime


class Links:
    """Makes links and reads them. One is used up by the decision it makes: the candidate's version is then another."""

    def __init__(self, secret: str, address: str | None, lifetime: timedelta = timedelta(days=7)) -> None:
        """`address`: how others reach the pages, such as https://bot.example.org; None: nobody can."""
        self._serializer = URLSafeSerializer(secret, salt=_PURPOSE, signer_kwargs={"digest_method": sha256})
        self._address = address
        self._lifetime = lifetime

    def link(self, pending: Pending, action: Action, now: datetime) -> str:
        """The address of a page with a button that takes `action`; it expires with the candidate at the latest.

        Raises `InputError` for an action no link can take, and where no address is known.
        """
        if action not in ACTIONS:
            allowed = ", ".join(ACTIONS)
            raise InputError(f"a link to {action}", "needs more than a button", f"take one of: {allowed}")
        if self._address is None:
            raise InputError("web.url", "is not set, so no link can be made", "set it to how others reach this machine")
        return f"{self._address.rstrip('/')}/links/{self.token(pending, action, now)}"

    def token(self, pending: Pending, action: Action, now: datetime) -> str:
        """The signed part of a link."""
        until = now + self._lifetime
        if pending.expires_at is not None:
            until = min(until, pending.expires_at)
        content = [pending.number, pending.version, action.value, int(until.timestamp()), secrets.token_urlsafe(6)]
        return str(self._serializer.dumps(content))

    def read(self, token: str, now: datetime) -> Ticket:
        """What a link allows. Raises `BadLink` for one that was changed or has expired."""
        try:
            content: Any = self._serializer.loads(token)
        except BadData as error:
            raise BadLink("This link is damaged, or was made by another instance: ask for a new one.") from error
        number, version, action, until, _ = content
        expires_at = datetime.fromtimestamp(until, UTC)
        if now >= expires_at:
            raise BadLink(f"This link expired at {expires_at:%Y-%m-%d %H:%M} UTC: ask for a new one.")
        return Ticket(number, version, Action(action), expires_at)
