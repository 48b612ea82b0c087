"""What is sent and was sent: what nobody knows of first, with two buttons; retries and ends."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.domain import Receipt, SendState
from tweetgen.pipeline import settle
from tweetgen.pipeline.settle import ASKED
from tweetgen.store.outbox_row import OutboxRow, Seen
from tweetgen.web.api.slots import hand_of
from tweetgen.web.bounds import LARGEST, Number, page_of
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Publisher, Viewer
from tweetgen.web.site import Site
from tweetgen.web.times import Times

#: rows on one page
MOST = 25
DONE = {
    "retry": "It is sent once more.",
    "give-up": "It is given up.",
    "landed": "It counts as arrived, and is never sent again.",
    "not-landed": "It is sent again.",
    "unblock": "The destination is sent to again.",
}
_AGAIN = frozenset({SendState.FAILED, SendState.CANCELLED, SendState.EXPIRED})
_ENDABLE = frozenset({SendState.FAILED, SendState.READY, SendState.RETRY, *ASKED})
_LANDABLE = frozenset({SendState.FAILED, SendState.CANCELLED, *ASKED})
_CHANGES: Mapping[str, Callable[..., OutboxRow]] = {
    "retry": settle.retry,
    "give-up": settle.give_up,
    "not-landed": settle.not_landed,
}
Name = Annotated[str, Query(max_length=200)]
State = Annotated[SendState, Form()]
Fence = Annotated[int, Form(ge=0, le=2**31 - 1)]


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The outbox and what is decided about it."""
    routes = APIRouter(prefix="/outbox")

    def given(rows: object, **more: Any) -> dict[str, Any]:
        may = {"may_retry": _AGAIN, "may_end": _ENDABLE, "may_land": _LANDABLE, "asked_states": ASKED}
        return {"rows": rows, "times": Times(site.app, site.now()), "doubtful": settle.may_have_arrived, **may, **more}

    @routes.get("")
    def look(
        request: Request,
        person: Viewer,
        account: Name = "",
        destination: Name = "",
        state: Annotated[str, Query(pattern=f"^({'|'.join(SendState)})?$")] = "",
        after: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
        done: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        outbox, now = site.store.outbox, site.now()
        whose = (account or None, destination or None)
        asked = outbox.list(*whose, ASKED, MOST) if not state and after is None else []
        states = [SendState(state)] if state else [one for one in SendState if one not in ASKED]
        found = outbox.list(*whose, states, MOST + 1, after)
        held = [one for one in site.store.channels.all() if not one.is_open(now) and account in ("", one.account)]
        wanted = {"account": account, "destination": destination, "state": state}
        some, more = page_of(found, MOST, lambda row: row.number)
        content = given(some, asked=asked, held=held[:MOST], wanted=wanted, states=list(SendState))
        query = urlencode({**wanted, "after": more})
        return rendering.show(request, "outbox/index.html", **content, older=more and query, done=DONE.get(done, ""))

    @routes.get("/{number}")
    def look_at(request: Request, person: Viewer, number: Number) -> Response:
        return rendering.show(request, "outbox/row.html", **given([], row=site.store.outbox.get(number)))

    _deciding(routes, site)
    return routes


def _deciding(routes: APIRouter, site: Site) -> None:
    @routes.post("/unblock")
    def unblock(
        person: Publisher,
        account: Annotated[str, Form(max_length=200)],
        destination: Annotated[str, Form(max_length=200)],
    ) -> Response:
        settle.unblock(hand_of(site, person), account, destination)
        return _back("unblock")

    @routes.post("/{number}/landed")
    def landed(
        person: Publisher,
        number: Number,
        state: State,
        fence: Fence,
        url: Annotated[str, Form(max_length=2000, pattern=r"^(https?://.*)?$")] = "",
    ) -> Response:
        settle.landed(hand_of(site, person), number, Receipt("", url), Seen(state, fence))
        return _back("landed")

    @routes.post("/{number}/{deed}")
    def decide(
        person: Publisher,
        number: Number,
        deed: Annotated[str, Path(pattern="^(retry|give-up|not-landed)$")],
        state: State,
        fence: Fence,
    ) -> Response:
        _CHANGES[deed](hand_of(site, person), number, seen=Seen(state, fence))
        return _back(deed)


def _back(done: str) -> Response:
    return RedirectResponse(f"/outbox?done={done}", 303)
