"""How it thinks, in a browser: with pointer, keys and without any script."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.fakes.small_model import write_weights
from tweetgen.app import App
from tweetgen.model.model import Model

PAGE = "/playground/thinking"
TOKENS = ".token[data-place]"


@pytest.fixture(autouse=True)
def model(app: App) -> Model:
    return Model.load(write_weights(app.base / "weights" / "tried.safetensors"))


def address(text: str = "fog again and again", **more: str) -> str:
    return f"{PAGE}?{urlencode({'model': 'tried', 'text': text, **more})}"


def count(page: Any, selector: str) -> int:
    return int(page.locator(selector).count())


def test_without_scripts_the_drawing_is_there_and_its_lines_can_be_chosen(
    visit: Callable[..., Any], check_axe: Callable[[Any], None], model: Model
) -> None:
    page = visit(java_script_enabled=False)
    page.goto(f"{PAGE}?model=tried")
    page.get_by_label("Text").fill("fog at sea")
    page.get_by_label("Read as").select_option("Bob")
    page.get_by_role("button", name="Show").click()
    explained = model.explain("fog at sea", "Bob")
    assert count(page, TOKENS) == len(explained.thoughts)
    first = page.get_by_role("img").filter(has_text="fog").first
    assert f"{explained.thoughts[0].bits:.1f} bits" in first.locator("title").text_content()
    assert page.locator(".total path").first.is_visible()
    page.get_by_label("token by token").check()
    assert page.locator(".each path").first.is_visible()
    assert not page.locator(".total path").first.is_visible()
    page.get_by_label("Ada").uncheck()
    assert not page.locator(".drawing .each .l0").first.is_visible()
    page.get_by_text("The numbers as a table").click()
    assert page.get_by_role("cell", name=f"{explained.thoughts[0].bits:.1f}", exact=True).first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_and_nothing_sticks_out(
    visit: Callable[..., Any], check_axe: Callable[[Any], None], scheme: str, width: int
) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(address("fog again and again " * 5 + "🙂\nthe end", author="Ada"))
    check_axe(page)
    page.locator(TOKENS).nth(3).click()
    page.get_by_text("The numbers as a table").click()
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_keys_go_from_token_to_token(page: Any, model: Model) -> None:
    page.goto(address())
    page.get_by_label("token by token").focus()
    page.keyboard.press("Tab")
    chosen = page.locator("[aria-selected=true]")
    assert chosen.get_attribute("data-place") == "0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert chosen.get_attribute("data-place") == "2"
    assert page.evaluate("document.activeElement.dataset.place") == "2"
    thought = model.explain("fog again and again").thoughts[2]
    assert f"{thought.bits:.1f} bits" in page.locator("#moment").text_content()
    assert f"{thought.bits:.1f} bits" in chosen.get_attribute("aria-label")
    page.keyboard.press("End")
    assert "END" in page.locator("#moment h2").text_content()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert chosen.get_attribute("data-place") == "0"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "other"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.place") == "0"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close").press("Enter")
    assert chosen.count() == 0
    assert page.evaluate("document.activeElement.dataset.place") == "0"


def test_in_a_text_from_right_to_left_the_left_key_goes_on(page: Any) -> None:
    page.goto(address("שלום לים ולערפל"))
    page.locator(TOKENS).first.click()
    page.keyboard.press("ArrowLeft")
    assert page.locator("[aria-selected=true]").get_attribute("data-place") == "1"
    one, other = (page.locator(TOKENS).nth(place).bounding_box() for place in (0, 1))
    assert other["x"] < one["x"]


def test_attention_is_shown_from_the_chosen_token(page: Any, model: Model) -> None:
    page.goto(address())
    explained = model.explain("fog again and again")
    page.locator(TOKENS).nth(4).hover()
    shares = explained.attention(4)
    heats = [float(each.get_attribute("fill-opacity")) for each in page.locator("#strip .heat").all()]
    assert heats[:5] == pytest.approx([share / max(shares) for share in shares], abs=2e-3)
    assert set(heats[5:]) == {0}
    assert count(page, "#arcs path") == sum(share >= 0.02 for share in shares)


def test_another_token_can_be_tried_and_taken_back(page: Any, model: Model) -> None:
    page.goto(address("fog 🙂 again"))
    page.locator(TOKENS).nth(2).click()
    thought = model.explain("fog 🙂 again").thoughts[2]
    other = next(one for one in thought.alternatives if one.whole and not one.chosen)
    page.locator("#moment button.other").first.click()
    text = "fog 🙂 again"
    wanted = text[: thought.start] + other.text + (text[thought.end :] if other.text else "")
    page.wait_for_function("wanted => new URLSearchParams(location.search).get('text') === wanted", arg=wanted)
    assert page.get_by_label("Text").input_value() == wanted
    page.get_by_role("button", name="Take back").click()
    page.wait_for_function("wanted => new URLSearchParams(location.search).get('text') === wanted", arg=text)
    assert count(page, TOKENS) == len(model.explain(text).thoughts)


def test_the_drawing_follows_what_is_typed_and_keeps_what_was_switched_off(page: Any, model: Model) -> None:
    page.goto(address())
    page.get_by_label("token by token").check()
    page.get_by_label("Bob").uncheck()
    page.get_by_label("Text").press_sequentially(" <i>the sea</i>")
    page.wait_for_function(
        "n => document.querySelectorAll('.token[data-place]').length === n",
        arg=len(model.explain("fog again and again <i>the sea</i>").thoughts),
    )
    assert page.get_by_label("token by token").is_checked()
    assert not page.get_by_label("Bob").is_checked()
    assert count(page, "#thoughts i") == 0
    page.get_by_label("Read as").select_option("Cleo")
    page.wait_for_function("() => document.querySelector('#drawing-title').textContent.includes('Cleo')")


def test_a_server_that_is_gone_is_told_and_the_drawing_stays(page: Any, complaints: Any) -> None:
    complaints.allow("ERR_FAILED|Failed to load")
    page.goto(address())
    before = count(page, TOKENS)
    page.route("**/playground/thinking*", lambda route: route.abort())
    page.get_by_label("Text").press_sequentially("!")
    page.get_by_text("The service does not answer.").wait_for()
    assert count(page, TOKENS) == before
    page.unroute("**/playground/thinking*")
    page.get_by_label("Text").press_sequentially("!")
    page.wait_for_function("n => document.querySelectorAll('.token[data-place]').length > n", arg=before)
