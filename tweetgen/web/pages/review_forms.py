"""What the forms of the review send: one decision, many at once, or a wish for more of a kind."""

from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.domain import Action, Decision, Pending
from tweetgen.errors import Conflict, InputError
from tweetgen.pipeline.review import REVIEWERS
from tweetgen.store.transitions import LONGEST_TEXT
from tweetgen.web.api.candidates import MOST
from tweetgen.web.bounds import LONGEST_REASON, Number
from tweetgen.web.desk import VIA, Unconfirmed
from tweetgen.web.pages.review_cards import Draft
from tweetgen.web.pages.review_filters import Filters
from tweetgen.web.pages.review_views import Notice, Views
from tweetgen.web.roles import Person, Reviewer
from tweetgen.web.site import Site
from tweetgen.web.times import read, zone_of

_DONE = {
    Action.APPROVE: "approved",
    Action.REJECT: "rejected",
    Action.SKIP: "left for later",
    Action.UNDO: "taken back",
}


def add_forms(routes: APIRouter, site: Site, views: Views) -> None:
    """Routes for each of them."""

    @routes.post("/{number}/decisions")
    def decide(
        request: Request,
        person: Reviewer,
        number: Number,
        version: Annotated[int, Form(ge=1, lt=2**31)],
        action: Annotated[Action, Form()],
        text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
        reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
        when: Annotated[str, Form(max_length=40)] = "",
        despite: Annotated[bool, Form()] = False,
        back: Annotated[str, Form(max_length=4000)] = "",
    ) -> Response:
        filters = Filters.back(back)
        # a browser sends every new line as two characters
        text = text.replace("\r\n", "\n")
        try:
            moment = read(when, _zone(site, number)) if action is Action.SCHEDULE else None
            new = text if action is Action.EDIT else None
            decision = Decision(number, version, action, person.name, VIA, reason.strip(), new, moment)
            decided = site.desk.decide(_of_people(decision), despite)
        except (Conflict, InputError, Unconfirmed) as error:
            draft = Draft(text, isinstance(error, Unconfirmed)) if action is Action.EDIT else None
            status = 409 if isinstance(error, Conflict) else 422
            return views.one(request, person, filters, number, Notice(_told(error), "bad"), draft, status)
        stays = action in (Action.EDIT, Action.UNDO)
        return _to("/review", filters, done=number, **({"number": decided.number} if stays else {}))

    @routes.post("/list")
    def decide_many(
        request: Request,
        person: Reviewer,
        action: Annotated[Action, Form()],
        chosen: Annotated[list[str] | None, Form(max_length=MOST)] = None,
        reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
        back: Annotated[str, Form(max_length=4000)] = "",
        to: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:
        filters = Filters.back(back)
        decisions = [_chosen(one, action, person, reason.strip()) for one in chosen or ()]
        outcomes = site.desk.decide_all(decisions) if decisions else []
        refused = [one for one in outcomes if not isinstance(one, Pending)]
        count = len(outcomes) - len(refused)
        if refused:
            notice = Notice(f"{count} {_DONE[action]}. {_all_told(refused)}", "bad")
            return views.list(request, person, filters, None, notice, 409)
        if to == "decided":
            return _to("/review/decided", Filters(), count=count, action=action.value)
        return _to("/review/list", filters, count=count, action=action.value)


def bulk_notice(count: int | None, action: Action | None) -> Notice | None:
    """What many decisions came to."""
    if count is None or action not in _DONE:
        return None
    if not count:
        return Notice("Nothing was chosen.", "")
    return Notice(f"{count} {_DONE[action]}.", "good")


def _chosen(spelt: str, action: Action, person: Person, reason: str) -> Decision:
    """Of "number:version", as its box says. Raises InputError."""
    number, _, version = spelt.partition(":")
    if not (number.isdecimal() and version.isdecimal() and len(number) < 19 and len(version) < 10):
        raise InputError(f"{spelt[:50]!r}", "is no candidate with its version", "load the page again")
    if action not in _DONE:
        raise InputError(f"{action}", "is not for many at once", "choose approve, reject, skip or undo")
    return Decision(int(number), int(version), action, person.name, VIA, reason)


def _of_people(decision: Decision) -> Decision:
    if decision.action not in REVIEWERS:
        raise InputError(f"{decision.action}", "is not for a reviewer to choose", "load the page again")
    return decision


def _zone(site: Site, number: int) -> ZoneInfo:
    return zone_of(site.app, site.store.candidates.get(number).account)


def _told(error: Exception) -> str:
    if isinstance(error, Conflict):
        return f"Somebody was faster: {error}. Nothing of yours was done; this is how it is now."
    return f"Not done: {error}"


def _all_told(refused: Sequence[Exception]) -> str:
    first = "; ".join(str(one) for one in refused[:5])
    more = len(refused) - 5
    return f"Not done: {first}" + (f"; and {more} more" if more > 0 else "")


def _to(address: str, filters: Filters, **more: object) -> Response:
    given = "&".join([filters.query] * filters.any + [f"{name}={value}" for name, value in more.items()])
    return RedirectResponse(f"{address}?{given}", 303)
