"""What programs ask: everything the pages do, as JSON under /api/v1; one module for each noun."""

from fastapi import APIRouter

from tweetgen.web.site import Site


def routers(site: Site) -> list[APIRouter]:
    """All of them, without their common prefix."""
    del site
    return []
