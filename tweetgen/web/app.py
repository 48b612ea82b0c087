"""The pages: a link's candidate with one button, the state of the service, its metrics."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles

from tweetgen.pipeline.links import Links
from tweetgen.store import Store
from tweetgen.web import link_pages
from tweetgen.web.guard import guard

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Health:
    """Asked at every request; each answers None, or in one line what is wrong."""

    #: wrong here means: this process is to be started again
    alive: Callable[[], str | None]
    #: wrong here means: it works on, but not everything is served at the moment
    ready: Callable[[], str | None]


def utc() -> datetime:
    """The current time."""
    return datetime.now(UTC)


def create(
    store: Store,
    links: Links,
    health: Health,
    metrics: Callable[[], bytes],
    now: Callable[[], datetime] = utc,
) -> FastAPI:
    """The application to be served; `metrics` gives them as Prometheus reads them. Nothing here has a login."""
    pages = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    guard(pages)
    pages.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    pages.include_router(link_pages.router(store, links, now))

    @pages.get("/healthz")
    def alive() -> Response:
        return _said(health.alive())

    @pages.get("/readyz")
    def ready() -> Response:
        return _said(health.ready())

    @pages.get("/metrics")
    def measured() -> Response:
        return Response(metrics(), media_type=METRICS_TYPE)

    return pages


def _said(trouble: str | None) -> Response:
    if trouble is None:
        return PlainTextResponse("ok\n")
    return PlainTextResponse(f"{trouble}\n", status_code=503)
