"""The schedule over real HTTP: what a week shows, and what is done on it by forms and by the API."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tweetgen.app import App
from tweetgen.domain import Action, Decision, ReviewState, SendState, Slot, SlotState
from tweetgen.pipeline.slots import Planner
from tweetgen.store.outbox_row import Ending

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
ACCOUNT = "timezone: Europe/Berlin\nschedule: {post: '09:00'}\ndestinations: [stdout]\nlimits: {quiet: '01:00-06:00'}\n"


@pytest.fixture
def app(app: App) -> App:
    """The accounts keeper and bob; the service has made keeper's slots of two days."""
    folder = app.base / "accounts"
    folder.mkdir()
    (folder / "keeper.yaml").write_text(ACCOUNT)
    (folder / "bob.yaml").write_text("timezone: Asia/Tokyo\n")
    opened = App.open(app.base, {})
    Planner(opened.store).materialise({"keeper": opened.accounts["keeper"]}, NOON)
    return opened


def token(pages: Any) -> str:
    found = re.search(r'name="tweetgen-token" content="([^"]+)"', pages.browser.get("/schedule").text)
    assert found is not None
    return found[1]


@pytest.fixture
def send(pages: Any) -> Callable[..., Any]:
    """Sends a form of ours."""

    def post(path: str, **fields: object) -> Any:
        return pages.browser.post(path, data={"token": token(pages), **fields})

    return post


@pytest.fixture
def ask(pages: Any) -> Callable[..., Any]:
    """Asks the API."""

    def call(method: str, path: str, **body: object) -> Any:
        headers = {"x-tweetgen-token": token(pages)}
        return pages.browser.request(method, f"/api/v1{path}", json=body, headers=headers)

    return call


def deeds(pages: Any) -> list[tuple[str, str]]:
    return [(one.actor, one.deed) for one in reversed(pages.store.deeds.last())]


def opened(pages: Any) -> list[str]:
    return [f"{slot.due_at:%d %H:%M}" for slot in pages.store.slots.upcoming("keeper", "post")]


def first(pages: Any) -> Slot:
    slot: Slot = pages.store.slots.upcoming("keeper", "post")[0]
    return slot


def test_a_week_shows_what_is_queued_planned_sent_missed_and_failed(
    pages: Any, approve: Callable[..., int], place: Callable[..., Any]
) -> None:
    store = pages.store
    for text, ending in (("sent text", Ending(SendState.SENT)), ("failed text", Ending(SendState.FAILED, "403"))):
        place(store, text, at=NOON - HOUR)
        (row,) = store.outbox.claim("me", NOON, HOUR, {("keeper", "main"): False})
        store.outbox.settle(row, ending, NOON)
    store.slots.miss(store.slots.book("keeper", "post", NOON - 2 * HOUR, NOON).number, "no approved text", NOON)
    approve(store, "queued <b>text</b>", "keeper", NOON)
    this = pages.browser.get("/schedule").text
    assert "23 February to 1 March 2026" in this
    assert all(text in this for text in ("sent text", "failed text", "no approved text"))
    following = pages.browser.get("/schedule", params={"week": "2026-03-04", "account": "keeper"}).text
    assert "queued &lt;b&gt;text&lt;/b&gt;" in following
    # two days are made, the first of them has a text, the rest is what the schedule says
    assert [following.count(f"of-{progress}") for progress in ("queued", "empty", "planned")] == [1, 1, 5]
    listed = pages.browser.get("/schedule", params={"week": "2026-03-04", "view": "list"}).text
    assert "Mon 2 Mar 09:00 CET" in listed


def test_texts_are_foreseen_in_the_order_in_which_slots_take_them(
    pages: Any, ask: Callable[..., Any], approve: Callable[..., int]
) -> None:
    numbers = [approve(pages.store, text, "keeper", NOON) for text in ("one", "two", "three")]
    last = pages.store.candidates.get(numbers[2])
    at = NOON + 30 * HOUR
    decision = Decision(last.number, last.version, Action.SCHEDULE, "ada", "inbox", scheduled_for=at)
    pages.store.candidates.apply(decision, NOON)
    items = ask("GET", "/timetable?account=keeper").json()["items"]
    told = [(one["local"], one["text"], one["progress"]) for one in items[:4]]
    assert told == [
        ("Mon 2 Mar 09:00 CET", "one", "queued"),
        ("Mon 2 Mar 19:00 CET", "three", "queued"),
        ("Tue 3 Mar 09:00 CET", "two", "queued"),
        ("Wed 4 Mar 09:00 CET", None, "planned"),
    ]


