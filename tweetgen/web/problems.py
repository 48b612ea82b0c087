"""Errors as those who asked can read them: problem+json (RFC 9457) for programs, a page for people."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from tweetgen.errors import (
    Absent,
    Busy,
    ConfigError,
    Conflict,
    InputError,
    StoreError,
    TweetgenError,
    UnknownName,
    WeightsError,
)
from tweetgen.web.rendering import Rendering

API = "/api/"
LINKS = "/links/"
MEDIA_TYPE = "application/problem+json"
_STATUS: Mapping[type[TweetgenError], int] = {
    UnknownName: 404,
    Absent: 404,
    Conflict: 409,
    InputError: 422,
    Busy: 503,
    StoreError: 503,
    ConfigError: 503,
    WeightsError: 503,
}
#: seconds after which it is worth asking again
_RETRY = {"Retry-After": "2"}


def problem(status: int, why: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """An error for programs."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": why, **more}
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def answer_problems(pages: FastAPI, rendering: Rendering) -> None:
    """Make every error of `pages` an answer that says what happened, to what, and what to do."""

    def answer(request: Request, status: int, why: str, **more: Any) -> Response:
        headers = _RETRY if status == 503 else {}
        if request.url.path.startswith(API):
            return problem(status, why, headers, **more)
        if status == 401:
            return RedirectResponse(f"/login?{urlencode({'to': _back(request)})}", 303)
        return rendering.show(request, "problem.html", status=status, headers=headers, why=why, code=status)

    @pages.exception_handler(TweetgenError)
    def of_ours(request: Request, error: TweetgenError) -> Response:
        return answer(request, _status(error), str(error), **error.facts)

    @pages.exception_handler(HTTPException)
    def of_http(request: Request, error: HTTPException) -> Response:
        response = answer(request, error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @pages.exception_handler(RequestValidationError)
    def of_input(request: Request, error: RequestValidationError) -> Response:
        wrong = [{"where": ".".join(map(str, one["loc"])), "why": one["msg"]} for one in error.errors()]
        why = "; ".join(f"{one['where']}: {one['why']}" for one in wrong)
        return answer(request, 422, why, problems=wrong)

    @pages.exception_handler(Exception)
    def of_nobody(request: Request, error: Exception) -> Response:
        path = request.url.path
        # who knows a link's address can decide by it
        told = f"{LINKS}…" if path.startswith(LINKS) else path
        logging.getLogger(__name__).error("%s %s", request.method, told, exc_info=error)
        return answer(request, 500, "something is broken here; the log tells more")


def _back(request: Request) -> str:
    """Where somebody is to be once they have logged in; what they asked to change, they are to ask again."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _status(error: TweetgenError) -> int:
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
