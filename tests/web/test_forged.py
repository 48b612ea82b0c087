"""What another site makes a browser ask for is refused, and so is a name that somebody else points here."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.visitors import Visitors
from tweetgen.app import App
from tweetgen.domain import Role
from tweetgen.web.forms import FIELD, HEADER

TOKEN = {"purpose": "tests", "role": "viewer", "days": "1"}


@pytest.fixture
def visitors(app: App, pages: Any) -> Visitors:
    return Visitors(app, pages)


@pytest.fixture
def ann(visitors: Visitors) -> Iterator[httpx.Client]:
    with visitors.browser(visitors.user("ann", Role.ADMIN)) as client:
        yield client


def count(app: App) -> int:
    return len(app.store.api_tokens.list())


def by_form(client: httpx.Client, form: dict[str, str], **headers: str) -> httpx.Response:
    return client.post("/tokens", data={**TOKEN, **form}, headers={k.replace("_", "-"): v for k, v in headers.items()})


def by_json(client: httpx.Client, form: dict[str, str], **headers: str) -> httpx.Response:
    sent = {k.replace("_", "-"): v for k, v in headers.items()}
    sent |= {HEADER: form[FIELD]} if form else {}
    return client.post("/api/v1/tokens", json={**TOKEN, "days": 1}, headers=sent)


@pytest.mark.parametrize("send", [by_form, by_json])
class TestAChange:
    def test_from_our_own_page_is_made(self, app: App, visitors: Visitors, ann: httpx.Client, send: Any) -> None:
        origin = str(ann.base_url).rstrip("/")
        assert send(ann, visitors.form(ann)).status_code in (200, 201)
        answer = send(ann, visitors.form(ann), origin=origin, sec_fetch_site="same-origin")
        assert answer.status_code in (200, 201)
        assert count(app) == 2

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": "http://127.0.0.1:1"},
            {"origin": "http://["},
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
        ],
    )
    def test_from_another_site_is_refused(
        self, app: App, visitors: Visitors, ann: httpx.Client, send: Any, headers: dict[str, str]
    ) -> None:
        assert send(ann, visitors.form(ann), **headers).status_code == 403
        assert count(app) == 0

    def test_without_the_token_of_our_pages_is_refused(self, app: App, ann: httpx.Client, send: Any) -> None:
        for form in ({}, {FIELD: ""}, {FIELD: "x" * 64}):
            assert send(ann, form).status_code == 403
        assert count(app) == 0

    def test_with_the_token_of_somebody_else_or_of_another_login_is_refused(
        self, app: App, visitors: Visitors, ann: httpx.Client, send: Any
    ) -> None:
        user = app.store.users.get("ann")
        for other in (visitors.user("bob", Role.ADMIN), user):
            with visitors.browser(other) as theirs:
                assert send(ann, visitors.form(theirs)).status_code == 403
        assert count(app) == 0


def test_where_nobody_logs_in_forms_need_their_token_all_the_same(app: App, pages: Any) -> None:
    assert pages.browser.post("/users/ann/remove").status_code == 403
    assert pages.browser.post("/api/v1/tokens", json={}).status_code in (403, 422)
    refused = pages.browser.delete("/api/v1/users/ann")
    assert refused.status_code == 403
    assert "tweetgen users token" in refused.json()["detail"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "localhost.evil.example"]
)
@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/login", "/healthz"])
def test_a_foreign_name_is_not_served(pages: Any, host: str, path: str) -> None:
    assert pages.browser.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("charset", ["unicode_escape", "undefined"])
def test_a_token_spelt_as_no_text_is_none(pages: Any, charset: str) -> None:
    body = f'--B\r\nContent-Disposition: form-data; name="{FIELD}"\r\n\r\n\\ud800\r\n--B--\r\n'
    kind = {"content-type": f"multipart/form-data; boundary=B; charset={charset}"}
    assert pages.browser.post("/users/ann/remove", content=body.encode(), headers=kind).status_code == 403


def test_a_body_of_untold_length_is_refused_whatever_it_comes_with(pages: Any) -> None:
    for method in ("POST", "DELETE"):
        answer = pages.browser.request(method, "/api/v1/users/ann", content=iter([b"x" * 1000]))
        assert answer.status_code == 411


FROM_ELSEWHERE = {"sec-fetch-site": "cross-site"}


@pytest.mark.parametrize("sort", [{"mode": "no-cors", "dest": "image"}, {"mode": "navigate", "dest": "iframe"}])
@pytest.mark.parametrize("path", ["/playground?write=1", "/corpus/posts?q=fog", "/api/v1/review/events"])
def test_a_page_of_another_site_cannot_draw_ours_into_itself(pages: Any, path: str, sort: dict[str, str]) -> None:
    headers = FROM_ELSEWHERE | {f"sec-fetch-{name}": value for name, value in sort.items()}
    assert pages.browser.get(path, headers=headers).status_code == 403


def test_a_way_from_another_site_to_ours_is_open(pages: Any) -> None:
    headers = FROM_ELSEWHERE | {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert pages.browser.get("/corpus", headers=headers).status_code == 200


def test_a_login_is_refused_to_another_site(pages: Any, visitors: Visitors) -> None:
    visitors.user("ann", Role.ADMIN)
    answer = pages.browser.post("/login", data={"name": "ann"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
