"""Finds out who asks, and refuses a change that another site made a browser ask for."""

from collections.abc import Awaitable, Callable

from fastapi import HTTPException, Request

from tweetgen.web.forms import FIELD, HEADER, Tokens
from tweetgen.web.roles import Person, Role
from tweetgen.web.site import Site

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def entrance(site: Site, tokens: Tokens) -> Callable[[Request], Awaitable[Person | None]]:
    """What `Needs` asks: the person behind a request, None for a stranger.

    Raises HTTPException 403 for a change without the token that our own pages carry.
    """

    async def enter(request: Request) -> Person | None:
        person = _known(request, site)
        if person is not None and request.method not in SAFE and not person.by_token:
            await _check(request, person, tokens)
        request.state.person = person
        return person

    return enter


def _known(request: Request, site: Site) -> Person | None:
    del request
    return Person(site.owner, Role.ADMIN) if site.loopback else None


async def _check(request: Request, person: Person, tokens: Tokens) -> None:
    given = request.headers.get(HEADER)
    if given is None and "form" in request.headers.get("content-type", ""):
        given = str((await request.form()).get(FIELD, ""))
    if not tokens.fits(given or "", person):
        raise HTTPException(403, "this form is not from here, or too old: load the page again")
