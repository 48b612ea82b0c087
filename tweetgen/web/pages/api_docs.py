"""What programs may ask, as a page: read from the OpenAPI document, so that it is never out of date."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tweetgen.web.api_listing import groups
from tweetgen.web.description import describe
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Viewer
from tweetgen.web.site import Site

#: where app.py serves it
DOCUMENT = "/api/v1/openapi.json"


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The page at /api."""
    del site
    routes = APIRouter()

    @routes.get("/api")
    def listed(request: Request, person: Viewer) -> Response:
        del person
        app = request.app
        found = groups(describe(app), app.routes)
        address = str(request.base_url).rstrip("/")
        return rendering.show(request, "api.html", groups=found, document=DOCUMENT, address=address)

    return routes