def test_a_slot_moves_by_a_form_and_is_not_made_again(pages: Any, send: Callable[..., Any]) -> None:
    slot = first(pages)
    answer = send("/schedule/moment/move", account="keeper", key=slot.key, due_at="2026-03-02T18:30")
    assert (answer.status_code, answer.headers["location"]) == (303, "/schedule?week=2026-03-02&done=moved")
    assert opened(pages) == ["02 17:30", "03 08:00"]
    Planner(pages.store).materialise({}, NOON)
    again = send("/schedule/moment/move", account="keeper", key=slot.key, due_at="2026-03-02T19:30")
    assert (again.status_code, "it is moved" in again.text) == (409, True)
    assert deeds(pages) == [("keeper", "slot.move")]


def test_what_is_only_planned_can_be_moved_and_taken_out(pages: Any, send: Callable[..., Any]) -> None:
    page = pages.browser.get("/schedule/moment", params={"account": "keeper", "key": "2026-03-06T09:00"})
    assert "Fri 6 Mar 09:00 CET" in page.text
    send("/schedule/moment/move", account="keeper", key="2026-03-06T09:00", due_at="2026-03-06T10:00")
    send("/schedule/moment/take-out", account="keeper", key="2026-03-07T09:00")
    assert opened(pages) == ["02 08:00", "03 08:00", "06 09:00"]
    week = pages.browser.get("/schedule", params={"week": "2026-03-02"}).text
    assert 'data-local="2026-03-06T10:00"' in week
    assert 'data-local="2026-03-06T09:00"' not in week
    assert 'data-local="2026-03-07' not in week
    wrong = send("/schedule/moment/move", account="keeper", key="2026-03-06T09:17", due_at="2026-03-08T10:00")
    assert wrong.status_code == 404


def test_a_slot_is_added_in_the_accounts_own_time(pages: Any, send: Callable[..., Any]) -> None:
    assert send("/schedule/add", account="bob", due_at="2026-03-05T09:00").status_code == 303
    assert [slot.due_at for slot in pages.store.slots.upcoming("bob")] == [datetime(2026, 3, 5, 0, 0, tzinfo=UTC)]
    past = send("/schedule/add", account="bob", due_at="2026-02-05T09:00")
    assert (past.status_code, "that has passed" in past.text) == (422, True)
    assert send("/schedule/add", account="bob", due_at="tomorrow").status_code == 422
    assert send("/schedule/add", account="nobody", due_at="2026-03-05T09:00").status_code == 404


def test_a_text_of_ones_choice_takes_a_moment(
    pages: Any, send: Callable[..., Any], approve: Callable[..., int]
) -> None:
    approve(pages.store, "one", "keeper", NOON)
    two = pages.store.candidates.get(approve(pages.store, "two", "keeper", NOON))
    slot = first(pages)
    answer = send("/schedule/moment/text", account="keeper", key=slot.key, text=f"{two.number}.{two.version}")
    assert answer.status_code == 303
    assert opened(pages) == ["02 08:00", "03 08:00"]
    week = pages.browser.get("/api/v1/timetable?account=keeper").json()["items"]
    assert [one["text"] for one in week[:2]] == ["two", "one"]
    assert week[0]["own"]
    stale = send("/schedule/moment/text", account="keeper", key=week[1]["key"], text=f"{two.number}.{two.version}")
    assert stale.status_code == 409


def test_two_texts_with_times_of_their_own_change_places(
    pages: Any, ask: Callable[..., Any], approve: Callable[..., int]
) -> None:
    for text, hours in (("one", 2), ("two", 4)):
        one = pages.store.candidates.get(approve(pages.store, text, "bob", NOON))
        at = NOON + hours * HOUR
        pages.store.candidates.apply(
            Decision(one.number, one.version, Action.SCHEDULE, "ada", "inbox", scheduled_for=at), NOON
        )
    early, late = pages.store.slots.upcoming("bob", "post")
    two = pages.store.candidates.get(2)
    assert ask("POST", f"/slots/{early.number}/text", candidate=2, version=two.version).status_code == 200
    assert [pages.store.candidates.get(number).scheduled_for for number in (2, 1)] == [early.due_at, late.due_at]
    # the slot of one text goes with its text
    early = pages.store.slots.upcoming("bob", "post")[0]
    assert ask("POST", f"/slots/{early.number}/move", due_at="2026-03-02T00:00:00+00:00").status_code == 200
    assert pages.store.candidates.get(2).scheduled_for == NOON + 12 * HOUR
    own = pages.store.slots.upcoming("bob", "post")[1]
    assert ask("DELETE", f"/slots/{own.number}").json()["state"] == "cancelled"
    assert pages.store.candidates.get(2).scheduled_for == early.due_at


