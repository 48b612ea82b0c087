"""A link's two halves: opening it shows the candidate and changes nothing, the button on it decides."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from tweetgen.domain import Action, Decision
from tweetgen.errors import Conflict, InputError, TweetgenError
from tweetgen.pipeline.links import BadLink
from tweetgen.web.bounds import LONGEST_REASON
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Unasked
from tweetgen.web.site import Site

VIA = "link"
_WORDS = {
    Action.APPROVE: ("Approve this text?", "Approve", "Approved. It will be posted at the next free time."),
    Action.REJECT: ("Reject this text?", "Reject", "Rejected. It will not be posted."),
    Action.SKIP: ("Leave this text for later?", "Later", "Left for later."),
}


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The pages of links."""
    routes = APIRouter(prefix="/links")
    shown = rendering.show

    def refused(request: Request, error: TweetgenError) -> Response:
        status = 410 if isinstance(error, BadLink) else 409
        return shown(request, "links/refused.html", status, why=str(error))

    # chat and mail programs open links by themselves, to show what is behind
    @routes.get("/{token}", dependencies=[Unasked])
    def look(request: Request, token: str) -> Response:
        try:
            ticket = site.links.read(token, site.now())
            pending = site.store.candidates.get(ticket.number, ticket.version)
        except (BadLink, Conflict, InputError) as error:
            return refused(request, error)
        question, button, _ = _WORDS[ticket.action]
        asks_why = ticket.action is Action.REJECT
        return shown(request, "links/link.html", of=pending, question=question, button=button, asks_why=asks_why)

    @routes.post("/{token}", dependencies=[Unasked])
    def decide(request: Request, token: str, reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "") -> Response:
        try:
            ticket = site.links.read(token, site.now())
            decision = Decision(ticket.number, ticket.version, ticket.action, VIA, VIA, reason.strip())
            pending = site.store.candidates.apply(decision, site.now())
        except (BadLink, Conflict, InputError) as error:
            return refused(request, error)
        return shown(request, "links/decided.html", of=pending, done=_WORDS[ticket.action][2])

    return routes
