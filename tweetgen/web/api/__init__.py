"""What programs ask: everything the pages do, as JSON under /api/v1; one module for each noun."""

from fastapi import APIRouter

from tweetgen.web.api import (
    accounts,
    candidates,
    corpus,
    deeds,
    models,
    outbox,
    playground,
    review,
    slots,
    status,
    thinking,
    tokens,
    users,
    votes,
)
from tweetgen.web.site import Site


def routers(site: Site) -> list[APIRouter]:
    """All of them, without their common prefix."""
    modules = (
        accounts,
        candidates,
        corpus,
        deeds,
        models,
        outbox,
        playground,
        review,
        slots,
        status,
        thinking,
        tokens,
        users,
        votes,
    )
    return [module.router(site) for module in modules]
