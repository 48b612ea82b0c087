"""Every route says who it is for, and answers nobody else: all routes, asked by everybody over HTTP."""

import re
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from tests.fakes.visitors import Visitors
from tweetgen.app import App
from tweetgen.domain import Role
from tweetgen.web.app import build
from tweetgen.web.forms import HEADER
from tweetgen.web.roles import Needs, Unasked
from tweetgen.web.site import Site

#: files of ours are for everybody: the page of the login needs them
OPEN_MOUNTS = {"static"}
#: these end what the others need
LAST = ("/logout", "/logout/everywhere")
Asked = tuple[str, str, Role | None]


def declared(routes: Iterable[BaseRoute]) -> tuple[list[Asked], list[str]]:
    """Method, path and least role of each route, and those that name none."""
    found: list[Asked] = []
    silent: list[str] = []
    for one in iter_route_contexts(list(routes)):
        if isinstance(one.original_route, Mount) and one.name in OPEN_MOUNTS:
            continue
        dependant = getattr(one, "dependant", None)
        needs = [] if dependant is None else [each.role for each in calls(dependant) if isinstance(each, Needs)]
        path = str(one.path)
        if not needs:
            silent.append(path)
            continue
        least = max((role for role in needs if role is not None), default=None)
        found += [(method, path, least) for method in sorted((one.methods or set()) - {"HEAD"})]
    return sorted(found, key=lambda asked: (asked[1] in LAST, asked[1], asked[0])), silent


def calls(dependant: Any) -> list[object]:
    return [dependant.call, *(call for inner in dependant.dependencies for call in calls(inner))]


@pytest.fixture
def every(app: App) -> list[Asked]:
    return declared(build(Site(lambda: app, "keeper")).routes)[0]


def test_every_route_declares_a_role(app: App) -> None:
    found, silent = declared(build(Site(lambda: app, "keeper")).routes)
    assert silent == []
    roles = {path: role for _, path, role in found}
    assert roles["/"] is Role.VIEWER
    assert roles["/users"] is Role.ADMIN
    assert roles["/api/v1/openapi.json"] is Role.VIEWER


def test_a_route_that_declares_none_is_found() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/open", lambda: "", methods=["GET"])
    app.add_api_route("/said", lambda: "", methods=["GET"], dependencies=[Unasked])
    app.add_route("/plain", lambda request: Response())
    app.mount("/other", FastAPI(openapi_url=None), name="other")
    assert declared(app.routes)[1] == ["/open", "/plain", "/other"]


def ask(client: httpx.Client, method: str, path: str, form: dict[str, str]) -> tuple[int, str]:
    """Status and where it leads; the body is not waited for, as some never end."""
    address = re.sub(r"{[^}]*}", "1", path)
    api = path.startswith("/api/")
    body: dict[str, Any] = {} if method == "GET" else {"json": {}} if api else {"data": form}
    headers = {HEADER: form["token"]} if api and form else {}
    with client.stream(method, address, headers=headers, **body) as answer:
        return answer.status_code, answer.headers.get("location", "")


def is_refused(status: int, location: str) -> bool:
    return status in (401, 403) or location.startswith("/login")


def test_a_stranger_is_sent_to_the_login_or_answered_401(app: App, pages: Any, every: list[Asked]) -> None:
    visitors = Visitors(app, pages)
    visitors.user("ann", Role.ADMIN)
    wrong = []
    with visitors.browser() as browser:
        for method, path, role in every:
            status, location = ask(browser, method, path, {})
            if role is None:
                fits = not is_refused(status, location) or (method, path) == ("POST", "/login")
            elif path.startswith("/api/"):
                fits = status == 401
            else:
                fits = status == 303 and location.startswith("/login?to=%2F")
            wrong += [] if fits else [(method, path, status, location)]
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_a_role_too_low_is_refused_and_no_other(app: App, pages: Any, every: list[Asked], role: Role) -> None:
    visitors = Visitors(app, pages)
    user = visitors.user("ann", role)
    wrong = []
    with visitors.browser(user) as browser:
        form = visitors.form(browser)
        for method, path, least in every:
            if (method, path) == ("POST", "/login"):
                continue
            status, location = ask(browser, method, path, form)
            too_low = least is not None and role < least
            fits = status == 403 if too_low else not is_refused(status, location) or path in LAST
            wrong += [] if fits else [(method, path, status, location)]
            if path in LAST:  # and in again
                browser.cookies.update(visitors.cookie(app.store.users.get("ann") or user))
                form = visitors.form(browser)
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_an_api_token_does_what_its_role_may(app: App, pages: Any, every: list[Asked], role: Role) -> None:
    visitors = Visitors(app, pages)
    wrong = []
    ann = visitors.user("ann", Role.ADMIN)
    with visitors.program(ann, role), visitors.program(ann, role) as program:  # the first is revoked on the way
        for method, path, least in every:
            if not path.startswith("/api/"):
                continue
            status, location = ask(program, method, path, {})
            too_low = least is not None and role < least
            fits = status == 403 if too_low else not is_refused(status, location)
            wrong += [] if fits else [(method, path, status, location)]
    assert wrong == []
