"""The corpus in a browser: looked at, searched, purged; with and without scripts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tweetgen.domain import Post
from tweetgen.store import Fingerprint, Store


@pytest.fixture(autouse=True)
def _filled(store: Store) -> None:
    at = datetime(2020, 1, 2, tzinfo=UTC)
    store.add_page(None, [Post("ada", f"fog number {place}", str(place), "jsonl", at) for place in range(3)])
    store.add_page(None, [Post("<b>مرحبا</b>", "<script>alert(1)</script> ضباب 🌫️", "rtl", "csv")])
    store.set_clusters([Fingerprint(1, 1, b""), Fingerprint(2, 1, b""), Fingerprint(3, 3, b""), Fingerprint(4, 4, b"")])


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_and_nothing_overflows(
    visit: Callable[..., Any], check_axe: Callable[[Any], None], width: int
) -> None:
    page = visit(viewport={"width": width, "height": 800}, color_scheme="dark" if width == 360 else "light")
    for address in (
        "/corpus",
        "/corpus/posts?q=script",
        "/corpus/duplicates",
        "/corpus/duplicates/1",
        "/corpus/purge?author=ada",
        "/api",
    ):
        page.goto(address)
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_purge_goes_through_its_confirmation_without_scripts(visit: Callable[..., Any], store: Store) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/corpus")
    page.get_by_role("link", name="Purge ada").click()
    page.get_by_role("button", name="Delete 3 posts for good").click()
    page.get_by_text("3 posts deleted for good").wait_for()
    assert store.authors() == ["<b>مرحبا</b>"]


def test_words_are_searched_from_the_first_page(page: Any) -> None:
    page.goto("/corpus")
    page.get_by_label("Words in a post").fill("NUMBER 2")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Posts that hold").wait_for()
    assert page.locator("mark").all_inner_texts() == ["number 2"]
