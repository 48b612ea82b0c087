"""A link's two halves: opening it shows the candidate and changes nothing, the button on it decides."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from tweetgen.domain import Action, Decision
from tweetgen.errors import Conflict, InputError, TweetgenError
from tweetgen.pipeline.links import BadLink, Links
from tweetgen.store import Store

VIA = "link"
LONGEST_REASON = 500  # characters
_WORDS = {
    Action.APPROVE: ("Approve this text?", "Approve", "Approved. It will be posted at the next free time."),
    Action.REJECT: ("Reject this text?", "Reject", "Rejected. It will not be posted."),
    Action.SKIP: ("Leave this text for later?", "Later", "Left for later."),
}


def router(store: Store, links: Links, now: Callable[[], datetime]) -> APIRouter:
    """The pages of links."""
    routes = APIRouter(prefix="/links")
    templates = Jinja2Templates(directory=Path(__file__).with_name("templates"))

    def shown(request: Request, name: str, status: int = 200, **content: Any) -> Response:
        return templates.TemplateResponse(request, name, content, status_code=status)

    def refused(request: Request, error: TweetgenError) -> Response:
        status = 410 if isinstance(error, BadLink) else 409
        return shown(request, "refused.html", status, why=str(error))

    # chat and mail programs open links by themselves, to show what is behind
    @routes.get("/{token}")
    def look(request: Request, token: str) -> Response:
        try:
            ticket = links.read(token, now())
            pending = store.candidates.get(ticket.number, ticket.version)
        except (BadLink, Conflict, InputError) as error:
            return refused(request, error)
        question, button, _ = _WORDS[ticket.action]
        asks_why = ticket.action is Action.REJECT
        return shown(request, "link.html", of=pending, question=question, button=button, asks_why=asks_why)

    @routes.post("/{token}")
    def decide(request: Request, token: str, reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "") -> Response:
        try:
            ticket = links.read(token, now())
            decision = Decision(ticket.number, ticket.version, ticket.action, VIA, VIA, reason.strip())
            pending = store.candidates.apply(decision, now())
        except (BadLink, Conflict, InputError) as error:
            return refused(request, error)
        return shown(request, "decided.html", of=pending, done=_WORDS[ticket.action][2])

    return routes
