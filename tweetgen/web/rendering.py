"""Pages from templates, each with what every page shows: who looks, where they can go, and our forms' token."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from tweetgen.web.forms import FIELD, Tokens
from tweetgen.web.roles import Person, Role

STATIC = Path(__file__).with_name("static")
TEMPLATES = Path(__file__).with_name("templates")
#: the pages of the bar at the top, in its order
PLACES = (
    ("/review", "Review"),
    ("/playground", "Playground"),
    ("/models", "Models"),
    ("/schedule", "Schedule"),
    ("/corpus", "Corpus"),
    ("/status", "Status"),
)
#: pages that belong to one of them, though their address does not say so
_BELONGS = {"outbox": "/schedule"}


class Rendering:
    """Makes pages."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._templates = Jinja2Templates(directory=TEMPLATES)
        #: where the files of ours are
        self.static = f"/static/{_digest()}"
        self._templates.env.globals.update(places=PLACES, Role=Role, static=lambda name: f"{self.static}/{name}")
        self._templates.env.trim_blocks = self._templates.env.lstrip_blocks = True

    def show(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> Response:
        """A page; the person who asks is found where `Needs` has left them."""
        person: Person | None = getattr(request.state, "person", None)
        token = "" if person is None else self._tokens.make(person)
        content.update(
            person=person, token=token, token_field=FIELD, here=request.url.path, place=_place(request.url.path)
        )
        return self._templates.TemplateResponse(request, template, content, status, headers)


def _place(path: str) -> str:
    """Which of the places a page belongs to."""
    first = path.split("/")[1]
    return _BELONGS.get(first, f"/{first}")


def _digest() -> str:
    """Of all that is in static/, so that browsers may keep it until it changes."""
    digest = sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(STATIC)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
