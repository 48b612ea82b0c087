"""The ASGI application: who asks, whether they may, what goes wrong, and what they get."""

import asyncio
import json
import re
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .answers import Answer, problem, said
from .endpoints import HANDLERS, USER_ONLY, Call, duplicate, refused_parameter
from .faults import Fault, How, take
from .logins import Login, TokenRefused
from .world import Exchange, World

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_ROUTES = [
    ("GET", re.compile(r"/2/users/by"), "users"),
    ("GET", re.compile(r"/2/users"), "users_by_id"),
    ("GET", re.compile(r"/2/users/me"), "me"),
    ("GET", re.compile(r"/2/users/(?P<ident>\d+)/tweets"), "posts"),
    ("GET", re.compile(r"/2/tweets"), "posts_by_id"),
    ("POST", re.compile(r"/2/tweets"), "create"),
    ("DELETE", re.compile(r"/2/tweets/(?P<ident>\d+)"), "delete"),
    ("POST", re.compile(r"/2/oauth2/token"), "token"),
    ("POST", re.compile(r"/2/oauth2/revoke"), "revoke"),
    ("GET", re.compile(r"/(?:i|2)/oauth2/authorize"), "authorize"),
]
_HTML = b"<!DOCTYPE html>\n<html><head><title>503 Service Unavailable</title></head><body>Over capacity</body></html>"
#: what is done although the client does not get to know
_DONE_ALL_THE_SAME = {How.SLOW, How.TRICKLE, How.CUT, How.HALF, How.LATE}


