"""The page of blind votes: two texts, and whose they are is told once somebody has chosen."""

import secrets
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.pipeline.profiles import Profile
from tweetgen.pipeline.voting import Choice, common_authors
from tweetgen.web.model_queries import AskedAuthor, OptionalModel, Temperature
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Reviewer
from tweetgen.web.site import Site

#: characters; an author's name is in it
_LONGEST = 2000
Ballot = Annotated[str, Query(max_length=_LONGEST)]


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The page of blind votes."""
    routes = APIRouter(prefix="/models/vote")

    def models_of(a: str, b: str, like: str) -> tuple[Profile, Profile]:
        """Named, or those of a ballot: a page before the vote names nobody."""
        if like:
            return site.booth.pair(like, site.profiles.all(site.app.weights_folders))
        folders = site.app.weights_folders
        return site.profiles.get(a, folders), site.profiles.get(b, folders)

    @routes.get("")
    def look(
        request: Request,
        person: Reviewer,
        a: OptionalModel = "",
        b: OptionalModel = "",
        like: Ballot = "",
        author: AskedAuthor = "",
        temperature: Temperature = 0.8,
        voted: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    ) -> Response:
        if not like and not (a and b):
            return RedirectResponse("/models", 303)
        one, other = models_of(a, b, like)
        pair = site.booth.draw(one, other, author or None, temperature, secrets.token_hex(12))
        kept = site.store.votes.get(voted) if voted else None
        return rendering.show(
            request,
            "models/vote.html",
            pair=pair,
            author=author,
            authors=common_authors(one, other),
            last=kept.vote if kept and kept.vote.actor == person.name else None,
        )

    @routes.post("")
    def choose(
        request: Request,
        person: Reviewer,
        ballot: Annotated[str, Form(max_length=_LONGEST)],
        choice: Annotated[Choice, Form()],
        author: AskedAuthor = "",
        temperature: Temperature = 0.8,
    ) -> Response:
        there = site.profiles.all(site.app.weights_folders)
        given = site.booth.cast(ballot, choice, person.name, there, site.store.votes, site.now())
        more = {"like": ballot, "author": author, "temperature": f"{temperature:g}", "voted": given.number or 0}
        return RedirectResponse(f"/models/vote?{urlencode(more)}", 303)

    @routes.get("/result")
    def stop(person: Reviewer, like: Ballot) -> Response:
        """The two side by side, asked for by a page that does not name them."""
        one, other = site.booth.pair(like, site.profiles.all(site.app.weights_folders))
        return RedirectResponse(f"/models/compare?{urlencode({'a': one.name, 'b': other.name})}#votes", 303)

    return routes