def test_a_change_of_places_that_somebody_else_comes_between_leaves_both_where_they_were(
    pages: Any, ask: Callable[..., Any], approve: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = pages.store
    one = approve(store, "one", "bob", NOON, scheduled_for=NOON + 2 * HOUR)
    two = approve(store, "two", "bob", NOON, scheduled_for=NOON + 4 * HOUR)
    apply, faster = store.candidates.apply, Decision(two, 2, Action.UNDO, "ben", "inbox")

    def between(decision: Decision, now: datetime) -> Any:
        done = apply(decision, now)
        if decision.number == one and store.candidates.get(two).version == 2:
            apply(faster, now)
        return done

    monkeypatch.setattr(store.candidates, "apply", between)
    early = store.slots.upcoming("bob", "post")[0]
    assert ask("POST", f"/slots/{early.number}/text", candidate=two, version=2).status_code == 409
    assert store.candidates.get(one).scheduled_for == NOON + 2 * HOUR
    assert [slot.due_at for slot in store.slots.upcoming("bob", "post")] == [NOON + 2 * HOUR]


def test_share_next_and_post_now(pages: Any, send: Callable[..., Any], approve: Callable[..., int]) -> None:
    approve(pages.store, "one", "keeper", NOON)
    two, three = (pages.store.candidates.get(approve(pages.store, text, "keeper", NOON)) for text in ("two", "three"))
    assert send("/schedule/texts/next", candidate=two.number, version=two.version).status_code == 303
    assert pages.store.candidates.get(two.number).scheduled_for == NOON + 20 * HOUR
    assert opened(pages) == ["02 08:00", "03 08:00"]
    assert send("/schedule/texts/now", candidate=three.number, version=three.version).status_code == 303
    assert opened(pages) == ["01 12:00", "02 08:00", "03 08:00"]
    lonely = pages.store.candidates.get(approve(pages.store, "text", "bob", NOON))
    refused = send("/schedule/texts/next", candidate=lonely.number, version=lonely.version)
    assert (refused.status_code, "no moment to post at" in refused.text) == (422, True)


def test_pausing_says_who_and_why_and_ends(pages: Any, send: Callable[..., Any]) -> None:
    send("/schedule/pause", account="keeper", reason="said something <odd>")
    page = pages.browser.get("/schedule").text
    assert "paused by keeper" in page
    assert "said something &lt;odd&gt;" in page
    send("/schedule/pause", account="*")
    assert "Everything is paused" in pages.browser.get("/schedule").text
    send("/schedule/resume", account="*")
    send("/schedule/resume", account="keeper")
    assert not pages.store.accounts.paused()
    assert [deed for _, deed in deeds(pages)] == ["pause", "pause", "resume", "resume"]
    assert send("/schedule/pause", account="nobody").status_code == 404


def test_the_api_does_what_the_page_does(pages: Any, ask: Callable[..., Any]) -> None:
    made = ask("POST", "/slots", account="keeper", due_at="2026-03-05T03:00")
    assert (made.status_code, made.json()["due_at"]) == (201, "2026-03-05T02:00:00Z")
    assert "quiet hours" in made.json()["hint"]
    number = made.json()["number"]
    moved = ask("POST", f"/slots/{number}/move", due_at="2026-03-05T12:00:00+02:00").json()
    assert (moved["due_at"], moved["hint"]) == ("2026-03-05T10:00:00Z", "")
    assert ask("POST", f"/slots/{number}/move", due_at="2026-03-05T13:00").status_code == 409
    assert ask("GET", f"/slots/{number}").json()["state"] == "moved"
    assert ask("DELETE", f"/slots/{moved['number']}").json()["state"] == "cancelled"
    assert ask("DELETE", f"/slots/{moved['number']}").status_code == 409
    ahead = ask("POST", "/slots/ahead", account="keeper", key="2026-03-08T09:00").json()
    assert ahead["due_at"] == "2026-03-08T08:00:00Z"
    assert pages.store.slots.get(ahead["number"]).state is SlotState.OPEN


def test_slots_are_told_a_few_at_a_time(pages: Any, ask: Callable[..., Any]) -> None:
    for _ in range(5):
        pages.store.slots.book("bob", "post", NOON + HOUR, NOON)
    found, after = [], ""
    for _ in range(3):
        answer = ask("GET", f"/slots?account=bob&limit=2{after}").json()
        found += [one["number"] for one in answer["items"]]
        after = f"&after={answer['next']}"
    assert found == sorted(found)
    assert (len(found), answer["next"]) == (5, None)


def test_accounts_are_paused_by_the_api(pages: Any, ask: Callable[..., Any]) -> None:
    assert [one["name"] for one in ask("GET", "/accounts?limit=1").json()["items"]] == ["bob"]
    assert [one["name"] for one in ask("GET", "/accounts?after=bob").json()["items"]] == ["keeper"]
    assert ask("GET", "/accounts/keeper").json()["next_posts"][0] == "2026-03-02T08:00:00Z"
    paused = ask("POST", "/accounts/keeper/pause", reason="odd").json()
    assert (paused["paused"]["by"], paused["paused"]["reason"]) == ("keeper", "odd")
    assert ask("POST", "/accounts/keeper/resume").json()["paused"] is None
    assert ask("POST", "/accounts/*/pause").json()["paused"]["account"] == "*"
    assert ask("GET", "/accounts/keeper").json()["paused"]["account"] == "*"
    assert ask("POST", "/accounts/nobody/pause").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/slots/99", {}, 404),
        ("GET", "/slots/0", {}, 422),
        ("GET", f"/slots/{2**63}", {}, 422),
        ("GET", "/slots?since=0001-01-01T00:00:00", {}, 422),
        ("GET", "/slots?after=999999999999999999.1", {}, 422),
        ("GET", "/timetable?account=nobody", {}, 404),
        ("GET", "/timetable?since=2026-01-01T00:00&until=2026-12-01T00:00", {}, 422),
        ("POST", "/slots", {"account": "nobody", "due_at": "2026-03-05T03:00"}, 404),
        ("POST", "/slots", {"account": "keeper", "due_at": "2026-02-05T03:00"}, 422),
        ("POST", "/slots", {"account": "keeper", "due_at": "9999-12-31T23:59:59-14:00"}, 422),
        ("POST", "/slots", {"account": "keeper", "due_at": "soon"}, 422),
        ("POST", "/slots", {"account": "keeper"}, 422),
        ("POST", "/slots/ahead", {"account": "keeper", "key": "\0"}, 422),
        ("POST", "/slots/ahead", {"account": "keeper", "key": "0001-01-01T00:00"}, 422),
        ("POST", "/slots/ahead", {"account": "keeper", "key": "9999-12-31T23:59"}, 422),
        ("POST", "/slots/1/move", {"due_at": "2026-02-01T00:00"}, 422),
        ("POST", "/slots/99/move", {"due_at": "2026-04-01T00:00"}, 404),
        ("POST", "/slots/1/text", {"candidate": 99, "version": 1}, 404),
        ("POST", "/slots/now", {"candidate": 99, "version": 1}, 404),
        ("DELETE", "/slots/99", {}, 404),
        ("POST", "/accounts/keeper/pause", {"reason": "x" * 501}, 422),
    ],
)
def test_bad_input_is_refused_with_a_reason(
    ask: Callable[..., Any], method: str, path: str, body: dict[str, Any], status: int
) -> None:
    answer = ask(method, path, **body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]


@pytest.mark.parametrize("query", ["week=9999-12-31", "week=0001-01-01", "week=x", "view=other"])
def test_bad_addresses_are_pages_that_say_why(pages: Any, query: str) -> None:
    assert pages.browser.get(f"/schedule?{query}").status_code == 422
    assert pages.browser.get("/schedule?account=nobody").status_code == 404


def test_taking_out_the_slot_of_one_text_takes_its_approval_back(
    pages: Any, send: Callable[..., Any], approve: Callable[..., int]
) -> None:
    one = pages.store.candidates.get(approve(pages.store, "one", "bob", NOON))
    send("/schedule/texts/now", candidate=one.number, version=one.version)
    (slot,) = pages.store.slots.upcoming("bob", "post")
    send("/schedule/moment/take-out", account="bob", key=slot.key)
    assert pages.store.slots.upcoming("bob", "post") == []
    found = pages.store.candidates.get(one.number)
    assert (found.state, found.scheduled_for) == (ReviewState.APPROVED, None)
