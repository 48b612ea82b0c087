"""The service as people look at it: what runs, what failed, what is next, what is spent, and what needs somebody."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tweetgen.pipeline.status import report
from tweetgen.store.accounts import EVERY
from tweetgen.web.rendering import Rendering
from tweetgen.web.reporting import some_accounts
from tweetgen.web.roles import Viewer
from tweetgen.web.site import Site
from tweetgen.web.times import Times


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The status."""
    routes = APIRouter(prefix="/status")

    @routes.get("")
    def look(request: Request, person: Viewer, after: Annotated[str | None, Query(max_length=200)] = None) -> Response:
        now = site.now()
        accounts, more = some_accounts(site.app, after)
        said = report(site.store, accounts, now)
        times = Times(site.app, now)
        return rendering.show(request, "status/index.html", said=said, times=times, more=more, every=EVERY)

    return routes
