"""The pages of the review over real HTTP: what they show, what their forms do, what they refuse."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.fakes.visitors import Visitors
from tweetgen.app import App
from tweetgen.domain import Action, Decision, Pending, ReviewState, Role
from tweetgen.store import Store

FIRST = "/review/1/decisions"


@pytest.fixture
def send(pages: Any) -> Callable[..., httpx.Response]:
    """Sends a form as a page would."""

    def post(address: str, **fields: Any) -> httpx.Response:
        token = re.search(r'name="tweetgen-token" content="([^"]+)"', pages.browser.get("/review").text)
        assert token is not None
        answer: httpx.Response = pages.browser.post(address, data={"token": token[1], **fields})
        return answer

    return post


def test_a_card_shows_all_that_helps_to_decide(pages: Any, one: Pending) -> None:
    page = pages.browser.get("/review").text
    for shown in (
        "fog &lt;b&gt;again&lt;/b&gt; &amp; more",
        "1.25",
        "fog &lt;i&gt;at sea&lt;/i&gt;",
        "23 of 280",
        "ada",
    ):
        assert shown in page, shown
    assert "<b>again" not in page
    assert "<script>" not in page
    assert "style=" not in page


def test_a_form_decides_and_says_what_was_done(pages: Any, one: Pending, store: Store, send: Any) -> None:
    answer = send(FIRST, version=1, action="approve")
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?done=1")
    assert store.candidates.get(1).state is ReviewState.APPROVED
    after = pages.browser.get(answer.headers["location"]).text
    assert "Candidate 1 approved." in after
    assert 'value="undo"' in after
    assert send(FIRST, version=2, action="undo").status_code == 303
    assert store.candidates.get(1).state is ReviewState.PENDING


def test_a_rejection_keeps_its_reason(one: Pending, store: Store, send: Any) -> None:
    send(FIRST, version=1, action="reject", reason="  too much fog ")
    last = store.candidates.decisions(candidate=1, limit=1)[0]
    assert (last.action, last.reason, last.actor, last.via) == (Action.REJECT, "too much fog", "keeper", "web")


def test_a_text_is_edited_with_the_line_ends_of_a_browser(one: Pending, store: Store, send: Any) -> None:
    answer = send(FIRST, version=1, action="edit", text="one\r\ntwo")
    assert answer.headers["location"] == "/review?done=1&number=1"
    assert store.candidates.get(1).text == "one\ntwo"


def test_a_time_is_that_of_the_accounts_clock(app: App, pages: Any, one: Pending, store: Store, send: Any) -> None:
    folder = app.base / "accounts"
    folder.mkdir()
    (folder / "keeper.yaml").write_text("about: fog\ntimezone: Asia/Tokyo\n")
    fresh = App.open(app.base, {})
    app.__dict__.update(accounts=fresh.accounts, config=fresh.config, _draft=fresh._draft)
    assert send(FIRST, version=1, action="schedule", when="2026-03-05T08:00").status_code == 303
    assert store.candidates.get(1).scheduled_for == datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert "5 Mar, 08:00 (Asia/Tokyo)" in pages.browser.get("/review?done=1").text


def test_who_was_faster_is_named_and_the_card_shown_as_it_is(one: Pending, pages: Any, store: Store, send: Any) -> None:
    store.candidates.apply(Decision(1, 1, Action.EDIT, "bob", "web", text="another fog"), pages.now)
    answer = send(FIRST, version=1, action="approve")
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    assert "bob" in answer.text
    assert "another fog" in answer.text
    assert store.candidates.get(1).state is ReviewState.PENDING


def test_an_edit_that_is_refused_comes_back_with_its_text(one: Pending, pages: Any, store: Store, send: Any) -> None:
    store.candidates.apply(Decision(1, 1, Action.EDIT, "bob", "web", text="another fog"), pages.now)
    answer = send(FIRST, version=1, action="edit", text="<my> fog")
    assert answer.status_code == 409
    assert "&lt;my&gt; fog</textarea>" in answer.text
    assert '<details class="edit" open name=' in answer.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"version": 1, "action": "edit", "text": "  "}, 422),
        ({"version": 1, "action": "schedule", "when": "soon"}, 422),
        ({"version": 1, "action": "schedule", "when": "2020-01-01T08:00"}, 422),
        ({"version": 1, "action": "schedule", "when": "0001-01-01T00:00"}, 422),
        ({"version": 1, "action": "schedule", "when": "9999-12-31T23:59-12:00"}, 422),
        ({"version": 1, "action": "expire"}, 422),
        ({"version": 1, "action": "submit"}, 422),
        ({"version": 1, "action": "no such"}, 422),
        ({"version": 0, "action": "approve"}, 422),
        ({"version": 2**63, "action": "approve"}, 422),
        ({"version": "x", "action": "approve"}, 422),
        ({"action": "approve"}, 422),
        ({"version": 9, "action": "approve"}, 409),
        ({"version": 1, "action": "undo"}, 422),
        ({"version": 1, "action": "reject", "reason": "x" * 501}, 422),
    ],
)
def test_what_cannot_be_done_is_said(one: Pending, store: Store, send: Any, fields: Any, status: int) -> None:
    answer = send(FIRST, **fields)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert store.candidates.get(1).version == 1


def test_a_form_of_somebody_else_is_refused(pages: Any, one: Pending, store: Store) -> None:
    for token in ("", "0" * 64):
        answer = pages.browser.post(FIRST, data={"token": token, "version": 1, "action": "approve"})
        assert answer.status_code == 403
    assert store.candidates.get(1).state is ReviewState.PENDING


def test_candidates_that_are_not_there_are_not_found(pages: Any, one: Pending, send: Any) -> None:
    assert pages.browser.get("/review?number=99").status_code == 404
    assert send("/review/99/decisions", version=1, action="approve").status_code == 404
    for number in ("0", "-1", str(2**63), "x"):
        assert pages.browser.get(f"/review?number={number}").status_code == 422
    assert pages.browser.get("/review?done=99").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("account=keeper&least_score=&most_score=&verdict=&age=&q=", True),
        ("account=nobody", False),
        ("least_score=1.25", True),
        ("least_score=1.3", False),
        ("most_score=1", False),
        ("verdict=length", False),
        ("age=1h", True),
        ("q=AGAIN", True),
        ("q=%25", False),
        ("q=%00", True),
    ],
)
def test_filters_hold_for_cards_and_list(pages: Any, one: Pending, query: str, found: bool) -> None:
    for address in ("/review", "/review/list", "/review/cards"):
        answer = pages.browser.get(f"{address}?{query}")
        assert answer.status_code == 200
        assert ("again" in answer.text) is found, address


@pytest.mark.parametrize("query", ["least_score=much", "most_score=nan", "age=5y", "q=" + "x" * 201])
def test_filters_that_are_none_are_refused(pages: Any, query: str) -> None:
    assert pages.browser.get(f"/review?{query}").status_code == 422


def test_filters_stay_after_a_decision(one: Pending, send: Any) -> None:
    answer = send(FIRST, version=1, action="skip", back="account=keeper&q=fog&evil=//example.org")
    assert answer.headers["location"] == "/review?account=keeper&q=fog&done=1"


def test_ages_are_counted_from_now(pages: Any, one: Pending) -> None:
    pages.now += timedelta(hours=2)
    assert "again" not in pages.browser.get("/review?age=1h").text
    assert "written 2 hours ago" in pages.browser.get("/review").text


def test_many_are_decided_at_once_and_the_refused_named(pages: Any, store: Store, send: Any, fill: Any) -> None:
    fill(store, 5)
    store.candidates.apply(Decision(2, 1, Action.REJECT, "bob", "web"), pages.now)
    answer = send("/review/list", action="approve", chosen=["1:1", "2:1", "3:1"])
    assert answer.status_code == 409
    assert "2 approved. Not done:" in answer.text
    assert "bob" in answer.text
    states = [store.candidates.get(one).state.value for one in range(1, 6)]
    assert states == ["approved", "rejected", "approved", "pending", "pending"]
    answer = send("/review/list", action="skip", chosen=["4:1", "5:1"], back="q=fog")
    assert answer.headers["location"] == "/review/list?q=fog&count=2&action=skip"
    assert "2 left for later." in pages.browser.get(answer.headers["location"]).text


@pytest.mark.parametrize("chosen", ["x", "1", "1:", ":1", "1:1:1", "9" * 30 + ":1", "٣:1x"])
def test_boxes_of_no_candidate_are_refused(one: Pending, send: Any, chosen: str) -> None:
    assert send("/review/list", action="approve", chosen=[chosen]).status_code == 422


def test_nothing_chosen_changes_nothing(pages: Any, one: Pending, store: Store, send: Any) -> None:
    answer = send("/review/list", action="reject")
    assert "Nothing was chosen." in pages.browser.get(answer.headers["location"]).text
    assert store.candidates.get(1).version == 1


def test_the_list_goes_on_where_a_page_ends(pages: Any, store: Store, fill: Any) -> None:
    fill(store, 120)
    seen: list[str] = []
    address = "/review/list"
    while True:
        page = pages.browser.get(address).text
        seen += re.findall(r'name="chosen" value="(\d+):1"', page)
        more = re.search(r'href="([^"]*after=[^"]*)"', page)
        if more is None:
            break
        address = more[1].replace("&amp;", "&")
    assert seen == [str(number) for number in range(1, 121)]
    assert pages.browser.get("/review/list?after=nonsense").status_code == 422


def test_what_one_decided_is_listed_to_be_undone(pages: Any, store: Store, send: Any, fill: Any) -> None:
    fill(store, 3)
    for number in (1, 2):
        send(f"/review/{number}/decisions", version=1, action="approve")
    page = pages.browser.get("/review/decided").text
    assert re.findall(r'name="chosen" value="([^"]+)"', page) == ["2:2", "1:2"]
    answer = send("/review/list", action="undo", chosen=["2:2", "1:2"], to="decided")
    assert "2 taken back." in pages.browser.get(answer.headers["location"]).text
    assert store.candidates.count_pending() == 3


def test_viewers_see_everything_and_decide_nothing(app: App, pages: Any, one: Pending, store: Store) -> None:
    visitors = Visitors(app, pages)
    with visitors.browser(visitors.user("vera", Role.VIEWER)) as vera:
        for address in ("/review", "/review/list", "/review/cards", "/review/decided"):
            assert vera.get(address).status_code == 200
        assert 'value="approve"' not in vera.get("/review").text
        form = {**visitors.form(vera), "version": 1, "action": "approve"}
        assert vera.post(FIRST, data=form).status_code == 403
    assert store.candidates.get(1).state is ReviewState.PENDING


def test_a_candidate_that_is_decided_is_shown_with_its_way_back(pages: Any, one: Pending, send: Any) -> None:
    send(FIRST, version=1, action="reject")
    page = pages.browser.get("/review?number=1").text
    assert "Rejected. It is not posted." in page
    assert 'value="undo"' in page
    assert 'value="approve"' not in page


def test_more_of_a_kind_is_asked_for_by_a_form_too(pages: Any, one: Pending, send: Any, app: App) -> None:
    answer = send("/review/1/variations", back="q=fog")
    assert answer.status_code == 404
    assert "unknown account" in answer.text
    assert send("/review/99/variations").status_code == 404
