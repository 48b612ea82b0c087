"""What was done and by whom, the newest first."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tweetgen.domain import Json
from tweetgen.pipeline.people import LONGEST_NAME, plain
from tweetgen.store.history import Done
from tweetgen.web.api.deeds import cursor, place_of
from tweetgen.web.pages.people import shown
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Viewer
from tweetgen.web.site import Site

_PAGE = 50
#: what a decision or deed is called in a sentence that begins with who did it
_SAID: Mapping[str, str] = {
    "approve": "approved",
    "edit": "edited",
    "reject": "rejected",
    "skip": "left for later",
    "schedule": "scheduled",
    "undo": "took back a decision about",
    "submit": "sent to review",
    "expire": "let expire",
    "place": "gave to the outbox",
    "pause": "paused",
    "resume": "resumed",
    "purge": "purged",
    "outbox.retry": "sent once more outbox",
    "outbox.give-up": "gave up outbox",
    "outbox.not-landed": "said that it never arrived: outbox",
    "outbox.landed": "said that it arrived: outbox",
    "outbox.unblock": "sends again to",
    "slot.add": "added slot",
    "slot.move": "moved slot",
    "slot.cancel": "cancelled slot",
    "slot.give": "gave a candidate to slot",
    "user.add": "let in",
    "user.remove": "removed",
    "user.role": "changed the role of",
    "user.password": "changed the password of",
    "user.log_out": "ended the logins of",
    "token.make": "made an API token for",
    "token.revoke": "revoked an API token of",
}
#: details of a decision that are told in its sentence, or of no use to a reader
_PASSED_OVER = frozenset({"account", "text", "version"})


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The page of deeds."""
    routes = APIRouter()

    @routes.get("/deeds")
    def look(
        request: Request,
        person: Viewer,
        after: Annotated[str, Query(max_length=50)] = "",
        actor: Annotated[str, Query(max_length=LONGEST_NAME)] = "",
        service: bool = False,
    ) -> Response:
        del person
        actor = plain(actor.strip())
        found, place = site.store.history.last(_PAGE, place_of(after), actor or None, service)
        kept = {"actor": actor, "service": "1" if service else ""}
        more = urlencode({name: value for name, value in {**kept, "after": cursor(place)}.items() if value})

        def when(moment: datetime) -> str:
            return shown(site, moment)

        return rendering.show(
            request,
            "people/deeds.html",
            deeds=found,
            actor=actor,
            service=service,
            after=after,
            more=more if place else "",
            said=said,
            details=lambda done: details(done, when),
            shown=when,
            zone=site.app.config.timezone,
        )

    return routes


def said(done: Done) -> str:
    """What was done, after its doer's name."""
    if done.what == "submit" and not done.is_decision:
        return "sent a text to the review of"
    return _SAID.get(done.what, done.what.replace(".", " ").replace("_", " "))


def details(done: Done, shown: Callable[[datetime], str]) -> str:
    """The rest of what is known, in one line."""
    parts = {name: value for name, value in done.details.items() if not (done.is_decision and name in _PASSED_OVER)}
    told = {name.replace("_", " "): _told(name, value, shown) for name, value in parts.items()}
    return "; ".join(f"{name}: {value}" for name, value in told.items() if value not in ("", "None", "[]", "{}"))


def _told(name: str, value: Json, shown: Callable[[datetime], str]) -> str:
    if isinstance(value, str) and name.endswith(("_at", "_for")):
        with suppress(ValueError):
            return shown(datetime.fromisoformat(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