class App:
    """Speaks for one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        body = await _whole(receive)
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode()
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        endpoint, ident = _route(method, path)
        self.world.requests[endpoint] += 1
        fault = take(self.world.faults, endpoint) or self.world.misfortune(endpoint) if endpoint != "fake" else None
        answer = Answer(0, b"")
        if fault is None or fault.accept or fault.how in _DONE_ALL_THE_SAME:
            late = fault.seconds if fault is not None and fault.how is How.LATE else 0
            answer = self._answer(endpoint, ident, method, path, query, headers, body, late)
        if fault is not None:
            answer = _instead(fault, answer, self.world)
        if self.world.record and endpoint != "fake":
            broken = fault is not None and fault.how not in (How.SLOW, How.TRICKLE)
            exchange = Exchange(method, path, query, headers, body, answer.status, answer.body, broken)
            self.world.exchanges.append(exchange)
        await _deliver(answer, fault, self._dated(answer), receive, send)

    def _answer(
        self,
        endpoint: str,
        ident: str,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        late: float,
    ) -> Answer:
        """What X answers when nothing goes wrong on its side."""
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        asked = dict(parse_qsl(query, keep_blank_values=True))
        match endpoint:
            case "fake":
                return self._control(path, body)
            case "token":
                return self._token(form, headers)
            case "revoke":
                self.world.logins.revoke(form.get("token", ""))
                return said({"revoked": True})
            case "authorize":
                return self._authorize(asked)
            case "":
                return problem(404, "Not Found", "There is nothing here.")
        authorization = headers.get("authorization", "")
        login = self.world.logins.whose(authorization, method, path, query, self.world.clock())
        if login is None:
            return problem(401, "Unauthorized", "Unauthorized")
        call = Call(self.world, login, asked, body, ident, late)
        return self._allowed(endpoint, login, call)

    def _allowed(self, endpoint: str, login: Login, call: Call) -> Answer:
        refusal = _refuse_login(endpoint, login)
        if refusal is not None:
            return refusal
        group = {"users_by_id": "users"}.get(endpoint, endpoint)
        allowed, limits = self.world.count(group, login.user)
        said_of_limits: dict[str, str] = {}
        if self.world.limit_headers:
            for limit, remaining, resets in limits:
                day = limit.window.days >= 1
                name = f"x-{'app' if limit.app else 'user'}-limit-24hour" if day else "x-rate-limit"
                if f"{name}-limit" not in said_of_limits or int(said_of_limits[f"{name}-remaining"]) > remaining:
                    found = {"limit": limit.most, "remaining": remaining, "reset": resets}
                    said_of_limits |= {f"{name}-{part}": str(value) for part, value in found.items()}
        if not allowed:
            answer = problem(429, "Too Many Requests", "Too Many Requests")
        elif self.world.credit is not None and self.world.credit <= 0:
            answer = _credits()
        else:
            answer = refused_parameter(call, endpoint) or HANDLERS[endpoint](call)
        return Answer(answer.status, answer.body, answer.kind, {**answer.headers, **said_of_limits})

    def _token(self, form: dict[str, str], headers: Mapping[str, str]) -> Answer:
        try:
            return said(self.world.logins.exchange(form, headers.get("authorization", ""), self.world.clock()))
        except TokenRefused as refused:
            status, error, description = refused.args
            return said({"error": error, "error_description": description}, status)

    def _authorize(self, asked: Mapping[str, str]) -> Answer:
        """The page where a person says yes; here the first user always does."""
        user = next(iter(self.world.users), "")
        code = self.world.logins.agree(
            user,
            asked["client_id"],
            asked["scope"],
            asked["code_challenge"],
            asked["redirect_uri"],
            self.world.clock(),
        )
        back = asked["redirect_uri"] + "?" + urlencode({"state": asked.get("state", ""), "code": code})
        return Answer(302, b"", "text/html", {"location": back})

    def _control(self, path: str, body: bytes) -> Answer:
        """For people and other processes: look at the ledger, order faults."""
        if path == "/_fake/faults":
            wanted = json.loads(body)
            self.world.faults.append(Fault(How(wanted.pop("how")), **wanted))
        entries = [
            {"action": one.action, "count": one.count, "user": one.user, "text": one.text, "post": one.post}
            for one in self.world.ledger
        ]
        return said({"dollars": str(self.world.dollars), "requests": dict(self.world.requests), "ledger": entries})

    def _dated(self, answer: Answer) -> dict[str, str]:
        now = format_datetime(self.world.clock(), usegmt=True)
        return {"content-type": answer.kind, "date": now, "server": "cloudflare envoy", **answer.headers}


def _route(method: str, path: str) -> tuple[str, str]:
    if path.startswith("/_fake/"):
        return "fake", ""
    for verb, pattern, endpoint in _ROUTES:
        match = pattern.fullmatch(path)
        if verb == method and match:
            return endpoint, match.groupdict().get("ident", "")
    return "", ""


def _refuse_login(endpoint: str, login: Login) -> Answer | None:
    scope = USER_ONLY.get(endpoint, "tweet.read")
    if login.user is None and endpoint in USER_ONLY:
        return _app_only()
    if login.user is not None and scope not in login.scopes:
        return problem(403, "Forbidden", "Your client is not authorized to perform this action.")
    return None


def _app_only() -> Answer:
    detail = (
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  "
        "Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context]."
    )
    kind = "https://api.twitter.com/2/problems/unsupported-authentication"
    return problem(403, "Unsupported Authentication", detail, kind)


def _credits() -> Answer:
    detail = "Your enrolled account does not have any credits to fulfill this request."
    return problem(402, "CreditsDepleted", detail, "https://api.x.com/2/problems/credits")


def _instead(fault: Fault, true: Answer, world: World) -> Answer:
    """What is answered where something goes wrong; the true answer for faults that are about how it arrives."""
    reset = {"x-rate-limit-reset": str(int(world.clock().timestamp() + fault.seconds))}
    window = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "99", **reset}
    day = {f"x-app-limit-24hour-{name.rpartition('-')[2]}": value for name, value in reset.items()}
    limited = problem(429, "Too Many Requests", "Too Many Requests")
    forbidden = fault.detail or "You are not permitted to perform this action."
    found = {
        How.UNAUTHORIZED: problem(401, "Unauthorized", fault.detail or "Unauthorized"),
        How.CREDITS: _credits(),
        How.FORBIDDEN: problem(403, "Forbidden", forbidden, fault.problem),
        How.DUPLICATE: duplicate(),
        How.APP_ONLY: _app_only(),
        How.NOT_FOUND: problem(404, "Not Found", "Not Found"),
        How.LIMITED: Answer(429, limited.body, limited.kind, {"x-rate-limit-remaining": "0", **reset}),
        How.LIMITED_BARE: limited,
        How.LIMITED_CODE: said({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, 429),
        How.LIMITED_DAY: Answer(
            429, limited.body, limited.kind, {**window, "x-app-limit-24hour-remaining": "0", **day}
        ),
        How.UNAVAILABLE: Answer(503, _HTML, "text/html; charset=utf-8"),
        How.BROKEN: problem(500, "Internal Server Error", "Something is broken."),
        How.EMPTY: Answer(200, b""),
        How.LIST: said([]),
        How.HALF: Answer(true.status, true.body[: len(true.body) // 2], true.kind, true.headers),
        How.REDIRECT: Answer(fault.status or 307, b"", "text/html", {"location": fault.detail or "/elsewhere"}),
        How.RAW: Answer(fault.status or 200, fault.body, "application/json", fault.headers),
    }
    return found.get(fault.how, true)


async def _whole(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _deliver(answer: Answer, fault: Fault | None, headers: dict[str, str], receive: Receive, send: Send) -> None:
    """Send it, or fail to."""
    how = fault.how if fault else None
    if how in (How.DROP, How.RESET, How.LATE):
        return _break(receive, reset=how is How.RESET)
    if fault is not None and how in (How.SILENCE, How.SLOW):
        with suppress(TimeoutError):
            await asyncio.wait_for(_gone(receive), fault.seconds)
        if how is How.SILENCE:
            return _break(receive, reset=False)
    fields = [(b"content-length", str(len(answer.body)).encode())]
    fields += [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": fields})
    if how is How.CUT:
        await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
        return _break(receive, reset=False)
    if fault is not None and how is How.TRICKLE:
        for place in range(len(answer.body) - 1):
            await send({"type": "http.response.body", "body": answer.body[place : place + 1], "more_body": True})
            await asyncio.sleep(fault.seconds)
        await send({"type": "http.response.body", "body": answer.body[-1:]})
        return None
    await send({"type": "http.response.body", "body": answer.body})
    return None


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _break(receive: Receive, *, reset: bool) -> None:
    """Close the connection under the answer; ASGI has no word for it, uvicorn's cycle has the transport."""
    cycle: Any = getattr(receive, "__self__")  # noqa: B009 - not in the type of a callable
    if reset:
        at_once = struct.pack("ii", 1, 0)
        cycle.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        cycle.transport.abort()
    else:
        cycle.transport.close()
    cycle.disconnected = True
