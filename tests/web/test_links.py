"""Links over real HTTP: opening one changes nothing, its button decides once, and a bad one says why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.errors import InputError
from tweetgen.pipeline.links import Links

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def path(pages: Any, one: Pending, action: Action = Action.APPROVE) -> str:
    return f"/links/{pages.links.token(one, action, NOON)}"


def test_opening_a_link_shows_the_text_and_changes_nothing(pages: Any, one: Pending) -> None:
    link = path(pages, one)
    for _ in range(3):
        answer = pages.browser.get(link)
        assert answer.status_code == 200
    assert "fog &lt;b&gt;again&lt;/b&gt; &amp; more" in answer.text
    assert "fog &lt;i&gt;at sea&lt;/i&gt;" in answer.text
    assert "<b>" not in answer.text
    # on a telephone, details longer than the screen would hide it
    assert answer.text.index("<blockquote") < answer.text.index("<button") < answer.text.index("<dl>")
    assert pages.store.candidates.get(one.number) == one
    assert pages.browser.head(link).status_code == 405


@pytest.mark.parametrize(
    ("action", "state"),
    [
        (Action.APPROVE, ReviewState.APPROVED),
        (Action.REJECT, ReviewState.REJECTED),
        (Action.SKIP, ReviewState.PENDING),
    ],
)
def test_the_button_decides(pages: Any, one: Pending, action: Action, state: ReviewState) -> None:
    answer = pages.browser.post(path(pages, one, action), data={"reason": " too foggy "})
    assert answer.status_code == 200
    assert pages.store.candidates.get(one.number).state is state
    last = pages.store.candidates.decisions(limit=1)[0]
    assert (last.action, last.via, last.reason) == (action, "link", "too foggy")


def test_a_link_decides_once(pages: Any, one: Pending) -> None:
    approve, reject = path(pages, one), path(pages, one, Action.REJECT)
    assert pages.browser.post(approve).status_code == 200
    for link in (approve, reject):
        for answer in (pages.browser.get(link), pages.browser.post(link)):
            assert answer.status_code == 409
            assert "Nothing was changed" in answer.text
            assert "link chose to approve at 2026-03-01 12:00 UTC" in answer.text
    assert pages.store.candidates.get(one.number).version == 2


def test_a_link_to_a_text_edited_since_decides_nothing(pages: Any, one: Pending) -> None:
    link = path(pages, one)
    pages.store.candidates.apply(Decision(one.number, 1, Action.EDIT, "ann", "inbox", text="mist"), NOON)
    assert pages.browser.post(link).status_code == 409
    assert pages.store.candidates.get(one.number).state is ReviewState.PENDING


def test_a_link_expires_with_its_lifetime_or_its_candidate(pages: Any, one: Pending) -> None:
    short = Links("another secret of tests, long enough", None, timedelta(days=60))
    assert short.read(short.token(one, Action.APPROVE, NOON), NOON).expires_at == one.expires_at
    link = path(pages, one)
    pages.now = NOON + 7 * 24 * HOUR
    for answer in (pages.browser.get(link), pages.browser.post(link)):
        assert answer.status_code == 410
        assert "This link expired at 2026-03-08 12:00 UTC" in answer.text
    assert pages.store.candidates.get(one.number) == one


def test_a_changed_link_decides_nothing(pages: Any, one: Pending) -> None:
    token = pages.links.token(one, Action.APPROVE, NOON)
    foreign = Links("another secret of tests, long enough", None).token(one, Action.APPROVE, NOON)
    bent = [token[:-1], token[1:], token.swapcase(), "x", "a.b", "%00", "é", foreign, token + "A", "A" * 5000]
    for wrong in bent:
        for answer in (pages.browser.get(f"/links/{wrong}"), pages.browser.post(f"/links/{wrong}")):
            assert answer.status_code == 410, wrong
            assert "Nothing was changed" in answer.text
    assert pages.store.candidates.get(one.number) == one


def test_a_reason_too_long_or_a_body_too_large_is_refused(pages: Any, one: Pending) -> None:
    link = path(pages, one, Action.REJECT)
    assert pages.browser.post(link, data={"reason": "x" * 501}).status_code == 422
    assert pages.browser.post(link, content=b"x" * 200_000).status_code == 413
    assert pages.browser.post(link, content=iter([b"reason=", b"x" * 200_000])).status_code == 411
    assert pages.store.candidates.get(one.number) == one


def test_pages_allow_no_script_no_frame_and_no_traces(pages: Any, one: Pending) -> None:
    for address in (path(pages, one), "/links/x", "/healthz", "/nowhere", "/static/base.css"):
        headers = pages.browser.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        link = address.startswith("/links/")
        assert headers["referrer-policy"] == ("no-referrer" if link else "same-origin")
        assert headers["x-content-type-options"] == "nosniff"
    page = pages.browser.get(path(pages, one)).text
    assert "<script" not in page
    assert "style=" not in page


def test_two_links_to_the_same_thing_differ(pages: Any, one: Pending) -> None:
    assert path(pages, one) != path(pages, one)


def test_a_link_needs_an_address_and_a_simple_action(one: Pending) -> None:
    links = Links("another secret of tests, long enough", None)
    with pytest.raises(InputError, match=r"web\.url: is not set"):
        links.link(one, Action.APPROVE, NOON)
    for action in (Action.EDIT, Action.SCHEDULE, Action.PLACE):
        with pytest.raises(InputError, match="needs more than a button"):
            Links("x" * 32, "https://bot.example.org").link(one, action, NOON)
    link = Links("x" * 32, "https://bot.example.org/").link(one, Action.APPROVE, NOON)
    assert link.startswith("https://bot.example.org/links/")


def test_what_breaks_behind_a_link_is_logged_without_its_address(
    pages: Any, one: Pending, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(pages.store.candidates, "get", broken)
    link = path(pages, one)
    assert pages.browser.get(link).status_code == 500
    assert "GET /links/…" in caplog.text
    assert link.rpartition("/")[2] not in caplog.text
