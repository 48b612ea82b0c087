"""Blind votes on samples of two models: ballots, votes, and what they amount to."""

import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from tweetgen.pipeline.profiles import Profile
from tweetgen.pipeline.voting import result_of
from tweetgen.web.bounds import page_of
from tweetgen.web.model_json import BallotJson, CastJson, ResultJson, VotesJson, result, vote
from tweetgen.web.model_queries import AnyAuthor, AskedModel, Temperature
from tweetgen.web.roles import Reviewer, Viewer
from tweetgen.web.site import Site

LONGEST_BALLOT = 2000  # characters; an author's name is in it
_ABSENT: dict[int | str, dict[str, Any]] = {404: {"description": "no such model or author"}}
_GONE: dict[int | str, dict[str, Any]] = {409: {"description": "a model was trained again meanwhile"}}


class Choice(BaseModel):
    """Which of a ballot's two texts is better."""

    model_config = ConfigDict(extra="forbid")

    ballot: str = Field(max_length=LONGEST_BALLOT)
    choice: Literal["one", "two", "neither"]


def router(site: Site) -> APIRouter:
    """The routes of votes."""
    routes = APIRouter(tags=["votes"])

    def profile(name: str) -> Profile:
        return site.profiles.get(name, site.app.weights_folders)

    @routes.get("/ballots", summary="Two texts to choose between", responses=_ABSENT)
    def ballot(
        person: Reviewer, a: AskedModel, b: AskedModel, author: AnyAuthor = None, temperature: Temperature = 0.8
    ) -> BallotJson:
        drawn = site.booth.draw(profile(a), profile(b), author, temperature, secrets.token_hex(12))
        return BallotJson(
            ballot=drawn.token, author=drawn.author, temperature=drawn.temperature, texts=list(drawn.texts)
        )

    @routes.post("/votes", summary="Choose, and learn who wrote which", status_code=201, responses=_GONE)
    def cast(person: Reviewer, body: Choice) -> CastJson:
        there = site.profiles.all(site.app.weights_folders)
        given = site.booth.cast(body.ballot, body.choice, person.name, there, site.store.votes, site.now())
        return CastJson(number=given.number, wrote=list(given.wrote))

    @routes.get("/votes", summary="Votes, the newest first")
    def votes(
        person: Viewer,
        after: Annotated[int | None, Query(ge=1, lt=2**63, description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> VotesJson:
        found = site.store.votes.last(limit + 1, before=after)
        some, more = page_of(found, limit, lambda kept: str(kept.number))
        return VotesJson(items=[vote(kept) for kept in some], next=more)

    @routes.get("/votes/result", summary="What the votes between two models say", responses=_ABSENT)
    def counted(person: Viewer, a: AskedModel, b: AskedModel) -> ResultJson:
        one, other = profile(a), profile(b)
        return result(one.name, other.name, result_of(one, other, site.store.votes))

    return routes
