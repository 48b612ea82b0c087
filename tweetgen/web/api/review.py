"""Review as it goes on: how much waits, what one did last, what others do meanwhile."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Action, ReviewState
from tweetgen.pipeline.variations import MOST
from tweetgen.web.api.candidates import NOT_THERE, as_json
from tweetgen.web.bounds import AS_IT_COMES, LARGEST, Number
from tweetgen.web.candidate_json import CandidateOut, DecisionOut
from tweetgen.web.desk import VIA
from tweetgen.web.events import counts_of
from tweetgen.web.roles import Reviewer, Viewer
from tweetgen.web.site import Site

_BUSY: dict[int | str, Any] = {503: {"description": "too much waits to be written: ask again in a minute"}}
_OPEN: dict[int | str, Any] = {503: {"description": "too many pages of this person are open"}}
_STREAM: dict[int | str, Any] = {
    200: {
        "description": "`counts`, `decided`, `added`, `job`; `missed`: look at everything again",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


class CountsOut(BaseModel):
    """How many wait."""

    total: int
    #: by account; those without any are left out
    accounts: dict[str, int]


class MineOut(BaseModel):
    """Something that one did."""

    decision: DecisionOut
    #: as it is now
    candidate: CandidateOut
    #: whether nothing happened to it since, so that it can be undone
    can_undo: bool


class MineListOut(BaseModel):
    """What one did last, the newest first."""

    items: list[MineOut]
    next: None = None


class VariationsIn(BaseModel):
    """How many more."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(10, ge=1, le=MOST)


class JobOut(BaseModel):
    """Something that goes on in the background; events tell of it."""

    job: str


def router(site: Site) -> APIRouter:
    """Everything about review but the decisions themselves."""
    routes = APIRouter(tags=["review"])
    happening, more = site.events, site.more_like_this

    @routes.get("/review/counts", response_model=CountsOut)
    def counts(person: Viewer) -> Any:
        """How many candidates wait, of all accounts and of each."""
        return counts_of(site.store.candidates.pending_counts())

    @routes.get("/review/mine", response_model=MineListOut)
    def mine(person: Viewer, limit: Annotated[int, Query(ge=1, le=200)] = 20) -> Response:
        """What the person who asks decided last on these pages, with what became of each."""
        items = [
            MineOut.model_construct(
                decision=DecisionOut.of(entry),
                candidate=site.desk.shown(now),
                can_undo=entry.version == now.version
                and entry.action is not Action.UNDO
                and now.state is not ReviewState.PLACED,
            )
            for entry, now in site.store.candidates.decided_by(person.name, VIA, limit)
        ]
        return as_json(MineListOut.model_construct(items=items))

    @routes.get("/review/events", responses={**_STREAM, **_OPEN}, response_class=StreamingResponse)
    async def events(
        request: Request, person: Viewer, last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST)] = None
    ) -> StreamingResponse:
        """Server-sent events; with the last id that was seen, all since then that a page needs to know."""
        happening.check_room(person.name)

        async def may() -> bool:
            return await request.app.state.enter(request) is not None

        told = happening.listen(last_event_id, person.name, may)
        return StreamingResponse(told, headers=AS_IT_COMES, media_type="text/event-stream")

    @routes.post(
        "/candidates/{number}/variations", status_code=202, response_model=JobOut, responses={**NOT_THERE, **_BUSY}
    )
    def more_like_this(person: Reviewer, number: Number, wanted: VariationsIn) -> Any:
        """Has texts of the same voice and manner of writing written, filtered, ranked and sent to review."""
        return {"job": more.begin(site.store.candidates.get(number), wanted.count)}

    return routes
