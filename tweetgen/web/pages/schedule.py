"""The week of all accounts or one: moments with their texts, moved, added and taken out; pauses."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.domain import Slot, SlotState
from tweetgen.errors import Absent, Conflict, InputError, TweetgenError
from tweetgen.pipeline import arrange, pausing
from tweetgen.pipeline.quiet_hint import quiet_hint
from tweetgen.pipeline.timetable import Moment, timetable
from tweetgen.store.accounts import EVERY
from tweetgen.web.api.slots import hand_of
from tweetgen.web.bounds import LARGEST, LONGEST_REASON
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Person, Publisher, Viewer
from tweetgen.web.site import Site
from tweetgen.web.times import Times, read, zone_of
from tweetgen.web.week import DAY, Week, week_of, week_page

#: what is said once something was done; addresses carry the word alone
DONE = {
    "added": "The slot is added.",
    "moved": "The slot is moved.",
    "out": "The slot is taken out.",
    "text": "This text goes out then.",
    "next": "The text goes out next.",
    "now": "The text goes out at once, unless a pause, a limit or quiet hours hold it.",
    "paused": "Paused: nothing more is sent.",
    "resumed": "Resumed: posts go out again.",
}
Account = Annotated[str, Form(max_length=200)]
Key = Annotated[str, Form(min_length=1, max_length=60)]
When = Annotated[str, Form(min_length=1, max_length=40)]
Number = Annotated[int, Form(ge=1, le=LARGEST)]
Version = Annotated[int, Form(ge=1, le=2**31 - 1)]


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The schedule and what is done on it."""
    routes = APIRouter(prefix="/schedule")
    _looking(routes, site, rendering)
    _moving(routes, site, rendering)
    _sharing(routes, site)
    _pausing(routes, site)
    return routes


