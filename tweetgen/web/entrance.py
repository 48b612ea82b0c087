"""Finds out who asks, and refuses a change that another site made a browser ask for."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool

from tweetgen.pipeline.people import digest_of
from tweetgen.pipeline.reach import is_named_elsewhere, is_own_name
from tweetgen.web.forms import FIELD, HEADER, Tokens
from tweetgen.web.roles import Person, Role
from tweetgen.web.site import Site

#: seconds after which the first user counts at the latest, for whoever looks often
_FIRST = 1.0
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_WITHOUT_TOKEN = "to change anything, a program shows an API token; see: tweetgen users token --help"
#: what a proxy adds to what it passes on: somebody else is behind it
_PASSED_ON = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})


def entrance(site: Site, tokens: Tokens) -> Callable[[Request], Awaitable[Person | None]]:
    """What `Needs` asks: the person behind a request, None for a stranger.

    Raises HTTPException 403 for a change without the token that our own pages carry.
    """

    async def enter(request: Request) -> Person | None:
        person = await run_in_threadpool(_known, request, site)
        if person is not None and request.method not in SAFE and not person.by_token:
            await _check(request, person, tokens)
        request.state.person = person
        return person

    return enter


def needs_no_login(request: Request, site: Site) -> bool:
    """Whether who asks sits at this very machine, and nobody has a login: a user once added, all need one."""
    return site.loopback and is_from_here(request, site) and not site.store.users.exist(_FIRST)


def _known(request: Request, site: Site) -> Person | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":  # a wrong one is nobody's, also where no login is needed
        return _by_token(token.strip(), site)
    cookie = request.cookies.get(site.sessions.cookie)
    if cookie is not None and (person := _by_login(cookie, request, site)):
        return person
    return Person(site.owner, Role.ADMIN) if needs_no_login(request, site) else None


def _by_token(given: str, site: Site) -> Person | None:
    now = site.now()
    token = site.store.api_tokens.find(digest_of(given))
    if token is None or not token.is_good(now):
        return None
    owner = site.store.users.get(token.owner)
    if owner is None:
        return None
    site.uses.note(token, now)
    return Person(owner.name, min(token.role, owner.role), by_token=True)


def _by_login(cookie: str, request: Request, site: Site) -> Person | None:
    now = site.now()
    login = site.sessions.read(cookie, now)
    user = None if login is None else site.store.users.get(login.name)
    if login is None or user is None or user.stamp != login.stamp:
        return None
    if (newer := site.sessions.renew(login, now)) is not None:
        site.sessions.set(request.state, newer)
    return Person(user.name, user.role, login.ident)


def is_from_here(request: Request, site: Site) -> bool:
    """Whether who asks sits at this very machine.

    A proxy on it passes strangers on; where it does not say so, `web.url` tells that there is one.
    """
    if is_named_elsewhere(site.app.config.web.url) or not _PASSED_ON.isdisjoint(request.headers.keys()):
        return False
    names = [request.client.host if request.client else "", urlsplit(f"//{request.headers.get('host', '')}").hostname]
    return all(is_own_name(name or "") for name in names)


async def _check(request: Request, person: Person, tokens: Tokens) -> None:
    given = request.headers.get(HEADER)
    if given is None and "form" in request.headers.get("content-type", ""):
        with suppress(UnicodeError):  # in a spelling of its own choice, which is none
            given = str((await request.form()).get(FIELD, ""))
    if not tokens.fits(given or "", person):
        if given is None and request.url.path.startswith("/api/"):
            raise HTTPException(403, _WITHOUT_TOKEN)
        raise HTTPException(403, "this form is not from here, or too old: load the page again")
