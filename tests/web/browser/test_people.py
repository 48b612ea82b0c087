"""Logging in with a real browser, and what one then finds in the menu."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.visitors import BY
from tweetgen.app import App
from tweetgen.domain import Role
from tweetgen.pipeline.people import People

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "a quiet harbour"
PLACES = ("/deeds", "/tokens", "/users")


@pytest.fixture
def ann(app: App, pages: Any) -> None:
    people = People(app.store)
    people.add("ann", Role.ADMIN, PASSWORD, pages.now, BY)
    people.add("ben", Role.VIEWER, PASSWORD, pages.now, BY)


def log_in(page: "Page", to: str) -> None:
    page.goto(to)
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_day_of_an_admin(ann: None, app: App, visit: "Callable[..., Page]", scripts: bool) -> None:
    page = visit(java_script_enabled=scripts, viewport={"width": 360, "height": 740})
    log_in(page, "/tokens")
    page.get_by_label("What it is for").fill("the hall")
    page.get_by_role("button", name="Make an API token").click()
    token = page.locator(".secret").inner_text().strip()
    assert token.startswith("tweetgen_")
    page.get_by_role("button", name="Revoke the token for: the hall").click()
    assert page.get_by_text("revoked").is_visible()
    assert token not in page.content()
    page.locator(".who summary").click()
    page.get_by_role("link", name="Users").click()
    page.get_by_label("Role of ben").select_option("reviewer")
    page.get_by_role("button", name="Change").click()
    page.locator(".sure summary").click()
    page.get_by_role("button", name="Remove ben").click()
    assert [user.name for user in app.store.users.all()] == ["ann"]
    page.goto("/deeds")
    page.get_by_text("ann removed ben").wait_for()
    page.locator(".who summary").click()
    page.get_by_role("button", name="Log out").click()
    page.goto("/deeds")
    page.get_by_role("heading", name="Log in").wait_for()


def test_a_wrong_password_is_said_and_the_name_stays(ann: None, page: "Page", complaints: Any) -> None:
    complaints.allow("401")
    page.goto("/login?to=/users")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill("a loud harbour")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Name").input_value() == "ann"
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Users").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    ann: None, visit: "Callable[..., Page]", check_axe: "Callable[[Page], None]", scheme: str
) -> None:
    page = visit(color_scheme=scheme)
    page.goto("/login")
    check_axe(page)
    log_in(page, PLACES[0])
    for place in PLACES:
        page.goto(place)
        page.locator(".who summary").click()
        check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
