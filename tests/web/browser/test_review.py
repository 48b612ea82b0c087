"""The review in a browser: a key decides and the next card is there, edits, reasons, undo, a finger instead of keys."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tweetgen.domain import Action, ReviewState
from tweetgen.store import Store


@pytest.fixture(autouse=True)
def waiting(store: Store, fill: Callable[..., None]) -> None:
    fill(store, 30)


def number(page: Any) -> int:
    return int(page.get_attribute("#stage > article", "data-number"))


def comes(page: Any, wanted: int) -> None:
    """Wait until that candidate is in front."""
    page.wait_for_selector(f'#stage > article[data-number="{wanted}"]')


def ready(page: Any, address: str = "/review") -> None:
    """Open it, with the next cards at hand."""
    with page.expect_response("**/review/cards*") as answer:
        page.goto(address)
    answer.value.finished()
    page.wait_for_selector(".scripted")


def becomes(page: Any, store: Store, candidate: int, state: ReviewState) -> None:
    """Wait until the store has it."""
    for _ in range(200):
        if store.candidates.get(candidate).state is state:
            return
        page.wait_for_timeout(50)
    assert store.candidates.get(candidate).state is state


def sent(page: Any) -> None:
    """Wait until the service has taken every decision."""
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes('queue'))")


def last(store: Store, candidate: int) -> Any:
    return store.candidates.decisions(candidate=candidate, limit=1)[0]


def test_one_key_decides_and_the_next_card_is_there(page: Any, store: Store) -> None:
    ready(page)
    assert number(page) == 1
    page.keyboard.press("a")
    assert number(page) == 2
    page.keyboard.press("x")
    page.keyboard.press("Space")
    assert number(page) == 4
    becomes(page, store, 1, ReviewState.APPROVED)
    becomes(page, store, 2, ReviewState.REJECTED)
    sent(page)
    assert store.candidates.get(3).skips == 1
    assert last(store, 1).actor == "keeper"


def test_all_are_decided_about_in_order_and_at_last_nothing_waits(page: Any, store: Store) -> None:
    ready(page)
    for wanted in range(1, 31):
        comes(page, wanted)
        page.keyboard.press("a")
    page.wait_for_selector("#stage .nothing")
    sent(page)
    assert store.candidates.count_pending() == 0
    log = [entry.candidate for entry in store.candidates.decisions(limit=30)]
    assert log == list(range(30, 0, -1))


def test_j_and_k_look_without_deciding(page: Any, store: Store) -> None:
    ready(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert number(page) == 3
    page.keyboard.press("k")
    assert number(page) == 2
    page.keyboard.press("a")
    assert number(page) == 3
    becomes(page, store, 2, ReviewState.APPROVED)
    assert store.candidates.count_pending() == 29


def test_a_number_says_why_it_was_rejected(page: Any, store: Store) -> None:
    ready(page)
    page.keyboard.press("x")
    page.keyboard.press("2")
    assert number(page) == 2
    becomes(page, store, 1, ReviewState.REJECTED)
    assert last(store, 1).reason == "not in the voice"
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    becomes(page, store, 2, ReviewState.REJECTED)
    assert last(store, 2).reason == ""
    assert page.locator(".why-strip").count() == 0


def test_reasons_of_ones_own_are_kept(page: Any, store: Store) -> None:
    ready(page)
    page.keyboard.press("x")
    page.get_by_role("button", name="Change these").click()
    page.fill("#reason-own-0", "too many gulls")
    page.get_by_role("button", name="Keep these").click()
    page.keyboard.press("1")
    becomes(page, store, 1, ReviewState.REJECTED)
    assert last(store, 1).reason == "too many gulls"
    sent(page)
    ready(page)
    page.keyboard.press("x")
    assert "too many gulls" in page.inner_text(".why-strip")


def test_undo_takes_back_one_after_the_other(page: Any, store: Store) -> None:
    ready(page)
    for key in "axa":
        page.keyboard.press(key)
    becomes(page, store, 3, ReviewState.APPROVED)
    for wanted in (3, 2, 1):
        page.keyboard.press("u")
        assert number(page) == wanted
        becomes(page, store, wanted, ReviewState.PENDING)
    page.keyboard.press("a")
    becomes(page, store, 1, ReviewState.APPROVED)
    assert number(page) == 2
    page.keyboard.press("u")
    page.keyboard.press("u")
    page.wait_for_function("() => document.querySelector('#said').textContent.includes('nothing to undo')")


def test_undo_outlives_a_reload(page: Any, store: Store) -> None:
    ready(page)
    page.keyboard.press("a")
    sent(page)
    ready(page)
    page.keyboard.press("u")
    comes(page, 1)
    becomes(page, store, 1, ReviewState.PENDING)


def test_a_text_is_edited_in_place_counted_and_saved(page: Any, store: Store) -> None:
    ready(page)
    page.keyboard.press("e")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("fog, axe and u")
    page.wait_for_function("() => document.querySelector('[data-counts]').textContent.includes('14')")
    page.keyboard.press("Control+Enter")
    assert page.inner_text(".lead") == "fog, axe and u"
    assert number(page) == 1
    page.keyboard.press("a")
    becomes(page, store, 1, ReviewState.APPROVED)
    assert store.candidates.get(1).text == "fog, axe and u"
    page.keyboard.press("u")
    page.keyboard.press("u")
    page.wait_for_function("() => document.querySelector('.lead').textContent.startsWith('fog number 0')")
    becomes(page, store, 1, ReviewState.PENDING)


def test_escape_leaves_an_edit_and_keeps_what_was_typed(page: Any) -> None:
    ready(page)
    page.keyboard.press("e")
    page.keyboard.type(" and more")
    page.keyboard.press("Escape")
    assert not page.is_visible("textarea")
    page.keyboard.press("e")
    assert page.input_value("article textarea").endswith("stays and more")


def test_an_unsaved_edit_survives_a_reload(page: Any, store: Store) -> None:
    ready(page)
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.type(" and more")
    page.reload()
    page.wait_for_selector("article textarea:visible")
    assert number(page) == 2
    assert page.input_value("article textarea").endswith("stays and more")
    assert store.candidates.get(2).version == 1


def test_a_time_is_chosen_on_the_accounts_own_clock(page: Any, store: Store) -> None:
    ready(page)
    page.keyboard.press("s")
    page.fill("article input[type=datetime-local]", "2026-07-01T18:30")
    page.keyboard.press("Enter")
    becomes(page, store, 1, ReviewState.APPROVED)
    assert store.candidates.get(1).scheduled_for == datetime(2026, 7, 1, 18, 30, tzinfo=UTC)
    assert number(page) == 2


def test_keys_are_listed_given_others_and_kept(page: Any, store: Store) -> None:
    ready(page)
    page.keyboard.press("?")
    page.get_by_role("button", name="Approve: a;").click()
    page.keyboard.press("y")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert number(page) == 1
    page.keyboard.press("y")
    assert number(page) == 2
    sent(page)
    ready(page)
    page.wait_for_function("() => document.querySelector('.decide .primary').textContent.includes('y')")


def test_a_finger_approves_to_the_right_and_rejects_to_the_left(visit: Any, store: Store) -> None:
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    ready(page)

    wire = page.context.new_cdp_session(page)

    def finger(kind: str, x: float = 0, y: float | None = None) -> None:
        box = page.locator("article .lead").bounding_box()
        y = box["y"] + 20 if y is None else y
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def across(*steps: float) -> None:
        finger("touchStart", steps[0])
        for x in steps[1:]:
            finger("touchMove", x)

    across(60, 90, 120, 200, 300)
    assert "sure" in page.get_attribute(".swipe.good", "class")
    finger("touchEnd")
    assert number(page) == 2
    becomes(page, store, 1, ReviewState.APPROVED)
    across(300, 250, 200, 100, 40)
    finger("touchEnd")
    assert number(page) == 3
    page.get_by_role("button", name="dull").click()
    becomes(page, store, 2, ReviewState.REJECTED)
    assert last(store, 2).reason == "dull"
    # up and down is for scrolling, and a little to the side is nothing
    finger("touchStart", 60, 500)
    for y in (460, 400, 300):
        finger("touchMove", 70, y)
    finger("touchEnd")
    assert number(page) == 3
    assert page.evaluate("scrollY") > 0


def test_many_are_chosen_with_shift_and_decided_at_once(page: Any, store: Store) -> None:
    page.goto("/review/list")
    page.wait_for_selector(".scripted")
    boxes = page.locator("input[name=chosen]")
    boxes.nth(2).click()
    boxes.nth(6).click(modifiers=["Shift"])
    assert page.inner_text("#chosen") == "5 of 30 chosen"
    page.keyboard.press("x")
    page.wait_for_selector(".outcome")
    assert [store.candidates.get(one).state for one in (2, 3, 7, 8)] == [
        ReviewState.PENDING,
        ReviewState.REJECTED,
        ReviewState.REJECTED,
        ReviewState.PENDING,
    ]
    page.check("#all")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_selector(".empty")
    assert store.candidates.count_pending() == 0
    page.goto("/review/decided")
    page.wait_for_selector(".scripted")
    page.check("#all")
    page.get_by_role("button", name="Undo the chosen").click()
    page.wait_for_selector(".outcome")
    assert store.candidates.count_pending() == 30


def test_filters_hold_for_the_cards_that_follow(page: Any, store: Store) -> None:
    ready(page, "/review?q=number%201")
    for wanted in (2, *range(11, 21)):
        comes(page, wanted)
        page.keyboard.press("a")
    page.wait_for_selector("#stage .nothing")
    sent(page)
    assert {entry.action for entry in store.candidates.decisions(limit=11)} == {Action.APPROVE}