def _looking(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    @routes.get("")
    def look(
        request: Request,
        person: Viewer,
        account: Annotated[str, Query(max_length=200)] = "",
        week: Annotated[str, Query(max_length=10)] = "",
        view: Annotated[str, Query(pattern="^(week|list)$")] = "week",
        done: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        content = week_page(site, account, week_of(site, account, week), view)
        return rendering.show(request, "schedule/index.html", **content, done=DONE.get(done, ""))

    @routes.get("/moment")
    def look_at(
        request: Request,
        person: Viewer,
        account: Annotated[str, Query(max_length=200)],
        key: Annotated[str, Query(min_length=1, max_length=60)],
    ) -> Response:
        return rendering.show(request, "schedule/moment.html", **_moment_page(site, account, key))


def _moving(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    def refused(request: Request, account: str, key: str, error: TweetgenError) -> Response:
        status = 409 if isinstance(error, Conflict) else 422
        content = _moment_page(site, account, key)
        return rendering.show(request, "schedule/moment.html", status, why=str(error), **content)

    @routes.post("/add")
    def add(request: Request, person: Publisher, account: Account, due_at: When) -> Response:
        site.app.account(account)
        try:
            slot = arrange.add(hand_of(site, person), account, read(due_at, zone_of(site.app, account)))
        except InputError as error:
            content = week_page(site, account, week_of(site, account, ""), "week")
            return rendering.show(request, "schedule/index.html", 422, **content, done="", why=str(error))
        return _to_week(site, slot, "added")

    @routes.post("/moment/move")
    def move(request: Request, person: Publisher, account: Account, key: Key, due_at: When) -> Response:
        try:
            at = read(due_at, zone_of(site.app, account))
            slot = arrange.move(hand_of(site, person), _slot(site, person, account, key).number, at)
        except (Conflict, InputError) as error:
            return refused(request, account, key, error)
        return _to_week(site, slot, "moved")

    @routes.post("/moment/take-out")
    def take_out(request: Request, person: Publisher, account: Account, key: Key) -> Response:
        try:
            slot = arrange.take_out(hand_of(site, person), _slot(site, person, account, key).number)
        except (Conflict, InputError) as error:
            return refused(request, account, key, error)
        return _to_week(site, slot, "out")

    @routes.post("/moment/text")
    def give(
        request: Request,
        person: Publisher,
        account: Account,
        key: Key,
        text: Annotated[str, Form(pattern=r"^\d{1,18}\.\d{1,9}$")],
    ) -> Response:
        candidate, _, version = text.partition(".")
        try:
            number = _slot(site, person, account, key).number
            slot = arrange.give(hand_of(site, person), number, int(candidate), int(version))
        except (Conflict, InputError) as error:
            return refused(request, account, key, error)
        return _to_week(site, slot, "text")


def _sharing(routes: APIRouter, site: Site) -> None:
    @routes.post("/texts/next")
    def share_next(person: Publisher, candidate: Number, version: Version) -> Response:
        return _to_week(site, arrange.share_next(hand_of(site, person), candidate, version), "next")

    @routes.post("/texts/now")
    def post_now(person: Publisher, candidate: Number, version: Version) -> Response:
        return _to_week(site, arrange.post_now(hand_of(site, person), candidate, version), "now")


def _pausing(routes: APIRouter, site: Site) -> None:
    @routes.post("/pause")
    def pause(
        person: Publisher, account: Account, reason: Annotated[str, Form(max_length=LONGEST_REASON)] = ""
    ) -> Response:
        _check(site, account)
        pausing.pause(hand_of(site, person), account, reason.strip())
        return _back("paused")

    @routes.post("/resume")
    def resume(person: Publisher, account: Account) -> Response:
        _check(site, account)
        pausing.resume(hand_of(site, person), account)
        return _back("resumed")


def _check(site: Site, account: str) -> None:
    if account != EVERY:
        pausing.check_names(site.store, site.app.accounts, [account])


def _slot(site: Site, person: Person, account: str, key: str) -> Slot:
    """The slot of a moment; made now where the service has not come to it. Raises UnknownName, `InputError`."""
    known = site.store.slots.keyed(account, "post", key)
    return known or arrange.ahead(hand_of(site, person), account, site.app.account(account), key)


def _moment_page(site: Site, account: str, key: str) -> dict[str, Any]:
    now = site.now()
    slot = site.store.slots.keyed(account, "post", key)
    moment = _moment(site, account, key, slot)
    known = site.app.accounts.get(account)
    may_change = moment is not None and moment.due_at > now and (slot is None or slot.state is SlotState.OPEN)
    if moment is None and slot is None:
        raise Absent(f"moment {key} of {account}", "the schedule has changed", "look at the week again")
    at = moment.due_at if moment else slot.due_at if slot else now
    return {
        "account": account,
        "key": key,
        "moment": moment,
        "slot": slot,
        "at": at,
        "times": Times(site.app, now),
        "may_change": may_change,
        "hint": quiet_hint(known, at) if known and may_change else "",
        "texts": site.store.candidates.approved(account, 50) if may_change else [],
        "week": Week.of(Times(site.app, now).local(at, account).date()),
    }


def _moment(site: Site, account: str, key: str, slot: Slot | None) -> Moment | None:
    """As the timetable has it; None for a tombstone, and for what the schedule does not name."""
    now = site.now()
    if slot is not None:
        since, until = slot.due_at, slot.due_at + DAY / 24
    else:
        try:
            wall = read(key, zone_of(site.app, account))
        except InputError:
            return None
        since, until = max(now, wall - DAY), wall + 2 * DAY
    found = timetable(site.store, site.app.accounts, since, until, now, account)
    return next((one for one in found.moments if one.key == key), None)


def _to_week(site: Site, slot: Slot, done: str) -> Response:
    day = Times(site.app, site.now()).local(slot.due_at, slot.account).date()
    return RedirectResponse(f"/schedule?{urlencode({'week': day.isoformat(), 'done': done})}", 303)


def _back(done: str) -> Response:
    return RedirectResponse(f"/schedule?{urlencode({'done': done})}#accounts", 303)
