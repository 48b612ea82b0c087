"""The review without scripts, with the keyboard alone, for a screen reader, and with texts of every kind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.web.conftest import NOON
from tweetgen.domain import Candidate, Nearest, Outcome, ReviewState, Verdict
from tweetgen.store import NewCandidate, Store

SCRIPT = """<script>document.title = "taken"</script><img src=x onerror="document.title='taken'"> & "quoted" </p>"""
TEXTS = {
    "script": SCRIPT,
    "arabic": "ضوء المنارة يدور في الليل، والبحر لا ينام",
    "hebrew": "שלום עולם, the lamp says hello",
    "emoji": "the ox 🐂🚲 hath left 👩‍👩‍👧‍👦 the rail 🏳️‍🌈",
    "long": "The great ladle was polished. " * 134,
    "lines": "one\n\n  two\nthree",
}


@pytest.fixture
def kinds(store: Store) -> dict[str, int]:
    """A candidate of each text: its number by its name."""
    nearest = Nearest(f"they say {SCRIPT}", "<b>ada</b>", 2, 0.25)
    verdicts = (Verdict("length", Outcome.KEEP, "fits"), Verdict("mentions", Outcome.REWRITE, "<i>@ada</i>", "x"))
    new = []
    for place, text in enumerate(TEXTS.values()):
        written = Candidate(text, {"<b>ada</b>": 0.7, "محمد": 0.3}, "base", 7, (0.8,), True, -12.5)
        scores = {"author": 0.7, "novelty": 0.2}
        until = NOON + timedelta(days=3)
        new.append(NewCandidate("keeper", written, text, scores, 1 - place / 10, verdicts, nearest, expires_at=until))
    return dict(zip(TEXTS, [one.number for one in store.candidates.add(new, NOON)], strict=True))


@pytest.mark.parametrize("kind", TEXTS)
def test_any_text_is_shown_as_it_is(page: Any, kinds: dict[str, int], kind: str) -> None:
    page.goto(f"/review?number={kinds[kind]}")
    page.wait_for_selector(".scripted")
    assert page.evaluate("document.querySelector('.lead').textContent") == TEXTS[kind]
    assert page.input_value("article textarea") == TEXTS[kind]
    assert "taken" not in page.title()
    assert page.locator("#stage script, #stage img").count() == 0
    expected = "rtl" if kind in ("arabic", "hebrew") else "ltr"
    assert page.evaluate("getComputedStyle(document.querySelector('.lead')).direction") == expected
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_and_nothing_sticks_out(
    visit: Any, check_axe: Any, kinds: dict[str, int], width: int, scheme: str
) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    for address in ("/review", "/review?q=ladle", "/review/list", "/review/decided", "/review?q=nothing+of+this"):
        page.goto(address)
        page.wait_for_selector(".scripted")
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
    page.goto("/review")
    page.wait_for_selector(".scripted")
    for key in ("e", "Escape", "s", "Escape", "x", "?"):
        page.keyboard.press(key)
        check_axe(page)


def test_every_step_works_without_scripts(visit: Any, store: Store, kinds: dict[str, int]) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/review")
    assert page.text_content(".lead") == SCRIPT
    page.click("summary:has-text('Edit')")
    page.fill("article textarea", "one\ntwo")
    page.click("text=Save the text")
    assert "new text" in page.inner_text(".outcome")
    assert page.text_content(".lead") == "one\ntwo"
    page.click(".decide button[value=approve]")
    assert "approved" in page.inner_text(".outcome")
    page.click(".outcome button")
    assert page.text_content(".lead") == "one\ntwo"
    page.click("summary:has-text('Reject because')")
    page.fill("input[name=reason]", "too many ladles")
    page.click(".why-not button")
    first = kinds["script"]
    assert store.candidates.get(first).state is ReviewState.REJECTED
    assert store.candidates.decisions(candidate=first, limit=1)[0].reason == "too many ladles"
    page.click("summary:has-text('Schedule')")
    page.fill("input[type=datetime-local]", "2026-03-05T08:00")
    page.click(".when button")
    assert "5 Mar, 08:00 (UTC)" in page.inner_text(".outcome")
    page.click(".decide button[value=skip]")
    page.goto("/review/list")
    page.check(f"input[value^='{kinds['emoji']}:']")
    page.click(".bulk button[value=reject]")
    assert store.candidates.get(kinds["emoji"]).state is ReviewState.REJECTED
    page.goto("/review/decided")
    page.check(f"input[value^='{kinds['emoji']}:']")
    page.click(".bulk button[value=undo]")
    assert store.candidates.get(kinds["emoji"]).state is ReviewState.PENDING


def test_the_keyboard_alone_reaches_everything(page: Any, store: Store, kinds: dict[str, int]) -> None:
    page.goto("/review")
    page.wait_for_selector(".scripted")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText?.split(/\\s/)[0] ?? ''"))
    for wanted in ("Skip", "Cards", "List", "Filter", "Keys", "Edit", "Schedule", "More", "Reject", "Later", "Approve"):
        assert wanted in reached, wanted
    page.locator(".decide button[value=approve]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#stage > article')")
    described = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent"
    )
    assert described == TEXTS["arabic"]


def test_an_empty_review_says_when_more_comes(visit: Any, check_axe: Callable[[Any], None]) -> None:
    for scripts in (True, False):
        page = visit(java_script_enabled=scripts)
        page.goto("/review")
        assert "Nothing waits" in page.inner_text("h2")
        assert page.locator("main a[href='/playground']").is_visible()
        if scripts:
            check_axe(page)
