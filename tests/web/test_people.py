"""API tokens, users and what was done, as pages and as JSON."""

import logging
import re
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.fakes.visitors import BY, Visitors
from tweetgen.app import App
from tweetgen.domain import Action, Decision, Pending, Role
from tweetgen.web.forms import FIELD, HEADER

DAY = timedelta(days=1)


@pytest.fixture
def visitors(app: App, pages: Any) -> Visitors:
    return Visitors(app, pages)


def headers(visitors: Visitors, client: httpx.Client) -> dict[str, str]:
    return {HEADER: visitors.form(client)[FIELD]}


def make(visitors: Visitors, client: httpx.Client, role: str = "viewer", days: int = 30) -> httpx.Response:
    wanted = {"purpose": "the hall", "role": role, "days": days}
    return client.post("/api/v1/tokens", json=wanted, headers=headers(visitors, client))


def me(pages: Any, token: str) -> httpx.Response:
    with httpx.Client(base_url=pages.browser.base_url) as program:
        return program.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})


def test_a_token_is_shown_once_and_kept_nowhere(
    app: App, pages: Any, visitors: Visitors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with visitors.browser(visitors.user("ann", Role.REVIEWER)) as ann:
        made = make(visitors, ann, "reviewer").json()
        page = ann.post("/tokens", data={"purpose": "too", "role": "viewer", "days": "1", **visitors.form(ann)})
        secrets = [made["token"], *re.findall(r"tweetgen_[\w-]{43}", page.text)]
        assert len(secrets) == 2
        for secret in secrets:
            assert me(pages, secret).json() == {
                "name": "ann",
                "role": "reviewer" if secret == made["token"] else "viewer",
                "by_token": True,
                "logged_in": True,
            }
        later = [
            ann.get(path).text for path in ("/tokens", "/api/v1/tokens", "/api/v1/tokens/1", "/api/v1/deeds", "/deeds")
        ]
    app.store.checkpoint()
    files = [path.read_bytes() for path in app.state.glob("*") if path.is_file()]
    for secret in secrets:
        assert not any(secret in text for text in later)
        assert not any(secret.encode() in content for content in files)
        assert secret not in caplog.text


def test_a_token_may_no_more_than_its_owner(app: App, pages: Any, visitors: Visitors) -> None:
    ann = visitors.user("ann", Role.ADMIN)
    with visitors.browser(ann) as browser, visitors.program(ann, Role.PUBLISHER) as program:
        assert program.get("/api/v1/me").json()["role"] == "publisher"
        assert program.get("/api/v1/users").status_code == 403
        app.store.users.set_role("ann", Role.VIEWER, pages.now + DAY, BY)
        assert program.get("/api/v1/me").json()["role"] == "viewer"
        browser.cookies.update(visitors.cookie(app.store.users.get("ann") or ann))
        assert make(visitors, browser, "reviewer").status_code == 403
        assert (
            browser.post(
                "/tokens", data={"purpose": "x", "role": "admin", "days": "1", **visitors.form(browser)}
            ).status_code
            == 403
        )
        app.store.users.remove("ann", pages.now + DAY, BY)
        app.store.users.add("ann", Role.ADMIN, "not a hash", pages.now + DAY, BY)
        assert program.get("/api/v1/me").status_code == 401


def test_a_token_makes_no_other(visitors: Visitors) -> None:
    with visitors.program(visitors.user("ann", Role.ADMIN), Role.ADMIN) as program:
        answer = program.post("/api/v1/tokens", json={"purpose": "x", "role": "viewer"})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_expires(pages: Any, visitors: Visitors) -> None:
    with visitors.program(visitors.user("ann", Role.ADMIN), Role.ADMIN, days=2) as program:
        pages.now += 2 * DAY - timedelta(seconds=1)
        assert program.get("/api/v1/me").status_code == 200
        pages.now += timedelta(seconds=1)
        answer = program.get("/api/v1/me")
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_word_misspelt_is_no_token_of_other_days(pages: Any, visitors: Visitors) -> None:
    with visitors.browser(visitors.user("ann", Role.ADMIN)) as ann:
        asked = {"purpose": "tests", "role": "viewer", "day": 1}
        answer = ann.post("/api/v1/tokens", json=asked, headers=headers(visitors, ann))
        assert (answer.status_code, answer.json()["problems"][0]["where"]) == (422, "body.day")


def test_a_token_revoked_opens_nothing(pages: Any, visitors: Visitors) -> None:
    with visitors.browser(visitors.user("ann", Role.REVIEWER)) as ann:
        first, second = make(visitors, ann).json(), make(visitors, ann).json()
        assert ann.delete(f"/api/v1/tokens/{first['number']}", headers=headers(visitors, ann)).status_code == 204
        assert ann.post(f"/tokens/{second['number']}/revoke", data=visitors.form(ann)).status_code == 303
        assert [me(pages, one["token"]).status_code for one in (first, second)] == [401, 401]
        assert "revoked" in ann.get("/tokens").text


def test_when_a_token_was_used_is_written_once_a_minute(app: App, pages: Any, visitors: Visitors) -> None:
    with visitors.program(visitors.user("ann", Role.ADMIN), Role.ADMIN) as program:
        begun = pages.now
        for seconds, noted in ((0, 0), (30, 0), (59, 0), (60, 60), (119, 60)):
            pages.now = begun + timedelta(seconds=seconds)
            program.get("/api/v1/me")
            while app.store.api_tokens.get(1).used_at != begun + timedelta(seconds=noted):
                time.sleep(0.01)  # nobody waits for it but this test


def test_a_locked_database_keeps_no_program_from_looking(app: App, pages: Any, visitors: Visitors) -> None:
    with visitors.program(visitors.user("ann", Role.ADMIN), Role.ADMIN) as program:
        file = app.store._engine.url.database
        with closing(sqlite3.connect(str(file), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                assert program.get("/api/v1/me", timeout=30).status_code == 200
            other.execute("ROLLBACK")


def test_tokens_of_others_are_for_admins(visitors: Visitors) -> None:
    ann, bob = visitors.user("ann", Role.PUBLISHER), visitors.user("bob", Role.ADMIN)
    with visitors.browser(ann) as browser, visitors.browser(bob) as admin:
        number = make(visitors, admin).json()["number"]
        assert browser.get(f"/api/v1/tokens/{number}").status_code == 404
        assert browser.delete(f"/api/v1/tokens/{number}", headers=headers(visitors, browser)).status_code == 404
        assert browser.post(f"/tokens/{number}/revoke", data=visitors.form(browser)).status_code == 404
        assert browser.get("/api/v1/tokens?owner=bob").status_code == 403
        own = make(visitors, browser).json()["number"]
        assert [one["number"] for one in admin.get("/api/v1/tokens?owner=ann").json()["items"]] == [own]
        assert admin.delete(f"/api/v1/tokens/{own}", headers=headers(visitors, admin)).status_code == 204


def test_tokens_come_in_pages(visitors: Visitors) -> None:
    with visitors.browser(visitors.user("ann", Role.VIEWER)) as ann:
        for _ in range(3):
            make(visitors, ann)
        first = ann.get("/api/v1/tokens?limit=2").json()
        rest = ann.get(f"/api/v1/tokens?limit=2&after={first['next']}").json()
    assert [[one["number"] for one in page["items"]] for page in (first, rest)] == [[3, 2], [1]]
    assert rest["next"] is None


@pytest.mark.parametrize(
    "wanted",
    [
        {"purpose": "", "role": "viewer"},
        {"purpose": " ", "role": "viewer"},
        {"purpose": "x" * 201, "role": "viewer"},
        {"purpose": "x", "role": "owner"},
        {"purpose": "x", "role": "viewer", "days": 0},
        {"purpose": "x", "role": "viewer", "days": 2**70},
        {"purpose": 7, "role": "viewer"},
        {"role": "viewer"},
    ],
)
def test_a_token_that_will_not_do(app: App, visitors: Visitors, wanted: dict[str, Any]) -> None:
    with visitors.browser(visitors.user("ann", Role.ADMIN)) as ann:
        assert ann.post("/api/v1/tokens", json=wanted, headers=headers(visitors, ann)).status_code == 422
        form = {name: str(value) for name, value in wanted.items()}
        if wanted.get("purpose") != 7:
            answer = ann.post("/tokens", data={"days": "1", **form, **visitors.form(ann)})
            assert answer.status_code == 422
    assert app.store.api_tokens.list() == []


def test_where_nobody_logs_in_there_is_nobody_to_own_a_token(pages: Any) -> None:
    page = pages.browser.get("/tokens").text
    token = page.split('name="tweetgen-token" content="')[1].split('"')[0]
    answer = pages.browser.post("/api/v1/tokens", json={"purpose": "x", "role": "viewer"}, headers={HEADER: token})
    assert answer.status_code == 422
    assert "tweetgen users add keeper" in answer.json()["detail"]
    assert "tweetgen users add" in page


def test_admins_change_and_remove_others(app: App, visitors: Visitors) -> None:
    for name in ("bob", "eve", "günther"):
        visitors.user(name, Role.VIEWER)
    with visitors.browser(visitors.user("ann", Role.ADMIN)) as ann:
        assert "günther" in ann.get("/users").text
        assert ann.post("/users/bob/role", data={"role": "publisher", **visitors.form(ann)}).status_code == 303
        assert ann.post("/users/g%C3%BCnther/remove", data=visitors.form(ann)).status_code == 303
        change = ann.put("/api/v1/users/eve/role", json={"role": "reviewer"}, headers=headers(visitors, ann))
        assert change.json()["role"] == "reviewer"
        assert ann.delete("/api/v1/users/eve", headers=headers(visitors, ann)).status_code == 204
        assert ann.delete("/api/v1/users/eve", headers=headers(visitors, ann)).status_code == 404
        assert ann.get("/api/v1/users/eve").status_code == 404
        assert ann.post("/users/bob/role", data={"role": "king", **visitors.form(ann)}).status_code == 422
        listed = ann.get("/api/v1/users?limit=1").json()
        assert (listed["items"][0]["name"], listed["next"]) == ("ann", "ann")
    assert [(user.name, user.role) for user in app.store.users.all()] == [("ann", Role.ADMIN), ("bob", Role.PUBLISHER)]
    assert [deed.deed for deed in app.store.deeds.last(4)] == ["user.remove", "user.role", "user.remove", "user.role"]


def test_nobody_removes_or_changes_themselves(app: App, visitors: Visitors) -> None:
    with visitors.browser(visitors.user("ann", Role.ADMIN)) as ann:
        assert ann.post("/users/ann/remove", data=visitors.form(ann)).status_code == 403
        assert ann.post("/users/ann/role", data={"role": "viewer", **visitors.form(ann)}).status_code == 403
        assert ann.delete("/api/v1/users/ann", headers=headers(visitors, ann)).status_code == 403
    assert app.store.users.get("ann") is not None


def decide(app: App, one: Pending, actor: str, now: Any, version: int = 1, action: Action = Action.SKIP) -> None:
    app.store.candidates.apply(Decision(one.number, version, action, actor, "web", "too foggy"), now)


def test_deeds_and_decisions_are_one_list(app: App, pages: Any, visitors: Visitors, one: Pending) -> None:
    minute = timedelta(minutes=1)
    decide(app, one, "ann", pages.now + minute)
    app.store.deeds.add("bob", "web", "pause", "keeper", pages.now + 2 * minute, {"reason": "<b>fog</b>"})
    decide(app, one, "ann", pages.now + 3 * minute, 2, Action.REJECT)
    every: list[Any] = []
    after = ""
    while True:
        page = pages.browser.get(f"/api/v1/deeds?limit=1{after}").json()
        every += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert [(one["actor"], one["deed"]) for one in every] == [("ann", "reject"), ("bob", "pause"), ("ann", "skip")]
    whole = pages.browser.get("/api/v1/deeds?service=true").json()["items"]
    assert whole[:3] == every
    assert [one["deed"] for one in whole[3:]] == ["submit"]
    assert [one["actor"] for one in pages.browser.get("/api/v1/deeds?actor=bob").json()["items"]] == ["bob"]
    page = pages.browser.get("/deeds").text
    assert "&lt;b&gt;fog&lt;/b&gt;" in page
    assert page.index("rejected") < page.index("paused") < page.index("left for later")


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1-2", f"{2**63}-1", "9999999999999999999-1", "1-1-1", "１-１"])
def test_a_place_that_was_never_given_is_refused(pages: Any, after: str) -> None:
    for path in ("/api/v1/deeds", "/deeds"):
        assert pages.browser.get(path, params={"after": after}).status_code == 422


def test_many_deeds_come_in_pages(app: App, pages: Any, one: Pending) -> None:
    for number in range(60):
        app.store.deeds.add("bob", "web", "pause", f"a{number}", pages.now)
    page = pages.browser.get("/deeds?actor=bob").text
    older = page.split('href="/deeds?actor=bob&amp;after=')[1].split('"')[0]
    rest = pages.browser.get(f"/deeds?actor=bob&after={older}").text
    assert [text.count('class="subject"') for text in (page, rest)] == [50, 10]
