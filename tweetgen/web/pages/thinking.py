"""How it thinks: what the network thought of any text, drawn."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from tweetgen.errors import InputError
from tweetgen.model.library import find
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Viewer
from tweetgen.web.site import Site
from tweetgen.web.strip import Strip, drawn, signed, visible
from tweetgen.web.thoughts import LONGEST, carried, think
from tweetgen.web.wishes import LONGEST_NAME, MOST_AUTHORS

if TYPE_CHECKING:
    from tweetgen.model.model import Model

#: explained where nobody has given a text yet
EXAMPLE = "The sea is calm tonight, and nobody has come to see the lamp."
_ALTERNATIVES = 8
#: a line's end counts two in a form, one in a text
_LONGEST_SENT = 2 * LONGEST
Names = Annotated[list[Annotated[str, Query(max_length=LONGEST_NAME)]], Query(max_length=MOST_AUTHORS)]
Shares = Annotated[
    list[Annotated[float, Query(ge=0, le=1_000_000, allow_inf_nan=False)]], Query(max_length=MOST_AUTHORS)
]


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The page."""
    routes = APIRouter(prefix="/playground")

    @routes.get("/thinking")
    def thinking(
        request: Request,
        person: Viewer,
        text: Annotated[str | None, Query(max_length=_LONGEST_SENT)] = None,
        model: Annotated[str, Query(max_length=LONGEST_NAME)] = "",
        author: Names = [],  # noqa: B006 - FastAPI copies it
        share: Shares = [],  # noqa: B006
        compare: Names = [],  # noqa: B006
    ) -> Response:
        del person
        known = site.studio.names()
        if not known:
            return rendering.show(request, "playground/no_model.html")
        chosen = site.studio.model(model or find(None, site.app.weights_folders).stem)
        wanted = _wanted(text)
        voice, missing = _voice(chosen, author, share)
        others = [name for name in compare if name in chosen.authors]
        with site.studio.turn():
            explained = think(chosen, wanted, voice, others, _ALTERNATIVES)
        return rendering.show(
            request,
            "playground/thinking.html",
            explained=explained,
            carried=carried(explained),
            strip=Strip(explained),
            hands=drawn(explained),
            likeliest=max(explained.authors, key=lambda hand: hand.probability, default=None),
            models=known,
            authors=chosen.authors,
            others=others,
            missing=missing,
            longest=LONGEST,
            signed=signed,
            visible=visible,
        )

    return routes


def _wanted(text: str | None) -> str:
    if text is None:
        return EXAMPLE
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise HTTPException(422, f"text: {len(text)} characters are more than {LONGEST}; shorten it")
    return text


def _voice(model: "Model", authors: Sequence[str], shares: Sequence[float]) -> tuple[Mapping[str, float], list[str]]:
    """The voice that the address gives, and whom of it this model does not know: it may be another than before."""
    if shares and len(shares) != len(authors):
        raise InputError("share", f"{len(shares)} for {len(authors)} authors", "give one for each author, or none")
    given = zip(authors, shares or [1.0] * len(authors), strict=True)
    voice = {name: share for name, share in given if name and share}
    missing = [name for name in voice if name not in model.authors]
    return {name: share for name, share in voice.items() if name not in missing}, missing
