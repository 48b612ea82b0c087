"""The outbox over real HTTP: unknown outcomes first, and what a person decides about a row, as it was seen."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tweetgen.domain import Event, Receipt, SendState, Severity
from tweetgen.store.outbox_row import Ending

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAIN = ("keeper", "main")


@pytest.fixture
def rows(pages: Any, place: Callable[..., Any]) -> None:
    """1 arrived, 2 failed, of 3 nobody knows, 4 is to be sent elsewhere."""
    receipt = Receipt("7", "https://there.example/7")
    endings = {
        "fog": Ending(SendState.SENT, receipt=receipt),
        "<i>tide</i>": Ending(SendState.FAILED, "403: no"),
        "rope": Ending(SendState.UNKNOWN, "500"),
    }
    for text, ending in endings.items():
        place(pages.store, text)
        (row,) = pages.store.outbox.claim("me", NOON, timedelta(minutes=1), {MAIN: False})
        pages.store.outbox.settle(row, ending, NOON)
    place(pages.store, "gull", destination="other")


@pytest.fixture
def send(pages: Any) -> Callable[..., Any]:
    """Sends a form of ours about a row as it is now, unless told otherwise."""

    def post(number: int, deed: str, **fields: object) -> Any:
        found = re.search(r'name="tweetgen-token" content="([^"]+)"', pages.browser.get("/outbox").text)
        assert found is not None
        row = pages.store.outbox.get(number)
        seen = {"state": row.state.value, "fence": row.fence}
        return pages.browser.post(f"/outbox/{number}/{deed}", data={"token": found[1], **seen, **fields})

    return post


def state(pages: Any, number: int) -> SendState:
    found: SendState = pages.store.outbox.get(number).state
    return found


@pytest.mark.usefixtures("rows")
def test_what_nobody_knows_comes_first_and_texts_are_shown_as_text(pages: Any) -> None:
    page = pages.browser.get("/outbox").text
    assert [int(number) for number in re.findall(r'id="row-(\d+)"', page)] == [3, 4, 2, 1]
    assert "&lt;i&gt;tide&lt;/i&gt;" in page
    assert "403: no" in page
    assert 'href="https://there.example/7"' in page


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("account=keeper&state=failed", [2]),
        ("state=unknown", [3]),
        ("destination=other", [4]),
        ("account=nobody", []),
        ("after=3", [2, 1]),
    ],
)
def test_rows_are_chosen_by_account_destination_and_state(pages: Any, query: str, numbers: list[int]) -> None:
    page = pages.browser.get(f"/outbox?{query}").text
    assert [int(number) for number in re.findall(r'id="row-(\d+)"', page)] == numbers


@pytest.mark.usefixtures("rows")
def test_it_arrived(pages: Any, send: Callable[..., Any]) -> None:
    event = Event("unknown", "keeper", Severity.ACTION, "look", "outbox:3", NOON)
    pages.store.notices.happened(event)
    assert send(3, "landed", url="https://there.example/8").status_code == 303
    assert state(pages, 3) is SendState.SENT
    assert pages.store.outbox.get(3).url == "https://there.example/8"
    # it is told anew if it comes to that again
    assert pages.store.notices.open() == []
    (deed,) = pages.store.deeds.last()
    assert (deed.actor, deed.deed, deed.subject) == ("keeper", "outbox.landed", "3")


@pytest.mark.usefixtures("rows")
def test_it_did_not_arrive_and_is_sent_again_once(pages: Any, send: Callable[..., Any]) -> None:
    row = pages.store.outbox.get(3)
    assert send(3, "not-landed").status_code == 303
    assert state(pages, 3) is SendState.READY
    twice = send(3, "not-landed", state="unknown", fence=row.fence)
    assert (twice.status_code, "it is ready" in twice.text) == (409, True)
    assert send(1, "not-landed").status_code == 409


@pytest.mark.usefixtures("rows")
def test_what_failed_is_retried_or_given_up(pages: Any, send: Callable[..., Any]) -> None:
    assert send(2, "retry").status_code == 303
    assert state(pages, 2) is SendState.READY
    assert send(2, "give-up").status_code == 303
    assert state(pages, 2) is SendState.CANCELLED
    assert send(1, "give-up").status_code == 409
    # a row that failed anew since it was looked at
    assert send(2, "retry", state="failed", fence=1).status_code == 409


@pytest.mark.usefixtures("rows")
def test_one_row_is_shown_whole(pages: Any) -> None:
    assert "Sun 1 Mar 12:00 UTC" in pages.browser.get("/outbox/1").text
    assert pages.browser.get("/outbox/99").status_code == 404
    assert pages.browser.get("/outbox/0").status_code == 422


def test_a_destination_that_waits_for_a_person_is_sent_to_again(pages: Any) -> None:
    pages.store.channels.block("keeper", "main", "token revoked", NOON)
    page = pages.browser.get("/outbox").text
    assert "token revoked" in page
    found = re.search(r'name="tweetgen-token" content="([^"]+)"', page)
    assert found is not None
    fields = {"token": found[1], "account": "keeper", "destination": "main"}
    assert pages.browser.post("/outbox/unblock", data=fields).status_code == 303
    assert pages.store.channels.all() == []
    assert pages.browser.post("/outbox/unblock", data=fields).status_code == 422


@pytest.mark.usefixtures("rows")
def test_the_api_decides_about_a_row_as_it_was_seen(pages: Any) -> None:
    found = re.search(r'name="tweetgen-token" content="([^"]+)"', pages.browser.get("/outbox").text)
    assert found is not None

    def ask(number: int, deed: str, **body: object) -> Any:
        return pages.browser.post(f"/api/v1/outbox/{number}/{deed}", json=body, headers={"x-tweetgen-token": found[1]})

    listed = pages.browser.get("/api/v1/outbox?limit=2").json()
    assert ([one["number"] for one in listed["items"]], listed["next"]) == ([4, 3], 3)
    row = pages.browser.get("/api/v1/outbox/3").json()
    assert (row["state"], row["may_have_arrived"]) == ("unknown", True)
    seen = {"state": row["state"], "fence": row["fence"]}
    assert ask(3, "landed", **{**seen, "fence": 9}).status_code == 409
    assert ask(3, "landed", **seen, id="8").json()["remote_id"] == "8"
    assert ask(3, "landed", **seen).status_code == 409
    assert ask(2, "retry", state="failed", fence=1).json()["state"] == "ready"
    assert ask(2, "give-up", state="ready", fence=1).json()["state"] == "cancelled"
    assert ask(99, "retry", **seen).status_code == 404
    assert ask(2, "retry").status_code == 422
    assert ask(3, "landed", **seen, url="javascript:alert(1)").status_code == 422
