"""What programs ask: everything the pages do, as JSON under /api/v1; one module for each noun."""

from fastapi import APIRouter

from tweetgen.web.api import candidates, deeds, playground, review, tokens, users
from tweetgen.web.site import Site


def routers(site: Site) -> list[APIRouter]:
    """All of them, without their common prefix."""
    return [make(site) for make in (candidates.router, deeds.router, review.router, tokens.router, users.router, playground.router)]
