"""The pages of models in a browser: axe finds nothing, keys vote, all works without scripts, nothing is too wide."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BITS = {"right": 2.5, "none": 3.0, "wrong": 3.5}
AUTHOR = {"posts": 5, "bits_per_character": BITS, "held_out": "a1"}
REPORT = {
    "finished": True,
    "curve": [[5, 100, 4.0, 3.5], [10, 200, 3.0, 2.75], [15, 300, 2.5, 2.5]],
    **AUTHOR,
    "attribution": 0.8,
    "novelty": {"samples": 100, "verbatim": 0.0, "longest_run": 4, "novel_4grams": 0.9},
    "authors": {"ada": AUTHOR, "محمد": {**AUTHOR, "bits_per_character": {**BITS, "right": 2.25}}},
}
PAGES = (
    "/models",
    "/models/first/samples?author=ada&count=2",
    "/models/torn",
    "/models/compare/samples?a=first&b=second&author=ada&count=2",
    "/models/vote?a=first&b=second",
)


@pytest.fixture(autouse=True)
def models(model_file: Callable[..., Path]) -> None:
    origin = {"authors": {"ada": 40, "محمد": 30}, "training": {"minutes": 5.0}, "parent": "base"}
    first = model_file("first", 1, ("ada", "محمد"), origin, REPORT)
    was = {"origin": origin, "report": REPORT, "tokens": {"level": "char", "size": 258}}
    second = {**origin, "training": {"minutes": 2.0}, "parent": "second", "parent_was": was}
    model_file("second", 2, ("ada", "محمد"), second, REPORT)
    (first.parent / "torn.safetensors").write_bytes(b"not a model")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_and_nothing_sticks_out(visit: Any, check_axe: Any, width: int, scheme: str) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    for address in PAGES:
        page.goto(address)
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width, address


def test_keys_choose_and_the_next_pair_comes(page: Any, pages: Any) -> None:
    page.goto("/models/vote?a=first&b=second")
    for count, key in enumerate(("1", "2", "0"), start=1):
        page.keyboard.press(key)
        page.wait_for_url("**voted=**" if count == 1 else f"**voted={count}")
        assert page.get_by_role("heading", name="Your last vote").is_visible()
    won = [kept.vote.first_won for kept in pages.store.votes.last(10)]
    assert won[0] is None
    assert None not in won[1:]


def test_a_key_pressed_in_a_field_does_not_vote(page: Any, pages: Any) -> None:
    page.goto("/models/vote?a=first&b=second")
    page.get_by_label("Temperature").press("1")
    assert pages.store.votes.last(10) == []


def test_voting_and_samples_work_without_scripts(visit: Any, pages: Any) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/models")
    page.get_by_label("This one", exact=True).select_option("first")
    page.get_by_label("and this one").select_option("second")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Write 5 samples").click()
    assert page.locator(".sample-pairs > li").count() == 5
    page.get_by_role("button", name="Vote").click()
    page.get_by_role("button", name="Neither").click()
    assert page.get_by_text("You liked neither.").is_visible()
    page.get_by_role("link", name="Stop, and see the result").click()
    assert page.get_by_text("1 for neither").is_visible()
    assert len(pages.store.votes.last(10)) == 1


def test_a_chart_is_told_in_words_and_as_a_table(page: Any) -> None:
    page.goto("/models/first")
    chart = page.get_by_role("img", name="Training curve")
    assert chart.is_visible()
    assert "3.500 to 2.500" in chart.locator("desc").text_content()
    page.get_by_text("As a table").click()
    assert page.get_by_role("cell", name="2.750", exact=True).first.is_visible()
