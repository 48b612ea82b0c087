"""The outbox: what is sent, and what a person decides about it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Receipt, SendState
from tweetgen.pipeline import settle
from tweetgen.store.outbox_row import OutboxRow, Seen
from tweetgen.web.api.slots import hand_of
from tweetgen.web.bounds import LARGEST, Number, page_of
from tweetgen.web.roles import Publisher, Viewer
from tweetgen.web.site import Site

_ABSENT: dict[int | str, Any] = {404: {"description": "there is no row of that number"}}
_REFUSED: dict[int | str, Any] = {**_ABSENT, 409: {"description": "the row has changed, or is in no state for that"}}


class RowOut(BaseModel):
    """One text for one destination, and all that is known of its way there."""

    number: int
    account: str
    destination: str
    state: SendState
    #: rises with every attempt; a decision names state and fence as they were looked at
    fence: int
    text: str
    candidate: int
    slot: int
    #: of a thread, from 0
    part: int
    attempts: int
    error: str
    remote_id: str
    url: str
    created_at: datetime
    not_before: datetime
    intent_at: datetime | None
    unknown_at: datetime | None
    sent_at: datetime | None
    expires_at: datetime | None
    #: whether sending it once more may post it twice
    may_have_arrived: bool


class RowsOut(BaseModel):
    """Rows, the newest first."""

    items: list[RowOut]
    #: the number of the last one
    next: int | None


class SeenIn(BaseModel):
    """The row as it was looked at."""

    model_config = ConfigDict(extra="forbid")

    state: SendState
    fence: int = Field(ge=0, le=2**31 - 1)

    @property
    def seen(self) -> Seen:
        """For the store."""
        return Seen(self.state, self.fence)


class LandedIn(SeenIn):
    """It arrived."""

    id: str = Field("", max_length=500, description="what its destination calls it")
    url: str = Field("", max_length=2000, pattern=r"^(https?://.*)?$", description="where it can be seen")


def row_out(row: OutboxRow) -> RowOut:
    """A row to be shown."""
    facts = {name: getattr(row, name) for name in RowOut.model_fields if name != "may_have_arrived"}
    return RowOut(**facts, may_have_arrived=settle.may_have_arrived(row))


def router(site: Site) -> APIRouter:
    """The outbox."""
    routes = APIRouter(tags=["outbox"])

    @routes.get("/outbox", response_model=RowsOut)
    def list_rows(
        person: Viewer,
        account: Annotated[str | None, Query(max_length=200)] = None,
        destination: Annotated[str | None, Query(max_length=200)] = None,
        state: Annotated[list[SendState] | None, Query()] = None,
        after: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> RowsOut:
        """Rows, the newest first."""
        found = site.store.outbox.list(account, destination, state or (), limit + 1, after)
        some, more = page_of(found, limit, lambda row: row.number)
        return RowsOut(items=[row_out(row) for row in some], next=more)

    @routes.get("/outbox/{number}", response_model=RowOut, responses=_ABSENT)
    def get_row(person: Viewer, number: Number) -> RowOut:
        """One row."""
        return row_out(site.store.outbox.get(number))

    _deciding(routes, site)
    return routes


def _deciding(routes: APIRouter, site: Site) -> None:
    def decided(change: Callable[..., OutboxRow], person: Publisher, number: int, wanted: SeenIn) -> RowOut:
        return row_out(change(hand_of(site, person), number, seen=wanted.seen))

    @routes.post("/outbox/{number}/retry", response_model=RowOut, responses=_REFUSED)
    def retry(person: Publisher, number: Number, wanted: SeenIn) -> RowOut:
        """Send it once more; where nobody knows whether it arrived, it may then be posted twice."""
        return decided(settle.retry, person, number, wanted)

    @routes.post("/outbox/{number}/give-up", response_model=RowOut, responses=_REFUSED)
    def give_up(person: Publisher, number: Number, wanted: SeenIn) -> RowOut:
        """Never send it, nor the later parts of its thread."""
        return decided(settle.give_up, person, number, wanted)

    @routes.post("/outbox/{number}/landed", response_model=RowOut, responses=_REFUSED)
    def landed(person: Publisher, number: Number, wanted: LandedIn) -> RowOut:
        """Somebody saw it at its destination: it is never sent again."""
        receipt = Receipt(wanted.id, wanted.url)
        return row_out(settle.landed(hand_of(site, person), number, receipt, wanted.seen))

    @routes.post("/outbox/{number}/not-landed", response_model=RowOut, responses=_REFUSED)
    def not_landed(person: Publisher, number: Number, wanted: SeenIn) -> RowOut:
        """Somebody looked, and it is not there: it is sent again."""
        return decided(settle.not_landed, person, number, wanted)
