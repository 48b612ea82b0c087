"""The way in and the way out; both work before a script has run."""

import logging
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.pipeline.passwords import LONGEST
from tweetgen.pipeline.people import People
from tweetgen.store.deeds import By
from tweetgen.web import throttle
from tweetgen.web.entrance import needs_no_login
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Unasked, Viewer
from tweetgen.web.site import Site

#: characters
_LONGEST_NAME, _LONGEST_PATH = 200, 2000
_WRONG = "There is no user of this name with this password."

log = logging.getLogger(__name__)


def router(site: Site, rendering: Rendering) -> APIRouter:
    """Logging in, logging out."""
    routes = APIRouter()

    def form(request: Request, to: str, name: str = "", why: str = "", status: int = 200) -> Response:
        nobody = not site.store.users.exist()
        return rendering.show(request, "people/login.html", status, to=to, name=name, why=why, nobody=nobody)

    @routes.get("/login", dependencies=[Unasked])
    def ask(request: Request, to: Annotated[str, Query(max_length=_LONGEST_PATH)] = "/") -> Response:
        if needs_no_login(request, site):
            return RedirectResponse(own_path(to), 303)
        return form(request, own_path(to))

    @routes.post("/login", dependencies=[Unasked])
    def enter(
        request: Request,
        name: Annotated[str, Form(max_length=_LONGEST_NAME)] = "",
        password: Annotated[str, Form(max_length=LONGEST)] = "",
        to: Annotated[str, Form(max_length=_LONGEST_PATH)] = "/",
    ) -> Response:
        now, address = site.now(), request.client.host if request.client else ""
        name, to = name.strip(), own_path(to)
        if (until := throttle.wait(site.store, name, address, now)) is not None:
            log.warning("too many logins were tried from %s", address)
            minutes = max(1, -int(-(until - now).total_seconds() // 60))
            why = f"Too many attempts. Try again in {minutes} minute{'' if minutes == 1 else 's'}."
            answer = form(request, to, name, why, 429)
            answer.headers["Retry-After"] = str(minutes * 60)
            return answer
        user = People(site.store, site.passwords).known(name, password)
        if user is None:
            log.warning("a login from %s was refused", address)
            return form(request, to, name, _WRONG, 401)
        log.info("%s logged in from %s", user.name, address)
        site.sessions.set(request.state, site.sessions.begin(user, now))
        return RedirectResponse(to, 303)

    @routes.post("/logout")
    def leave(request: Request, person: Viewer) -> Response:
        del person
        site.sessions.set(request.state, None)
        return RedirectResponse("/login", 303)

    @routes.post("/logout/everywhere")
    def leave_everywhere(request: Request, person: Viewer) -> Response:
        site.store.users.log_out(person.name, site.now(), By(person.name, "web"))
        site.sessions.set(request.state, None)
        return RedirectResponse("/login", 303)

    return routes


def own_path(to: str) -> str:
    """Where to go after the login: a path of ours, whatever was asked for."""
    try:
        parts = urlsplit(to)
    except ValueError:
        return "/"
    # browsers read \ as /, and drop tabs and line ends: //elsewhere would be another site
    is_path = to.startswith("/") and not to.startswith("//") and not parts.scheme and not parts.netloc
    return to if is_path and "\\" not in to and to.isprintable() else "/"
