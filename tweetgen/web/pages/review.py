"""The review: one candidate at a time, a list of them, and what one decided last."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.domain import Action, ReviewState
from tweetgen.errors import TweetgenError
from tweetgen.web.bounds import LARGEST, Number
from tweetgen.web.pages.review_cards import local
from tweetgen.web.pages.review_filters import Asked
from tweetgen.web.pages.review_forms import add_forms, bulk_notice
from tweetgen.web.pages.review_views import Notice, Views
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Person, Reviewer, Viewer
from tweetgen.web.site import Site
from tweetgen.web.times import zone_of

#: cards that a script may have ready
_READY = 24
_VARIATIONS = 10
_Place = Annotated[str | None, Query(max_length=100)]
_Count = Annotated[int | None, Query(ge=0, le=LARGEST)]
_Some = Annotated[int | None, Query(ge=1, le=LARGEST)]


def router(site: Site, rendering: Rendering) -> APIRouter:
    """Its pages and forms."""
    routes = APIRouter(prefix="/review")
    views = Views(site, rendering)

    @routes.get("")
    def one(
        request: Request, person: Viewer, filters: Asked, number: _Some = None, done: _Some = None, more: _Some = None
    ) -> Response:
        notice = _more(more) if more else _outcome(site, person, done) if done else None
        return views.one(request, person, filters, number, notice)

    @routes.get("/cards")
    def ready(
        request: Request,
        person: Viewer,
        filters: Asked,
        after: _Place = None,
        number: _Some = None,
        limit: Annotated[int, Query(ge=1, le=_READY)] = 12,
    ) -> Response:
        found = [site.store.candidates.get(number)] if number else views.found(filters, limit, after)
        return views.cards(request, person, filters, found, filters.query)

    @routes.get("/list")
    def many(
        request: Request,
        person: Viewer,
        filters: Asked,
        after: _Place = None,
        count: _Count = None,
        action: Action | None = None,
    ) -> Response:
        return views.list(request, person, filters, after, bulk_notice(count, action))

    @routes.get("/decided")
    def decided(request: Request, person: Viewer, count: _Count = None, action: Action | None = None) -> Response:
        return views.decided(request, person, bulk_notice(count, action))

    @routes.post("/{number}/variations")
    def more_like_this(person: Reviewer, number: Number) -> Response:
        site.more_like_this.begin(site.store.candidates.get(number), _VARIATIONS)
        return RedirectResponse(f"/review?number={number}&more={number}", 303)

    add_forms(routes, site, views)
    return routes


def _outcome(site: Site, person: Person, number: int) -> Notice | None:
    """What this person just did to a candidate; None where that was somebody else, or never."""
    try:
        now = site.store.candidates.get(number)
    except TweetgenError:
        return None
    last = site.store.candidates.decisions(candidate=number, limit=1)[0]
    if last.actor != person.name:
        return None
    zone = zone_of(site.app, now.account).key
    when = f" for {local(last.scheduled_for, zone)} ({zone})" if last.scheduled_for else ""
    words = {
        Action.APPROVE: "approved",
        Action.REJECT: "rejected",
        Action.SKIP: "left for later",
        Action.EDIT: "has its new text; it waits for your decision",
        Action.SCHEDULE: f"approved{when}",
        Action.UNDO: "is as it was before",
    }
    if last.action not in words:
        return None
    can_undo = last.action is not Action.UNDO and now.state is not ReviewState.PLACED
    return Notice(f"Candidate {number} {words[last.action]}.", "good", now if can_undo else None)


def _more(number: int) -> Notice:
    return Notice(f"More like candidate {number} is being written; it joins the others in a moment.", "good")
