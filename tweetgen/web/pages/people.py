"""Who may enter: each person's own API tokens, and for admins everybody."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.pipeline.people import LEAST_DAYS, LONGEST_NAME, LONGEST_PURPOSE, MOST_DAYS, People
from tweetgen.store.deeds import By
from tweetgen.web.api.tokens import own, scope_of
from tweetgen.web.api.users import Word, another
from tweetgen.web.bounds import LARGEST, Number, page_of
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Admin, Person, Role, Viewer
from tweetgen.web.site import Site

Name = Annotated[str, Path(max_length=LONGEST_NAME)]
VIA = "web"
_PAGE = 50


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The pages of tokens and users."""
    routes = APIRouter()
    _tokens(routes, site, rendering)
    _users(routes, site, rendering)
    return routes


def shown(site: Site, moment: datetime) -> str:
    """A moment in the instance's time zone."""
    return f"{moment.astimezone(ZoneInfo(site.app.config.timezone)):%Y-%m-%d %H:%M}"


def _tokens(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    def show(request: Request, person: Person, before: int | None = None, fresh: str = "") -> Response:
        found = site.store.api_tokens.list(person.name, _PAGE + 1, before)
        some, after = page_of(found, _PAGE, lambda one: one.number)
        return rendering.show(
            request,
            "people/tokens.html",
            tokens=some,
            after=after,
            fresh=fresh,
            now=site.now(),
            shown=lambda moment: shown(site, moment),
            roles=[role for role in Role if role <= person.role],
            days=(LEAST_DAYS, 90, MOST_DAYS),
            longest=LONGEST_PURPOSE,
            is_user=site.store.users.get(person.name) is not None,
        )

    @routes.get("/tokens")
    def look(
        request: Request, person: Viewer, after: Annotated[int | None, Query(ge=1, le=LARGEST)] = None
    ) -> Response:
        return show(request, person, after)

    @routes.post("/tokens")
    def make(
        request: Request,
        person: Viewer,
        purpose: Annotated[str, Form(min_length=1, max_length=LONGEST_PURPOSE)],
        role: Annotated[Word, Form()],
        days: Annotated[int, Form(ge=LEAST_DAYS, le=MOST_DAYS)],
    ) -> Response:
        scope, by = scope_of(person, Role.of(role)), By(person.name, VIA)
        people = People(site.store, site.passwords)
        _, token = people.make_token(person.name, purpose, scope, days, site.now(), by)
        # shown by this very answer: it is kept nowhere, so no other page could show it
        return show(request, person, fresh=token)

    @routes.post("/tokens/{number}/revoke")
    def revoke(person: Viewer, number: Number) -> Response:
        site.store.api_tokens.revoke(own(site, person, number).number, site.now(), By(person.name, VIA))
        return RedirectResponse("/tokens", 303)


def _users(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    @routes.get("/users")
    def look(request: Request, person: Admin) -> Response:
        del person
        users = site.store.users.all()
        return rendering.show(
            request, "people/users.html", users=users, shown=lambda moment: shown(site, moment), roles=list(Role)
        )

    @routes.post("/users/{name}/role")
    def set_role(person: Admin, name: Name, role: Annotated[Word, Form()]) -> Response:
        site.store.users.set_role(another(person, name), Role.of(role), site.now(), By(person.name, VIA))
        return RedirectResponse("/users", 303)

    @routes.post("/users/{name}/remove")
    def remove(person: Admin, name: Name) -> Response:
        site.store.users.remove(another(person, name), site.now(), By(person.name, VIA))
        return RedirectResponse("/users", 303)
