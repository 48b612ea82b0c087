"""Slots: looked at, added, moved, taken out, given to a text; and the timetable they are part of."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Slot, SlotState
from tweetgen.errors import InputError
from tweetgen.pipeline import arrange
from tweetgen.pipeline.hand import Hand
from tweetgen.pipeline.quiet_hint import quiet_hint
from tweetgen.pipeline.timetable import Moment, Progress, timetable
from tweetgen.web.bounds import LARGEST, Number, page_of
from tweetgen.web.roles import Person, Publisher, Viewer
from tweetgen.web.site import Site
from tweetgen.web.times import Times, utc_of, zone_of

MOST = 200
#: of one timetable
LONGEST = timedelta(days=35)
Name = Annotated[str, Field(min_length=1, max_length=200)]
_ABSENT: dict[int | str, Any] = {404: {"description": "there is no slot of that number"}}
_UNKNOWN: dict[int | str, Any] = {404: {"description": "there is no account of that name"}}
_GONE: dict[int | str, Any] = {409: {"description": "the slot is not open any more, or the text has changed"}}
_LOCAL = "where it names no offset, a time of the account's own zone"


class SlotOut(BaseModel):
    """A moment at which a step of an account is due."""

    number: int
    account: str
    step: str
    key: str
    due_at: datetime
    state: SlotState
    #: what it waits for, or why it was missed
    reason: str
    #: what quiet hours mean for it, "" where nothing
    hint: str = ""


class SlotsOut(BaseModel):
    """Slots, the earliest first."""

    items: list[SlotOut]
    next: str | None


class SentOut(BaseModel):
    """What became of a moment's text at one destination."""

    number: int
    destination: str
    state: str
    error: str
    url: str


class MomentOut(BaseModel):
    """A moment of the timetable, with the text that was, is or will be its own."""

    account: str
    due_at: datetime
    local: str
    key: str
    #: None where the service has not made its slot yet
    slot: int | None
    progress: Progress
    reason: str
    text: str | None
    candidate: int | None
    #: whether its slot was made for this text alone
    own: bool
    outbox: list[SentOut]


class TimetableOut(BaseModel):
    """Moments, the earliest first."""

    items: list[MomentOut]
    #: whether there are more than these
    more: bool


class SlotIn(BaseModel):
    """One more slot."""

    model_config = ConfigDict(extra="forbid")

    account: Name
    due_at: datetime = Field(description=_LOCAL)


class AheadIn(BaseModel):
    """A moment that the schedule of an account names and that has no slot yet."""

    model_config = ConfigDict(extra="forbid")

    account: Name
    key: str = Field(min_length=1, max_length=40)


class MoveIn(BaseModel):
    """Another time."""

    model_config = ConfigDict(extra="forbid")

    due_at: datetime = Field(description=_LOCAL)


class TextIn(BaseModel):
    """An approved text."""

    model_config = ConfigDict(extra="forbid")

    candidate: int = Field(ge=1, le=LARGEST)
    version: int = Field(ge=1, le=2**31 - 1, description="the one that was looked at")


def hand_of(site: Site, person: Person) -> Hand:
    """What a person does now through the pages or the API."""
    return Hand(site.store, person.name, "web", site.now())


def slot_out(site: Site, slot: Slot) -> SlotOut:
    """A slot to be shown."""
    known = site.app.accounts.get(slot.account)
    hint = quiet_hint(known, slot.due_at) if known and slot.step == "post" and slot.state is SlotState.OPEN else ""
    facts = {name: getattr(slot, name) for name in ("number", "account", "step", "key", "due_at", "state", "reason")}
    return SlotOut(**facts, hint=hint)


def _moment_out(one: Moment, times: Times) -> MomentOut:
    sent = [
        SentOut(number=row.number, destination=row.destination, state=row.state, error=row.error, url=row.url)
        for row in one.rows
    ]
    return MomentOut(
        account=one.account,
        due_at=one.due_at,
        local=times.shown(one.due_at, one.account),
        key=one.key,
        slot=one.number,
        progress=one.progress,
        reason=one.reason,
        text=one.text,
        candidate=one.candidate,
        own=one.own,
        outbox=sent,
    )


def _place(cursor: str | None) -> tuple[datetime, int] | None:
    """The last slot of the page before."""
    if cursor is None:
        return None
    micros, _, number = cursor.partition(".")
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros)), min(int(number), LARGEST)
    except (OverflowError, ValueError):
        raise InputError(f"after={cursor}", "leads nowhere", "take `next` of the page before") from None


