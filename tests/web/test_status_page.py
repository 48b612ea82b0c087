"""The status over real HTTP: who serves, what failed, what is spent, and what needs somebody."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tweetgen.app import App
from tweetgen.domain import Event, Severity
from tweetgen.interfaces import Rate
from tweetgen.store.budgets import Caps

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def app(app: App) -> App:
    folder = app.base / "accounts"
    folder.mkdir()
    limits = "limits: {per_day: 2, gap: 2h}"
    (folder / "keeper.yaml").write_text(f"timezone: Europe/Berlin\n{limits}\ndestinations: [stdout]\n")
    for number in range(60):
        (folder / f"other{number:02}.yaml").write_text("about: one of many\n")
    return App.open(app.base, {})


def test_without_a_service_it_says_what_to_do(pages: Any) -> None:
    page = pages.browser.get("/status").text
    assert "No service runs" in page
    assert "tweetgen serve" in page
    pages.store.daemons.beat("host:1:a", NOON - HOUR, NOON, {"dry_run": True, "problem": "config.yaml is broken"})
    page = pages.browser.get("/status").text
    assert "The service runs" in page
    assert "config.yaml is broken" in page
    assert "nothing is sent" in page


def test_failures_notices_and_logins_are_told(pages: Any) -> None:
    number = pages.store.journal.begin("train", "", "me", NOON - HOUR)
    pages.store.journal.end(number, "failed", "no <room> left", NOON)
    pages.store.notices.happened(Event("queue_dry", "keeper", Severity.WARNING, "see: tweetgen review", "dry", NOON))
    pages.store.channels.block("keeper", "stdout", "token revoked", NOON)
    page = pages.browser.get("/status").text
    assert "no &lt;room&gt; left" in page
    assert 'see: tweetgen review <a href="/review?account=keeper">' in page
    assert "The login of keeper at stdout is to be renewed: token revoked" in page


def test_budgets_and_limits_come_with_where_they_lead(pages: Any) -> None:
    pages.store.budgets.reserve("x", "keeper", Decimal(4), Caps.of(5, 20), Caps(), NOON)
    for hours in (1, 2, 3):
        slot = pages.store.slots.book("keeper", "post", NOON + hours * HOUR, NOON)
    pages.store.slots.fill(slot.number, NOON)
    pages.store.rate_limits.take("x", "keeper", "post", [Rate(10, HOUR)], NOON)
    said = pages.browser.get("/api/v1/status").json()
    (limit,) = said["limits"]
    assert (limit["today"], limit["per_day"], limit["planned_today"], limit["too_many_today"]) == (1, 2, 2, 1)
    assert (limit["next_at"], limit["why"]) == ("2026-03-01T14:00:00+00:00", "gap of 2h")
    assert [(one["endpoint"], one["taken"], one["most"]) for one in said["rates"]] == [("post", 1, 10)]
    page = pages.browser.get("/status").text
    assert "$4.00 of $5.00" in page
    assert "Spent by" in page
    assert "The next may go out <time" in page


def test_accounts_come_a_page_at_a_time(pages: Any) -> None:
    said = pages.browser.get("/api/v1/status").json()
    assert (len(said["accounts"]), said["after"]) == (50, "other48")
    page = pages.browser.get("/status").text
    assert "/status?after=other48" in page
    rest = pages.browser.get("/api/v1/status?after=other48").json()
    assert (len(rest["accounts"]), rest["after"]) == (11, None)
    assert pages.browser.get("/api/v1/status?limit=0").status_code == 422
