"""Candidates: looked for, looked at, decided about."""

from asyncio import wrap_future
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.store.candidate_search import Place, Wanted
from tweetgen.store.transitions import LONGEST_TEXT
from tweetgen.web.bounds import LARGEST, LONGEST_REASON, Number, page_of
from tweetgen.web.candidate_json import (
    CandidateOut,
    CandidatesOut,
    DecisionOut,
    PreviewOut,
    PreviewsOut,
    VerdictOut,
)
from tweetgen.web.desk import VIA
from tweetgen.web.roles import Person, Reviewer, Viewer
from tweetgen.web.site import Site

MOST = 200


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no calendar has that moment in UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
_DECISIONS = (Action.APPROVE, Action.EDIT, Action.REJECT, Action.SKIP, Action.SCHEDULE, Action.UNDO)
NOT_THERE: dict[int | str, Any] = {404: {"description": "there is no candidate of that number"}}
_REFUSED: dict[int | str, Any] = {
    **NOT_THERE,
    409: {"description": "somebody was faster: actor, action, at and version say who did what"},
    422: {"description": "it cannot be done; where filters would drop a new text, verdicts say why"},
}


class DecisionIn(BaseModel):
    """What somebody wants done with a candidate."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=2**31 - 1, description="the one that was looked at")
    action: Action = Field(json_schema_extra={"enum": [one.value for one in _DECISIONS]})
    text: str | None = Field(None, max_length=LONGEST_TEXT, description="with edit: the new text")
    reason: str = Field("", max_length=LONGEST_REASON)
    scheduled_for: Moment | None = Field(None, description="with schedule: when, with its zone")
    despite_verdicts: bool = Field(False, description="with edit: although filters would drop the new text")

    def of(self, number: int, person: Person) -> Decision:
        """As a reviewer's decision."""
        when = self.scheduled_for if self.action is Action.SCHEDULE else None
        text = self.text if self.action is Action.EDIT else None
        return Decision(number, self.version, self.action, person.name, VIA, self.reason.strip(), text, when)


class NumberedDecisionIn(DecisionIn):
    """One of many decisions."""

    number: int = Field(ge=1, le=LARGEST)


class DecisionsIn(BaseModel):
    """Decisions about many candidates at once."""

    model_config = ConfigDict(extra="forbid")

    decisions: list[NumberedDecisionIn] = Field(min_length=1, max_length=MOST)


class RefusedOut(BaseModel):
    """A decision that was not taken."""

    number: int
    why: str


class DecidedOut(BaseModel):
    """What became of many decisions."""

    applied: list[CandidateOut]
    refused: list[RefusedOut]


class TextIn(BaseModel):
    """A text in the place of a candidate's."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=LONGEST_TEXT)


class HistoryOut(BaseModel):
    """What happened to a candidate, the oldest first."""

    items: list[DecisionOut]
    next: None = None


def router(site: Site) -> APIRouter:
    """Everything about candidates."""
    routes = APIRouter(tags=["candidates"])
    _add_looking(routes, site)
    _add_deciding(routes, site)
    return routes


def _add_looking(routes: APIRouter, site: Site) -> None:
    desk = site.desk

    @routes.get("/candidates", response_model=CandidatesOut)
    def look_for(
        person: Viewer,
        account: Annotated[str | None, Query(max_length=200)] = None,
        state: ReviewState = ReviewState.PENDING,
        least_score: Annotated[float | None, Query(allow_inf_nan=False)] = None,
        most_score: Annotated[float | None, Query(allow_inf_nan=False)] = None,
        verdict: Annotated[str, Query(max_length=200)] = "",
        since: Annotated[Moment | None, Query()] = None,
        q: Annotated[str, Query(max_length=200)] = "",
        after: Annotated[str | None, Query(max_length=100)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
    ) -> Response:
        """In the order of review: the least skipped first, of these the best."""
        wanted = Wanted(account, state, least_score, most_score, verdict, since, q)
        place = None if after is None else Place.read(after)
        found = site.store.candidates.search(wanted, limit + 1, place)
        some, more = page_of(found, limit, Place.of)
        items = [desk.shown(one) for one in some]
        return as_json(CandidatesOut.model_construct(items=items, next=more and str(more)))

    @routes.get("/candidates/{number}", response_model=CandidateOut, responses=NOT_THERE)
    def look_at(person: Viewer, number: Number) -> Response:
        """One of them, whatever its state."""
        return as_json(desk.shown(site.store.candidates.get(number)))

    @routes.get("/candidates/{number}/decisions", response_model=HistoryOut, responses=NOT_THERE)
    def history(person: Viewer, number: Number) -> Response:
        """What happened to it, the oldest first."""
        site.store.candidates.get(number)
        entries = site.store.candidates.decisions(candidate=number, limit=1000)
        return as_json(HistoryOut.model_construct(items=[DecisionOut.of(one) for one in reversed(entries)]))

    @routes.post("/candidates/{number}/preview", response_model=PreviewsOut, responses=NOT_THERE)
    def preview(person: Viewer, number: Number, wanted: TextIn) -> Response:
        """What destinations and filters would say to another text in its place; nothing is changed."""
        pending = site.store.candidates.get(number)
        found = [PreviewOut.of(one) for one in desk.preview(pending, wanted.text)]
        verdicts = [VerdictOut.of(one) for one in desk.judge(pending, wanted.text)]
        return as_json(PreviewsOut.model_construct(previews=found, verdicts=verdicts))


def _add_deciding(routes: APIRouter, site: Site) -> None:
    desk = site.desk

    @routes.post("/candidates/{number}/decisions", response_model=CandidateOut, responses=_REFUSED)
    async def decide(person: Reviewer, number: Number, wanted: DecisionIn) -> Response:
        """Decide about the version that was looked at; an edited text waits for approval again."""
        decision = wanted.of(number, person)
        if decision.action is Action.EDIT:
            begun = await run_in_threadpool(desk.begin, decision, wanted.despite_verdicts)
        else:
            begun = desk.begin(decision)
        return as_json(await wrap_future(begun))  # type: ignore[arg-type]

    @routes.post("/decisions", response_model=DecidedOut)
    def decide_many(person: Reviewer, wanted: DecisionsIn) -> Response:
        """Decide about many; a refused decision keeps none of the others back."""
        decisions = [one.of(one.number, person) for one in wanted.decisions]
        despite = {place for place, one in enumerate(wanted.decisions) if one.despite_verdicts}
        outcomes = list(zip(decisions, desk.decide_all(decisions, despite), strict=True))
        applied = [desk.shown(one) for _, one in outcomes if isinstance(one, Pending)]
        refused = [
            RefusedOut(number=asked.number, why=str(one)) for asked, one in outcomes if not isinstance(one, Pending)
        ]
        return as_json(DecidedOut.model_construct(applied=applied, refused=refused))


def as_json(content: BaseModel) -> Response:
    """An answer that is not checked against its model once more."""
    # our own dataclasses say what these hold: checking it once more would cost more than deciding
    return Response(content.model_dump_json(), media_type="application/json")
