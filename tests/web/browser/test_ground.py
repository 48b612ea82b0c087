"""The ground that the other tests here stand on: a real browser that tells what is wrong."""

from collections.abc import Callable
from typing import Any

import pytest


def test_what_the_policy_forbids_is_a_complaint(page: Any, complaints: Any) -> None:
    complaints.allow("404")
    page.goto("/nowhere")
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "1";
        document.body.append(script);
    }""")
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    assert any("script-src" in one for one in complaints.unexpected)
    complaints.allow("script-src|Content Security Policy")


def test_an_error_of_a_script_is_a_complaint(page: Any, complaints: Any) -> None:
    complaints.allow("404")
    page.goto("/nowhere")
    page.evaluate("() => { setTimeout(() => { throw new Error('torn') }) }")
    page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
    assert [one for one in complaints.unexpected if "torn" in one]
    complaints.allow("torn")


def test_axe_tells_what_it_finds(page: Any, complaints: Any, check_axe: Callable[[Any], None]) -> None:
    complaints.allow("404")
    page.goto("/nowhere")
    check_axe(page)
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        check_axe(page)


def test_two_readers_share_nothing(visit: Callable[..., Any], complaints: Any) -> None:
    complaints.allow("404")
    one, other = visit(), visit(color_scheme="dark", viewport={"width": 360, "height": 740})
    for reader in (one, other):
        reader.goto("/nowhere")
    one.evaluate("localStorage.setItem('mine', 'yes')")
    assert other.evaluate("localStorage.getItem('mine')") is None
    assert other.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


def test_fill_makes_what_it_says(store: Any, fill: Callable[..., None]) -> None:
    fill(store, 5001, account="keeper")
    waiting = store.candidates.pending("keeper", limit=10_000)
    assert len(waiting) == len({one.text for one in waiting}) == 5001
    assert waiting[0].score == 1