def _cursor(slot: Slot) -> str:
    micros = (slot.due_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return f"{micros}.{slot.number}"


def router(site: Site) -> APIRouter:
    """Slots and the timetable."""
    routes = APIRouter(tags=["slots"])
    _looking(routes, site)
    _changing(routes, site)
    return routes


def _looking(routes: APIRouter, site: Site) -> None:
    def span(since: datetime | None, until: datetime | None, account: str | None) -> tuple[datetime, datetime]:
        zone, now = zone_of(site.app, account or ""), site.now()
        first = now - timedelta(days=7) if since is None else utc_of(since, zone)
        return first, first + timedelta(days=14) if until is None else utc_of(until, zone)

    @routes.get("/slots", response_model=SlotsOut)
    def list_slots(
        person: Viewer,
        account: Annotated[str | None, Query(max_length=200)] = None,
        step: Annotated[str | None, Query(pattern="^(post|collect|train)$")] = None,
        state: Annotated[list[SlotState] | None, Query()] = None,
        since: Annotated[datetime | None, Query(description=_LOCAL)] = None,
        until: Annotated[datetime | None, Query(description=_LOCAL)] = None,
        after: Annotated[str | None, Query(pattern=r"^-?\d{1,18}\.\d{1,19}$")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> SlotsOut:
        """Slots of all steps due from `since` (a week ago) on and before `until` (two weeks later)."""
        first, last = span(since, until, account)
        found = site.store.slots.between(first, last, account, step, state or (), limit + 1, _place(after))
        some, more = page_of(found, limit, _cursor)
        return SlotsOut(items=[slot_out(site, slot) for slot in some], next=more)

    @routes.get("/slots/{number}", response_model=SlotOut, responses=_ABSENT)
    def get_slot(person: Viewer, number: Number) -> SlotOut:
        """One slot, whatever became of it."""
        return slot_out(site, site.store.slots.get(number))

    @routes.get("/timetable", response_model=TimetableOut, responses=_UNKNOWN)
    def get_timetable(
        person: Viewer,
        account: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
        since: Annotated[datetime | None, Query(description=_LOCAL)] = None,
        until: Annotated[datetime | None, Query(description=_LOCAL)] = None,
    ) -> TimetableOut:
        """Every moment to post at, past and planned, with its text; 35 days at most."""
        if account is not None:
            site.app.account(account)
        first, last = span(since, until, account)
        if last - first > LONGEST:
            raise InputError("that timetable", f"is longer than {LONGEST.days} days", "ask for less at once")
        now = site.now()
        found, times = timetable(site.store, site.app.accounts, first, last, now, account), Times(site.app, now)
        return TimetableOut(items=[_moment_out(one, times) for one in found.moments], more=found.more)


def _changing(routes: APIRouter, site: Site) -> None:
    @routes.post("/slots", status_code=201, response_model=SlotOut, responses=_UNKNOWN)
    def add_slot(person: Publisher, wanted: SlotIn) -> SlotOut:
        """One more slot for a post; it takes the next approved text."""
        site.app.account(wanted.account)
        due_at = utc_of(wanted.due_at, zone_of(site.app, wanted.account))
        return slot_out(site, arrange.add(hand_of(site, person), wanted.account, due_at))

    @routes.post("/slots/ahead", status_code=201, response_model=SlotOut, responses={**_UNKNOWN, **_GONE})
    def make_ahead(person: Publisher, wanted: AheadIn) -> SlotOut:
        """Make the slot of a planned moment now, so that it can be moved or taken out; `key` as in the timetable."""
        account = site.app.account(wanted.account)
        return slot_out(site, arrange.ahead(hand_of(site, person), wanted.account, account, wanted.key))

    @routes.post("/slots/next", response_model=SlotOut, responses={**_ABSENT, **_GONE})
    def share_next(person: Publisher, wanted: TextIn) -> SlotOut:
        """Have an approved text go out at the next moment of its account."""
        return slot_out(site, arrange.share_next(hand_of(site, person), wanted.candidate, wanted.version))

    @routes.post("/slots/now", response_model=SlotOut, responses={**_ABSENT, **_GONE})
    def post_now(person: Publisher, wanted: TextIn) -> SlotOut:
        """Have an approved text go out at once; pauses, limits and quiet hours still hold it."""
        return slot_out(site, arrange.post_now(hand_of(site, person), wanted.candidate, wanted.version))

    @routes.post("/slots/{number}/move", response_model=SlotOut, responses={**_ABSENT, **_GONE})
    def move_slot(person: Publisher, number: Number, wanted: MoveIn) -> SlotOut:
        """The slot that takes its place; the schedule does not make it again at the old time."""
        slot = site.store.slots.get(number)
        due_at = utc_of(wanted.due_at, zone_of(site.app, slot.account))
        return slot_out(site, arrange.move(hand_of(site, person), number, due_at))

    @routes.post("/slots/{number}/text", response_model=SlotOut, responses={**_ABSENT, **_GONE})
    def give_slot(person: Publisher, number: Number, wanted: TextIn) -> SlotOut:
        """Have this text go out at the moment of a slot; where both have times of their own, they change places."""
        return slot_out(site, arrange.give(hand_of(site, person), number, wanted.candidate, wanted.version))

    @routes.delete("/slots/{number}", response_model=SlotOut, responses={**_ABSENT, **_GONE})
    def take_out(person: Publisher, number: Number) -> SlotOut:
        """Out for good; where it is that of one text alone, its approval for it is taken back."""
        return slot_out(site, arrange.take_out(hand_of(site, person), number))
