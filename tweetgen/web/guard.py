"""What every answer carries and no request may do: no foreign host or origin, no scripts but ours, no long body."""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tweetgen.web.entrance import SAFE
from tweetgen.web.problems import API, LINKS, problem

#: no page holds a script or a style of its own, so nothing need be allowed inline
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
#: bytes; the longest text with its reason fits
_LONGEST_BODY = 100_000
_DIGITS = len(str(_LONGEST_BODY))
_LOCAL = frozenset({"localhost", "localhost."})


class Guard:
    """Stands before the application."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        """`hosts`: the names by which others reach us, besides addresses and localhost."""
        self._app = app
        self._hosts = _LOCAL | {host.casefold() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                # a link's address is what decides: it stays between its reader and us
                headers["Referrer-Policy"] = "no-referrer" if path.startswith(LINKS) else "same-origin"
                # files of ours are asked for by the digest of their content
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refused = self._refused(scope["method"], path, Headers(scope=scope))
        await (refused or self._app)(scope, receive, answer)

    def _refused(self, method: str, path: str, headers: Headers) -> Response | None:
        told = self._problem(method, path, headers)
        if told is None:
            return None
        status, why = told
        return problem(status, why) if path.startswith(API) else PlainTextResponse(f"{why}\n", status)

    def _problem(self, method: str, path: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return 421, f"{host[:200]} is not served here; set web.url in config.yaml"
        if not path.startswith(LINKS) and _is_drawn_in(headers):
            return 403, "another site asked for this as a part of its own page"
        if method in SAFE:
            return None
        if not path.startswith(LINKS) and _is_foreign(headers, host):
            return 403, "another site asked for this change: it was not made"
        length = headers.get("content-length", "0" if method == "DELETE" else "")
        if not length.isdecimal() or "transfer-encoding" in headers:
            return 411, "say how long the body is"
        if len(length) > _DIGITS or int(length) > _LONGEST_BODY:
            return 413, "too long"
        return None

    def _is_ours(self, host: str) -> bool:
        """A name that somebody else's DNS points here is not ours (DNS rebinding); an address has no DNS."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _is_foreign(headers: Headers, host: str) -> bool:
    """Whether a browser says that a page of another origin asks; programs say nothing of the kind."""
    if _is_by_others(headers):
        return True
    origin = headers.get("origin")
    try:
        return origin is not None and urlsplit(origin).netloc.casefold() != host.casefold()
    except ValueError:
        return True


def _is_drawn_in(headers: Headers) -> bool:
    """Whether a page of another origin asks without anybody coming here: as for a picture, a script or a frame.

    It could not read the answer, but looking, too, may be dear: the network writes, the corpus is searched.
    """
    comes = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
    return _is_by_others(headers) and not comes


def _is_by_others(headers: Headers) -> bool:
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
