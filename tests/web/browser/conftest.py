"""Debian's Chromium on the running pages; everything it complains about fails the test.

How to use it:
- `page`: a Playwright page of its own context, on a phone-to-desk size of 1280 × 800; `page.goto("/review")` goes to
  the server of `pages` (tests/web/conftest.py: `pages.store`, `pages.browser` for httpx beside it, `pages.now`).
- `visit(**options)`: one more reader with cookies of their own, such as `visit(color_scheme="dark", has_touch=True,
  viewport={"width": 360, "height": 740}, java_script_enabled=False)`.
- `complaints`: console errors, CSP violations and page errors of all of them fail the test at its end; what a test
  provokes it allows first, `complaints.allow("409")` (a regular expression), an answer 4xx included.
- `check_axe(page)`: axe finds nothing on the page as it is now. `fill(store, 100_000, account="keeper")` (from
  tests/web/conftest.py): that many pending candidates, a few seconds for 100,000.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

#: seconds in which anything on a page must have happened; a busy machine is slow, so this is no measure of speed
PATIENCE = 20
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# the console says these, too, but seldom where and never what
_WATCH = """addEventListener("securitypolicyviolation",
    (event) => console.error(`CSP: ${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample}`));"""


@dataclass
class Complaints:
    """What the browser found wrong."""

    made: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Complaints in which this regular expression is found are meant to happen."""
        self.allowed.append(pattern)

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.made if not any(re.search(pattern, one) for pattern in self.allowed)]

    def listen(self, page: "Page") -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.made.append(f"page error: {error}"))

    def _said(self, message: "ConsoleMessage") -> None:
        if message.type == "error":
            self.made.append(f"{message.text} ({message.location.get('url', '')})")


# a module's, not the session's: while Playwright runs, no other test of this process may run an event loop
@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """The running browser; without one the test is skipped, or fails on an integration machine (`CI` is set)."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        missing = "no Chromium here: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(f"{missing} (needed because CI is set)", pytrace=False)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # containers give little shared memory
        started = playwright.chromium.launch(executable_path=program, args=["--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def visit(chromium: "Browser", pages: Any, complaints: Complaints) -> "Iterator[Callable[..., Page]]":
    """Opens a page in a context of its own; `options` are those of Playwright's `new_context`."""
    contexts = []

    def open_page(**options: Any) -> "Page":
        options.setdefault("viewport", {"width": 1280, "height": 800})
        context = chromium.new_context(base_url=str(pages.browser.base_url), reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        context.add_init_script(_WATCH)
        page = context.new_page()
        complaints.listen(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints.unexpected == []


@pytest.fixture
def page(visit: "Callable[..., Page]") -> "Page":
    return visit()


@pytest.fixture(scope="session")
def check_axe() -> "Callable[[Page], None]":
    """Fails with what axe has found on a page, and where."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    def check(page: "Page") -> None:
        found = Axe().run(page).response["violations"]
        told = [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
        assert told == [], page.url

    return check
