"""The bar at the top of every page, and the tabs: all places are within reach at every width."""

from collections.abc import Callable
from typing import Any

import pytest

_CUT_OFF = """() => {
    const rows = [...document.querySelectorAll(".bar nav, .tabs")];
    return rows.some((row) => row.scrollWidth > row.clientWidth) || document.documentElement.scrollWidth > innerWidth;
}"""


@pytest.mark.parametrize("width", [360, 480, 641, 785, 800, 961, 1440])
def test_no_place_is_cut_off(visit: Callable[..., Any], width: int) -> None:
    page = visit(viewport={"width": width, "height": 740})
    page.goto("/playground")
    assert not page.evaluate(_CUT_OFF)


@pytest.mark.parametrize("width", [360, 785, 1440])
def test_a_long_name_leaves_room_for_them(visit: Callable[..., Any], width: int) -> None:
    page = visit(viewport={"width": width, "height": 740})
    page.goto("/schedule")
    page.evaluate("document.querySelector('.who span').textContent = 'a'.repeat(64)")
    assert not page.evaluate(_CUT_OFF)


def test_the_outbox_belongs_to_the_schedule(page: Any) -> None:
    page.goto("/outbox")
    assert page.inner_text(".bar [aria-current]") == "Schedule"


def test_the_places_are_on_a_page_that_says_what_is_wrong(page: Any, complaints: Any) -> None:
    complaints.allow("404")
    page.goto("/models/nowhere")
    page.click(".bar nav a[href='/status']")
    assert page.inner_text("h1") == "Status"
