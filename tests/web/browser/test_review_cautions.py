"""What must not be missed at the buttons of a card, and the way back from whatever a key has opened."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import NOON
from tweetgen.app import App
from tweetgen.domain import Action, Decision
from tweetgen.store import Store

PRICE = "holds an address"
#: four keys of X's OAuth 1.0a: with them it can say what a text costs
ACCOUNT = """destinations:
  - x: {consumer_key: a, consumer_secret: b, access_token: c, access_token_secret: d}
  - file: {path: posts.jsonl}
"""


@pytest.fixture
def priced(app: App, store: Store, fill: Callable[..., None]) -> None:
    """Candidates of an account that posts to X, the first with a link."""
    folder = app.base / "accounts"
    folder.mkdir()
    (folder / "keeper.yaml").write_text(ACCOUNT)
    fresh = App.open(app.base, {})
    app.__dict__.update(accounts=fresh.accounts, config=fresh.config, _draft=fresh._draft)
    fill(store, 3)
    linked = Decision(1, 1, Action.EDIT, "bob", "web", text="fog again https://example.org/fog")
    store.candidates.apply(linked, NOON)


def ready(page: Any) -> None:
    with page.expect_response("**/review/cards*") as answer:
        page.goto("/review")
    answer.value.finished()
    page.wait_for_selector(".scripted")


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("size", [(360, 640), (1440, 800)])
def test_the_price_of_a_link_is_seen_at_the_buttons_and_heard_once(visit: Any, size: tuple[int, int]) -> None:
    width, height = size
    page = visit(viewport={"width": width, "height": height})
    ready(page)
    notice = page.locator("article .cautions")
    assert f"x: {PRICE}" in notice.inner_text()
    seen, buttons = notice.bounding_box(), page.locator(".decide .primary").bounding_box()
    assert seen["y"] + seen["height"] <= buttons["y"] < height - 20
    assert buttons["y"] - seen["y"] - seen["height"] < 20
    snapshot = page.locator("article").aria_snapshot()
    assert snapshot.count(PRICE) == 1
    described = page.get_attribute("article", "aria-describedby").split()
    assert PRICE in page.text_content(f"#{described[-1]}")
    page.keyboard.press("a")
    page.wait_for_selector('article[data-number="2"]')
    assert notice.count() == 0


@pytest.mark.usefixtures("priced")
def test_buttons_stay_where_they_are_while_a_time_is_chosen(page: Any) -> None:
    ready(page)
    each = ".more summary, .like button, .cautions, .decide .primary"
    places = f"[...document.querySelectorAll('{each}')].map((one) => one.offsetTop)"
    before = page.evaluate(places)
    page.keyboard.press("s")
    page.wait_for_selector(".when[open] input:focus")
    assert page.evaluate(places) == before
    assert not page.is_visible(".decide .primary")


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("key", ["s", "e"])
@pytest.mark.parametrize("place", ["box", "button", "summary", "card"])
def test_escape_closes_what_a_key_has_opened_and_gives_the_keys_back(page: Any, key: str, place: str) -> None:
    ready(page)
    page.keyboard.press(key)
    page.wait_for_selector("details[open] :is(input, textarea):focus")
    within = {"button": "details[open] .primary", "summary": "details[open] summary", "card": "article"}
    if place in within:
        page.locator(within[place]).focus()
    page.keyboard.press("Escape")
    assert page.locator(".more details[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('#stage > article')")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_selector('article[data-number="2"]')


@pytest.mark.usefixtures("priced")
def test_a_time_is_left_with_a_finger_too(page: Any) -> None:
    ready(page)
    page.click(".when summary")
    page.wait_for_selector(".when[open] input:focus")
    page.get_by_role("button", name="Cancel").click()
    assert page.is_visible(".decide .primary")


@pytest.mark.usefixtures("priced")
def test_escape_closes_the_line_of_reasons_and_the_keys_go_on(page: Any) -> None:
    ready(page)
    page.keyboard.press("x")
    page.locator(".why-strip button").first.focus()
    page.keyboard.press("Escape")
    assert page.locator(".why-strip").count() == 0
    page.keyboard.press("a")
    page.wait_for_selector('article[data-number="3"]')


@pytest.mark.usefixtures("priced")
def test_a_rejection_with_a_reason_can_be_undone_from_its_line(page: Any) -> None:
    ready(page)
    page.keyboard.press("x")
    page.keyboard.press("1")
    assert "Rejected" in page.inner_text(".last")
    page.click(".last button")
    page.wait_for_selector('article[data-number="1"]')
