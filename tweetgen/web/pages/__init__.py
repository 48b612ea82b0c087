"""What people look at: one module and one folder of templates for each page."""

from fastapi import APIRouter

from tweetgen.web.pages import (
    api_docs,
    corpus,
    deeds,
    links,
    login,
    models,
    outbox,
    people,
    playground,
    review,
    schedule,
    status,
    thinking,
    votes,
)
from tweetgen.web.rendering import Rendering
from tweetgen.web.site import Site


def routers(site: Site, rendering: Rendering) -> list[APIRouter]:
    """All of them."""
    return [
        make(site, rendering)
        for make in (
            links.router,
            login.router,
            people.router,
            deeds.router,
            corpus.router,
            api_docs.router,
            review.router,
            playground.router,
            thinking.router,
            votes.router,
            models.router,
            schedule.router,
            outbox.router,
            status.router,
        )
    ]
