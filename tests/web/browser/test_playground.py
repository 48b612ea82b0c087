"""The playground in a real browser: keys, growing texts, next words that can be taken back."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fakes.small_model import write_weights
from tweetgen.app import App


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An instance with a model of three authors and one of hundreds, and an account."""
    write_weights(tmp_path / "weights" / "tiny.safetensors")
    write_weights(tmp_path / "weights" / "many.safetensors", [f"author {n}" for n in range(300)])
    (tmp_path / "config.yaml").touch()
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "keeper.yaml").write_text("model: tiny\nvoice: {Ada: 1, Bob: 1}\nfilters: []\n")
    opened = App.open(tmp_path, {})
    yield opened
    opened.close()


def written(page: Any, count: int) -> list[str]:
    """The texts once all of them have ended."""
    cards = page.locator("#texts .card:not(.writing)")
    cards.nth(count - 1).wait_for()
    assert cards.count() == count
    # a page's parser makes every end of a line the same
    return [re.sub(r"\r\n?", "\n", text) for text in page.locator("#texts .text").all_text_contents()]


def test_a_key_writes_and_the_address_shows_the_same_texts_to_others(page: Any, visit: Callable[..., Any]) -> None:
    page.goto("/playground?model=tiny&count=5&max_length=60")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("w")
    texts = written(page, 5)
    for other in (visit(), visit(java_script_enabled=False)):
        other.goto(page.url)
        assert written(other, 5) == texts


def test_sliders_are_heard_and_kept_in_the_address(page: Any) -> None:
    page.goto("/playground?model=tiny&count=2&max_length=40&seed=4")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Cleo", exact=True).fill("60")
    page.get_by_label("Ada", exact=True).fill("0")
    page.get_by_label("Temperature").fill("1.5")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Write", exact=False).last.click()
    texts = written(page, 2)
    query = parse_qs(urlsplit(page.url).query)
    assert (query["temperature"], query["seed"]) == (["1.5"], ["4"])
    shares = dict(zip(query["author"], query["share"], strict=False))
    assert (shares["Ada"], shares["Cleo"]) == ("0", "60")
    page.reload()
    assert written(page, 2) == texts


def test_a_text_is_copied_or_sent_to_review(page: Any, app: App) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/playground?model=tiny&count=3&max_length=60")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("w")
    texts = written(page, 3)
    page.get_by_role("button", name="Copy").nth(1).click()
    page.get_by_text("Copied.").wait_for()
    page.get_by_role("button", name="To review").nth(2).click()
    page.get_by_role("button", name="Sent").wait_for()
    (pending,) = app.store.candidates.pending("keeper")
    assert re.sub(r"\r\n?", "\n", pending.candidate.text) == texts[2]


def test_an_author_among_hundreds_is_found_by_typing(page: Any) -> None:
    page.goto("/playground?model=many")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Add an author").fill("r 27")
    page.get_by_role("button", name="author 271").click()
    page.get_by_label("author 271", exact=True).wait_for()
    page.get_by_role("button", name="Leave out author 0").click()
    assert parse_qs(urlsplit(page.url).query)["author"] == ["author 271"]


def test_words_are_chosen_by_keys_and_taken_back_one_by_one(page: Any) -> None:
    page.goto("/playground/together?model=tiny&text=fog")
    page.wait_for_load_state("networkidle")
    area = page.get_by_label("Your text")
    page.wait_for_load_state("networkidle")
    steps = [area.input_value()]
    for _ in range(3):
        page.locator("#ways .way").first.wait_for()
        shown = page.locator("#ways .word:not(.ends)").first
        place = page.locator("#ways .word").all_text_contents().index(str(shown.text_content()))
        with page.expect_response(re.compile("continuations")):
            page.keyboard.press(str(place + 1))
        steps.append(area.input_value())
        page.locator("#ways:not([aria-busy])").wait_for()
    assert all(len(after) > len(before) for before, after in pairwise(steps))
    for text in reversed(steps[:-1]):
        page.keyboard.press("Backspace")
        assert area.input_value() == text
    assert page.get_by_role("button", name="Take back").is_disabled()


def test_digits_typed_into_the_text_are_digits_and_typing_is_taken_back_too(page: Any) -> None:
    page.goto("/playground/together?model=tiny&text=fog")
    page.wait_for_load_state("networkidle")
    area = page.get_by_label("Your text")
    area.press("End")
    area.press_sequentially(" 12")
    assert area.input_value() == "fog 12"
    area.press("Escape")
    page.keyboard.press("Backspace")
    assert area.input_value() == "fog"


def test_another_blend_suggests_anew(page: Any) -> None:
    page.goto("/playground/together?model=tiny&text=fog")
    page.wait_for_load_state("networkidle")
    with page.expect_response(re.compile("continuations")) as answer:
        page.get_by_label("Bob", exact=True).fill("0")
    assert answer.value.request.post_data_json["voice"].keys() == {"Ada"}


def test_a_text_made_together_goes_to_review(page: Any, app: App) -> None:
    page.goto("/playground/together?model=tiny&text=the+fog")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Send to review").click()
    page.get_by_text("candidate 1").wait_for()
    assert [one.text for one in app.store.candidates.pending("keeper")] == ["the fog"]


@pytest.mark.parametrize(
    "path", ["/playground?model=tiny&write=1&count=3&max_length=40", "/playground/together?text=fog"]
)
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(visit: Callable[..., Any], check_axe: Callable[[Any], None], path: str, width: int) -> None:
    for scheme in ("light", "dark"):
        page = visit(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
