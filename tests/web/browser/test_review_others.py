"""Several reviewers at once, each in a browser of their own: nobody steps on anybody, and everybody is told."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.visitors import Visitors
from tweetgen.app import App
from tweetgen.domain import Action, Decision, ReviewState, Role
from tweetgen.store import Store


@pytest.fixture(autouse=True)
def waiting(store: Store, fill: Callable[..., None]) -> None:
    fill(store, 20)


@pytest.fixture
def reviewer(app: App, pages: Any, visit: Callable[..., Any]) -> Callable[..., Any]:
    """The review of a new user who is logged in: `reviewer("ann")`."""
    visitors = Visitors(app, pages)

    def sit_down(name: str, role: Role = Role.REVIEWER, address: str = "/review") -> Any:
        page = visit()
        cookies = visitors.cookie(visitors.user(name, role))
        page.context.add_cookies(
            [{"name": key, "value": cookies[key], "url": str(pages.browser.base_url)} for key in cookies]
        )
        with page.expect_response("**/review/events"):
            page.goto(address)
        page.wait_for_selector(".scripted")
        return page

    return sit_down


def number(page: Any) -> int:
    return int(page.get_attribute("#stage > article", "data-number"))


def away(page: Any) -> None:
    """Cut somebody's browser off from what others do."""
    page.route("**/review/events", lambda route: route.abort())
    page.reload()
    page.wait_for_selector(".scripted")


def sent(page: Any) -> None:
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes('queue'))")


def test_a_card_that_somebody_else_settles_is_replaced_and_no_key_hits_the_next_unseen(
    reviewer: Any, store: Store
) -> None:
    ann, bob = reviewer("ann"), reviewer("bob")
    assert number(ann) == number(bob) == 1
    ann.keyboard.press("a")
    bob.wait_for_selector(".taken")
    assert "ann approved this one" in bob.inner_text(".taken")
    bob.keyboard.press("x")
    assert number(bob) == 2
    ann.wait_for_function("() => document.querySelector('[data-total]').textContent === '19'")
    sent(bob)
    assert store.candidates.get(1).state is ReviewState.APPROVED
    assert store.candidates.get(2).state is ReviewState.PENDING


def test_cards_ahead_that_others_settle_are_never_shown(reviewer: Any, store: Store) -> None:
    ann, bob = reviewer("ann"), reviewer("bob")
    for _ in range(3):
        ann.keyboard.press("j")
    ann.keyboard.press("x")
    ann.keyboard.press("Enter")
    bob.wait_for_function("() => document.querySelector('[data-total]').textContent === '19'")
    seen = []
    for _ in range(5):
        seen.append(number(bob))
        bob.keyboard.press("j")
    assert seen == [1, 2, 3, 5, 6]
    assert store.candidates.get(4).state is ReviewState.REJECTED


def test_who_decides_on_a_stale_card_is_told_who_was_faster(reviewer: Any, store: Store, complaints: Any) -> None:
    complaints.allow("409|ERR_FAILED|events")
    ann, bob = reviewer("ann"), reviewer("bob")
    away(bob)
    ann.keyboard.press("a")
    sent(ann)
    bob.keyboard.press("x")
    bob.keyboard.press("Enter")
    bob.wait_for_function("() => document.querySelector('#said').textContent.includes('ann')")
    told = bob.inner_text("#said")
    assert "Somebody was faster" in told
    assert "approve" in told
    assert number(bob) == 2
    assert store.candidates.get(1).state is ReviewState.APPROVED


def test_a_text_that_somebody_edited_is_shown_again_before_it_is_decided_about(
    reviewer: Any, store: Store, pages: Any, complaints: Any
) -> None:
    complaints.allow("409|ERR_FAILED|events")
    bob = reviewer("bob")
    away(bob)
    store.candidates.apply(Decision(1, 1, Action.EDIT, "ann", "web", text="quite another fog"), pages.now)
    bob.keyboard.press("a")
    bob.wait_for_function("() => document.querySelector('.lead').textContent === 'quite another fog'")
    assert number(bob) == 1
    assert store.candidates.get(1).state is ReviewState.PENDING
    bob.keyboard.press("a")
    sent(bob)
    assert store.candidates.get(1).state is ReviewState.APPROVED


def test_an_edit_that_came_too_late_keeps_its_text(reviewer: Any, store: Store, pages: Any, complaints: Any) -> None:
    complaints.allow("409|ERR_FAILED|events")
    bob = reviewer("bob")
    away(bob)
    store.candidates.apply(Decision(1, 1, Action.EDIT, "ann", "web", text="quite another fog"), pages.now)
    bob.keyboard.press("e")
    bob.fill("article textarea", "my own fog")
    bob.keyboard.press("Control+Enter")
    bob.wait_for_selector(".refusal")
    assert "ann" in bob.inner_text(".refusal")
    assert bob.input_value("article textarea") == "my own fog"
    bob.keyboard.press("Control+Enter")
    sent(bob)
    assert store.candidates.get(1).text == "my own fog"


def test_who_only_looks_has_neither_keys_nor_buttons_to_decide(reviewer: Any, store: Store) -> None:
    vera = reviewer("vera", Role.VIEWER)
    assert vera.locator(".decide, .more").count() == 0
    for key in ("a", "x", "Space", "u", "e"):
        vera.keyboard.press(key)
    assert number(vera) == 1
    assert store.candidates.count_pending() == 20


def test_rows_of_the_list_say_who_settled_them(reviewer: Any) -> None:
    ann, bob = reviewer("ann"), reviewer("bob", address="/review/list")
    ann.keyboard.press("a")
    bob.wait_for_function("() => document.querySelector('.items li').textContent.includes('ann approved this one')")
    assert bob.locator("input[name=chosen]").count() == 19
