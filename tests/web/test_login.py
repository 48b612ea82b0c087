"""Logging in and what keeps somebody logged in, over real HTTP."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.visitors import BY, Visitors
from tweetgen.app import App
from tweetgen.domain import Role
from tweetgen.pipeline.links import Links
from tweetgen.pipeline.people import People
from tweetgen.store import Store
from tweetgen.web.pages.login import own_path
from tweetgen.web.sessions import IDLE, LONGEST, Login, Sessions
from tweetgen.web.throttle import OF_A_NAME, OF_AN_ADDRESS, wait

PASSWORD = "a quiet harbour"
DAY = timedelta(days=1)


@pytest.fixture
def visitors(app: App, pages: Any) -> Visitors:
    People(app.store).add("ann", Role.REVIEWER, PASSWORD, pages.now, BY)
    return Visitors(app, pages)


@pytest.fixture
def browser(visitors: Visitors) -> Iterator[httpx.Client]:
    with visitors.browser() as client:
        yield client


def log_in(client: httpx.Client, name: str = "ann", password: str = PASSWORD, to: str = "/deeds") -> httpx.Response:
    return client.post("/login", data={"name": name, "password": password, "to": to})


def who(client: httpx.Client) -> Any:
    answer = client.get("/api/v1/me")
    return answer.json()["name"] if answer.status_code == 200 else None


def test_where_nobody_has_a_login_none_is_needed(pages: Any) -> None:
    assert pages.browser.get("/api/v1/me").json() == {
        "name": "keeper",
        "role": "admin",
        "by_token": False,
        "logged_in": False,
    }
    assert pages.browser.get("/login?to=/deeds").headers["location"] == "/deeds"


def test_with_the_first_user_everybody_must_log_in(pages: Any, visitors: Visitors) -> None:
    assert who(pages.browser) is None
    answer = pages.browser.get("/deeds?actor=ann&service=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?to=%2Fdeeds%3Factor%3Dann%26service%3D1"
    page = pages.browser.get(answer.headers["location"])
    assert page.status_code == 200
    assert 'value="/deeds?actor=ann&amp;service=1"' in page.text


def test_name_and_password_open_the_page_that_was_asked_for(browser: httpx.Client) -> None:
    answer = log_in(browser, to="/deeds?service=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/deeds?service=1")
    assert who(browser) == "ann"
    assert "Log out" in browser.get("/deeds").text


@pytest.mark.parametrize(
    ("name", "password"), [("ann", "a loud harbour"), ("bob", PASSWORD), ("Ann", PASSWORD), ("", "")]
)
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(browser: httpx.Client, name: str, password: str) -> None:
    answer = log_in(browser, name, password)
    assert answer.status_code == 401
    assert "There is no user of this name with this password." in answer.text
    assert "set-cookie" not in answer.headers
    assert password == "" or password not in answer.text


def test_an_unknown_name_is_as_much_work_as_a_wrong_password(
    browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import argon2

    compared: list[str] = []
    verify = argon2.PasswordHasher.verify

    def count(hasher: argon2.PasswordHasher, kept: str, given: bytes) -> bool:
        compared.append(kept)
        return verify(hasher, kept, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", count)
    log_in(browser, "ann", "wrong, but long enough")
    log_in(browser, "nobody", "wrong, but long enough")
    known, unknown = compared
    assert known != unknown
    assert argon2.extract_parameters(known) == argon2.extract_parameters(unknown)


def test_the_cookie_is_for_our_pages_alone(browser: httpx.Client) -> None:
    cookie = SimpleCookie(log_in(browser).headers["set-cookie"])
    (morsel,) = cookie.values()
    assert morsel["httponly"] is True
    assert morsel["samesite"] == "lax"
    assert (morsel["path"], morsel["domain"], morsel["secure"]) == ("/", "", "")
    assert int(morsel["max-age"]) == IDLE.total_seconds()


def test_behind_tls_the_cookie_travels_through_tls_only(app: App, pages: Any, visitors: Visitors) -> None:
    cookies = Sessions(app.web_secret, https=True)
    state = type("State", (), {})()
    user = app.store.users.get("ann")
    assert user is not None
    cookies.set(state, cookies.begin(user, pages.now))
    assert state.set_cookie.startswith("__Host-tweetgen-")
    assert "; Secure" in state.set_cookie


def test_a_login_ends_when_it_is_not_used(pages: Any, browser: httpx.Client) -> None:
    log_in(browser)
    begun = pages.now
    pages.now = begun + IDLE - timedelta(seconds=1)
    assert browser.get("/api/v1/me").headers["set-cookie"]  # renewed: it was used
    pages.now += IDLE - timedelta(seconds=1)
    assert who(browser) == "ann"
    pages.now += IDLE
    assert who(browser) is None


def test_a_login_in_use_is_not_renewed_all_the_time_and_ends_in_the_end(pages: Any, browser: httpx.Client) -> None:
    log_in(browser)
    begun = pages.now
    assert "set-cookie" not in browser.get("/api/v1/me").headers
    for day in range(2, LONGEST.days):
        pages.now = begun + day * DAY
        assert who(browser) == "ann", day
    pages.now = begun + LONGEST
    assert who(browser) is None


def test_a_changed_login_is_nobodys(app: App, pages: Any, visitors: Visitors) -> None:
    user = app.store.users.get("ann")
    assert user is not None
    ((name, value),) = visitors.cookie(user).items()
    links = Links(app.web_secret, None)
    foreign = Sessions("another secret of tests, long enough", https=False)
    forged = foreign.sign(foreign.begin(user, pages.now))
    other = visitors.sessions.sign(Login("ann", "another stamp", "x", pages.now, pages.now))
    same_key = str(links._serializer.dumps(["ann", user.stamp, "x", 9_999_999_999, 9_999_999_999]))
    for wrong in (value[:-1], value[1:], value.swapcase(), "x", "", "a.b", forged, other, same_key, "A" * 5000):
        answer = httpx.get(f"{pages.browser.base_url}/api/v1/me", headers={"cookie": f"{name}={wrong}"})
        assert answer.status_code == 401, wrong
    assert httpx.get(f"{pages.browser.base_url}/api/v1/me", headers={"cookie": f"{name}={value}"}).status_code == 200


@pytest.mark.parametrize("what", ["password", "role", "role and back", "removed", "removed and added"])
def test_a_login_is_void_once_its_user_is_another(app: App, pages: Any, browser: httpx.Client, what: str) -> None:
    log_in(browser)
    users, later = app.store.users, pages.now + timedelta(seconds=1)
    match what:
        case "password":
            People(app.store).set_password("ann", "another password", later, BY)
        case "role":
            users.set_role("ann", Role.ADMIN, later, BY)
        case "role and back":
            users.set_role("ann", Role.ADMIN, later, BY)
            users.set_role("ann", Role.REVIEWER, later, BY)
        case _:
            users.remove("ann", later, BY)
            if what == "removed and added":
                People(app.store).add("ann", Role.REVIEWER, PASSWORD, later, BY)
            else:
                users.add("bob", Role.ADMIN, "not a hash", later, BY)
    assert who(browser) is None


def test_logging_out(pages: Any, visitors: Visitors, browser: httpx.Client) -> None:
    log_in(browser)
    form = visitors.form(browser)
    assert browser.post("/logout").status_code == 403
    assert browser.post("/logout", data=form).headers["location"] == "/login"
    assert who(browser) is None


def test_logging_out_everywhere(pages: Any, visitors: Visitors, browser: httpx.Client) -> None:
    log_in(browser)
    with visitors.browser() as phone:
        log_in(phone)
        pages.now += timedelta(seconds=1)
        assert browser.post("/logout/everywhere", data=visitors.form(browser)).status_code == 303
        assert who(phone) is None
        log_in(phone)
        assert who(phone) == "ann"


def test_a_name_can_be_tried_so_often(pages: Any, browser: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(OF_A_NAME):
        assert log_in(browser, password="wrong, but long enough").status_code == 401
    answer = log_in(browser)  # even the right one: a guess would look like this
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "600"
    assert "Try again in 10 minutes." in answer.text
    assert log_in(browser, "bob").status_code == 401
    pages.now += timedelta(minutes=10)
    assert log_in(browser).status_code == 303
    assert "127.0.0.1" in caplog.text
    assert "wrong, but" not in caplog.text
    assert PASSWORD not in caplog.text


def test_an_address_can_try_so_often(app: App, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweetgen.pipeline.passwords.Passwords.fits", lambda *_: False)
    for number in range(OF_AN_ADDRESS):
        assert log_in(browser, f"name {number}").status_code == 401
    assert log_in(browser, "one more").status_code == 429


def test_attempts_are_counted_for_all_processes(app: App, pages: Any, browser: httpx.Client) -> None:
    with Store.open(app.database_url) as other:
        for _ in range(OF_A_NAME):
            assert wait(other, "ann", "2001:db8::1", pages.now) is None
    assert log_in(browser).status_code == 429


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ("/review?account=a&score=1", "/review?account=a&score=1"),
        ("", "/"),
        ("review", "/"),
        ("//evil.example/x", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("///evil.example", "/"),
        ("http://[", "/"),
    ],
)
def test_a_login_leads_to_pages_of_ours_only(to: str, where: str) -> None:
    assert own_path(to) == where


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
        {"x-real-ip": "203.0.113.9"},
        {"via": "1.1 proxy"},
        {"host": "192.0.2.7:8765"},
        {"authorization": "Bearer wrong"},
    ],
)
def test_what_a_proxy_passes_on_is_not_from_this_machine(pages: Any, headers: dict[str, str]) -> None:
    assert pages.browser.get("/api/v1/me", headers=headers).status_code == 401


class TestWithAnAddressForOthers:
    @pytest.fixture
    def app(self, tmp_path: Path) -> Iterator[App]:
        (tmp_path / "config.yaml").write_text("web: {url: 'https://bot.example.org'}")
        opened = App.open(tmp_path, {})
        yield opened
        opened.close()

    def test_nobody_enters_without_a_login(self, pages: Any) -> None:
        assert pages.browser.get("/api/v1/me").status_code == 401
        assert "tweetgen users add NAME --role admin" in pages.browser.get("/login").text
