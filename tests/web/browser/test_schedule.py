"""The schedule in Chromium: slots moved by pointer and by key, pauses, and pages that notice silence."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tweetgen.app import App
from tweetgen.domain import SendState
from tweetgen.pipeline.slots import Planner
from tweetgen.store.outbox_row import Ending

# a Monday, so that the whole week is to come
MONDAY = datetime(2026, 3, 2, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
#: does now what the page does every few seconds
RENEW = """import(document.querySelector("script[src]").src.replace("status.js", "lib/fresh.js"))
    .then((fresh) => fresh.renew())"""


@pytest.fixture
def app(app: App) -> App:
    folder = app.base / "accounts"
    folder.mkdir()
    (folder / "keeper.yaml").write_text("timezone: Europe/Berlin\nschedule: {post: '09:00'}\ndestinations: [stdout]\n")
    opened = App.open(app.base, {})
    Planner(opened.store).materialise({"keeper": opened.accounts["keeper"]}, MONDAY)
    return opened


@pytest.fixture
def pages(pages: Any, approve: Callable[..., int]) -> Any:
    pages.now = MONDAY
    approve(pages.store, "שלום fog 🥄 <script>alert(1)</script>", "keeper", MONDAY)
    return pages


def times(pages: Any) -> list[str]:
    return [f"{slot.due_at:%d %H:%M}" for slot in pages.store.slots.upcoming("keeper", "post")]


def card(page: Any, local: str) -> Any:
    return page.locator(f'.moment[data-local="{local}"]')


def drag(page: Any, local: str, onto: str, strip: str) -> None:
    """From a slot onto a place among the hours of a day, or onto the strip that keeps its time."""
    card(page, local).hover()
    page.mouse.down()
    page.mouse.move(5, 300, steps=3)
    page.locator(f'.day[data-date="{onto}"] {strip}').hover()
    page.mouse.up()


def test_a_slot_is_dragged_to_another_day_and_keeps_its_time(page: Any, pages: Any) -> None:
    page.goto("/schedule")
    drag(page, "2026-03-02T09:00", "2026-03-05", ".keep")
    page.get_by_text("Moved to 2026-03-05 09:00").wait_for()
    # what the schedule plans for that day stays beside it
    assert card(page, "2026-03-05T09:00").count() == 2
    assert times(pages) == ["03 08:00", "05 08:00"]
    assert page.url.endswith("/schedule")


def test_what_is_only_planned_is_dragged_to_an_hour(page: Any, pages: Any) -> None:
    page.goto("/schedule")
    drag(page, "2026-03-07T09:00", "2026-03-08", ".hours span:nth-child(7)")
    page.get_by_text("Moved to 2026-03-08 19:30").wait_for()
    card(page, "2026-03-08T19:30").wait_for()
    assert card(page, "2026-03-07T09:00").count() == 0
    assert times(pages)[-1] == "08 18:30"


def test_escape_leaves_it_where_it_was(page: Any, pages: Any) -> None:
    page.goto("/schedule")
    card(page, "2026-03-02T09:00").hover()
    page.mouse.down()
    page.mouse.move(500, 500, steps=3)
    page.locator(".ruler").first.wait_for()
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator(".ruler, .carried").count() == 0
    assert times(pages) == ["02 08:00", "03 08:00"]


def test_a_slot_is_moved_by_keys_alone(page: Any, pages: Any) -> None:
    page.goto("/schedule")
    page.keyboard.press("j")
    page.keyboard.press("m")
    page.get_by_role("dialog").get_by_label("To").fill("2026-03-04T11:15")
    page.keyboard.press("Enter")
    card(page, "2026-03-04T11:15").wait_for()
    assert times(pages) == ["03 08:00", "04 10:15"]


def test_a_slot_that_is_gone_says_so_and_the_week_is_as_it_is(page: Any, pages: Any, complaints: Any) -> None:
    complaints.allow("409")
    page.goto("/schedule")
    pages.store.slots.cancel(pages.store.slots.upcoming("keeper", "post")[0].number, MONDAY)
    drag(page, "2026-03-02T09:00", "2026-03-05", ".keep")
    page.get_by_text("it is cancelled").wait_for()
    card(page, "2026-03-02T09:00").wait_for(state="detached")


def test_everything_works_without_scripts(visit: Callable[..., Any], pages: Any) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/schedule")
    card(page, "2026-03-02T09:00").click()
    page.get_by_label("Another time").fill("2026-03-06T20:00")
    page.get_by_role("button", name="Move").click()
    page.get_by_text("The slot is moved.").wait_for()
    assert times(pages) == ["03 08:00", "06 19:00"]
    page.locator("summary", has_text="Pause all").click()
    page.locator("#why-all").fill("a storm")
    page.get_by_role("button", name="Pause all accounts").click()
    page.get_by_text("a storm").wait_for()
    assert pages.store.accounts.is_paused("keeper")
    page.get_by_role("button", name="Resume all").click()
    page.get_by_text("posts go out again").wait_for()
    assert not pages.store.accounts.is_paused("keeper")


@pytest.mark.parametrize("path", ["/schedule", "/schedule?view=list", "/outbox", "/status", "/outbox/1"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    visit: Callable[..., Any], pages: Any, place: Callable[..., Any], check_axe: Any, path: str, scheme: str
) -> None:
    for text, state in (("tide", SendState.FAILED), ("rope", SendState.UNKNOWN)):
        place(pages.store, text, at=MONDAY)
        (row,) = pages.store.outbox.claim("me", MONDAY, HOUR, {("keeper", "main"): False})
        pages.store.outbox.settle(row, Ending(state, "500"), MONDAY)
    pages.store.channels.block("keeper", "main", "token revoked", MONDAY)
    pages.store.accounts.pause("keeper", "ada", "odd", MONDAY)
    page = visit(color_scheme=scheme, viewport={"width": 360, "height": 740})
    page.goto(path)
    check_axe(page)
    # nothing is wider than a phone
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_status_says_when_nobody_answers_and_goes_on_by_itself(page: Any, pages: Any, complaints: Any) -> None:
    complaints.allow("ERR_|Failed to load")
    page.goto("/status")
    page.route("**/status", lambda route: route.abort())
    page.evaluate(RENEW)
    page.get_by_text("The pages do not answer.").wait_for()
    page.unroute("**/status")
    pages.store.daemons.beat("host:1:a", MONDAY, MONDAY, {})
    page.evaluate(RENEW)
    page.get_by_text("The service runs").wait_for()
    assert page.get_by_text("The pages do not answer.").is_hidden()
