"""The application: pages for people, JSON for programs, health and metrics for machines."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from tweetgen.web import api, pages
from tweetgen.web.description import describe
from tweetgen.web.entrance import entrance, is_from_here
from tweetgen.web.forms import Tokens
from tweetgen.web.guard import Guard
from tweetgen.web.problems import answer_problems
from tweetgen.web.rendering import STATIC, Rendering
from tweetgen.web.roles import Unasked, Viewer
from tweetgen.web.sessions import Cookies
from tweetgen.web.site import Site

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
VERSION = "/api/v1"
_YEAR = int(timedelta(days=365).total_seconds())


class _Files(StaticFiles):
    """Files of ours, under the digest of them all: what is under one never changes."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response


def create(site: Site) -> ASGIApp:
    """The application to be served."""
    return Guard(build(site), _hosts(site))


def build(site: Site) -> FastAPI:
    """The same without the guard before it: all routes, each with the role it needs."""
    app = FastAPI(title="tweetgen", docs_url=None, redoc_url=None, openapi_url=None)
    tokens = Tokens(site.secret)
    rendering = Rendering(tokens)
    app.state.enter = entrance(site, tokens)
    app.add_middleware(Cookies)
    answer_problems(app, rendering)
    app.mount(rendering.static, GZipMiddleware(_Files(directory=STATIC)), name="static")
    for router in pages.routers(site, rendering):
        app.include_router(router, include_in_schema=False)
    for router in api.routers(site):
        app.include_router(router, prefix=VERSION)

    @app.get(f"{VERSION}/openapi.json", include_in_schema=False)
    def described(person: Viewer) -> dict[str, Any]:
        del person
        return describe(app)

    @app.get("/", include_in_schema=False)
    def start(person: Viewer) -> Response:
        del person
        return RedirectResponse("/review", 303)

    _for_machines(app, site)
    return app


def _for_machines(app: FastAPI, site: Site) -> None:
    @app.get("/healthz", include_in_schema=False, dependencies=[Unasked])
    def alive() -> Response:
        return _said(site.health.alive())

    @app.get("/readyz", include_in_schema=False, dependencies=[Unasked])
    def ready() -> Response:
        return _said(site.health.ready())

    @app.get("/metrics", include_in_schema=False, dependencies=[Unasked])
    async def measured(request: Request) -> Response:
        if not is_from_here(request, site) and await app.state.enter(request) is None:
            # a page of the login is nothing to a machine
            headers = {"WWW-Authenticate": "Bearer"}
            return PlainTextResponse("show an API token, or ask on the machine itself\n", 401, headers)
        if site.metrics is None:
            raise HTTPException(404, "only `tweetgen serve` measures itself")
        return Response(await run_in_threadpool(site.metrics), media_type=METRICS_TYPE)


def _hosts(site: Site) -> list[str]:
    url = site.app.config.web.url
    name = urlsplit(url).hostname if url else None
    return [name] if name else []


def _said(trouble: str | None) -> Response:
    if trouble is None:
        return PlainTextResponse("ok\n")
    return PlainTextResponse(f"{trouble}\n", status_code=503)
