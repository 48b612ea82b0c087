"""What every answer carries and no request may do: no scripts, no frames, no address passed on, no long body."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

#: no page holds a script or a style of its own, so nothing need be allowed inline
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # a link's address is what decides: it stays between its reader and us
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
#: bytes; a reason for a rejection fits
_LONGEST_BODY = 10_000


def guard(pages: FastAPI) -> None:
    """Put these around every page of an application."""

    @pages.middleware("http")
    async def around(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        response = _refused(request) or await answer(request)
        response.headers.update(_HEADERS)
        return response


def _refused(request: Request) -> Response | None:
    if request.method != "POST":
        return None
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        return PlainTextResponse("say how long the body is\n", status_code=411)
    if int(length) > _LONGEST_BODY:
        return PlainTextResponse("too long\n", status_code=413)
    return None
