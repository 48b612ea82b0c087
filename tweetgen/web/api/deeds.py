"""What was done and by whom: decisions about candidates and everything else, in one list."""

import re
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, JsonValue

from tweetgen.pipeline.people import LONGEST_NAME, plain
from tweetgen.store.history import Done, Place
from tweetgen.web.roles import Viewer
from tweetgen.web.site import Site

_PLACE = re.compile(r"(\d{1,19})-(\d{1,19})", re.ASCII)


class DeedOut(BaseModel):
    """One thing that somebody did."""

    at: AwareDatetime
    actor: str
    via: str
    #: such as approve, reject, pause, user.add
    deed: str
    #: to what: a candidate's number, an account, an author, a user
    subject: str
    is_decision: bool
    details: dict[str, JsonValue]


class DeedsOut(BaseModel):
    """Some of them, the newest first; `next` is what `after` must be for more."""

    items: list[DeedOut]
    next: str | None


def router(site: Site) -> APIRouter:
    """What is asked about deeds."""
    routes = APIRouter(tags=["people"])

    @routes.get("/deeds", response_model=DeedsOut)
    def deeds(
        person: Viewer,
        after: Annotated[str | None, Query(max_length=50, pattern=r"^[0-9]{1,19}-[0-9]{1,19}$")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        actor: Annotated[str | None, Query(max_length=LONGEST_NAME)] = None,
        service: bool = False,
    ) -> DeedsOut:
        del person
        name = None if actor is None else plain(actor)
        found, place = site.store.history.last(limit, place_of(after), name, service)
        return DeedsOut(items=[_out(done) for done in found], next=cursor(place))

    return routes


def place_of(after: str | None) -> Place | None:
    """The place a cursor stands for. Raises HTTPException for one that we never gave."""
    if not after:
        return None
    match = _PLACE.fullmatch(after)
    numbers = [int(number) for number in match.groups()] if match else []
    if not numbers or max(numbers) >= 2**63:
        raise HTTPException(422, "after: take it from `next` of the answer before")
    return Place(*numbers)


def cursor(place: Place | None) -> str | None:
    """The same as text."""
    return None if place is None else f"{place.deed}-{place.decision}"


def _out(done: Done) -> DeedOut:
    return DeedOut(
        at=done.at,
        actor=done.actor,
        via=done.via,
        deed=done.what,
        subject=done.subject,
        is_decision=done.is_decision,
        details=dict(done.details),
    )
