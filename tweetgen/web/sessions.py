"""Logins: what a browser shows us again at every request, signed, and void as soon as its user is another."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi.responses import Response
from itsdangerous import BadData, URLSafeSerializer
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tweetgen.store.users import User

#: after this long without a request it ends, and after this long it ends in any case
IDLE, LONGEST = timedelta(days=14), timedelta(days=90)
#: how old it may be before the browser is given a newer one
_RENEWED = timedelta(days=1)
#: no link is signed with it
_PURPOSE = "tweetgen.web.login"
#: where a request's state keeps what its answer is to set
_KEPT = "set_cookie"


@dataclass(frozen=True, slots=True)
class Login:
    """What is signed."""

    name: str
    #: of the user as they then were: see `User.stamp`
    stamp: str
    #: what their forms' tokens are made for
    ident: str
    began: datetime
    renewed: datetime


class Sessions:
    """Makes logins and reads them."""

    def __init__(self, secret: str, https: bool) -> None:
        """`https`: browsers show it through TLS only."""
        self._serializer = URLSafeSerializer(secret, salt=_PURPOSE, signer_kwargs={"digest_method": sha256})
        self._https = https
        # ports share their cookies: two instances on one machine need two names
        mark = sha256(f"{_PURPOSE} {secret}".encode()).hexdigest()[:8]
        #: the cookie's name
        self.cookie = f"{'__Host-' if https else ''}tweetgen-{mark}"

    def begin(self, user: User, now: datetime) -> Login:
        """A new login."""
        return Login(user.name, user.stamp, secrets.token_urlsafe(12), now, now)

    def sign(self, login: Login) -> str:
        """The cookie's content."""
        times = [int(moment.timestamp()) for moment in (login.began, login.renewed)]
        return str(self._serializer.dumps([login.name, login.stamp, login.ident, *times]))

    def read(self, cookie: str, now: datetime) -> Login | None:
        """The login in a cookie; None where it was changed, or has expired."""
        try:
            name, stamp, ident, *times = self._serializer.loads(cookie)
            began, renewed = (datetime.fromtimestamp(moment, UTC) for moment in times)
        except (BadData, ValueError, TypeError):  # the last two: another version of ours signed it
            return None
        if now - renewed >= IDLE or now - began >= LONGEST:
            return None
        return Login(name, stamp, ident, began, renewed)

    def renew(self, login: Login, now: datetime) -> Login | None:
        """The same for longer; None where it is new enough."""
        return replace(login, renewed=now) if now - login.renewed >= _RENEWED else None

    def set(self, state: Any, login: Login | None) -> None:
        """Have the answer to a request give the browser this login; None takes it away."""
        response = Response()
        value, age = ("", 0) if login is None else (self.sign(login), int(IDLE.total_seconds()))
        response.set_cookie(self.cookie, value, age, httponly=True, samesite="lax", secure=self._https)
        setattr(state, _KEPT, response.headers["set-cookie"])


class Cookies:
    """Puts into every answer what `Sessions.set` asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and _KEPT in state:
                MutableHeaders(scope=message).append("set-cookie", state[_KEPT])
            await send(message)

        await self._app(scope, receive, answer)
