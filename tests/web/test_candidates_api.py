"""The API of candidates over real HTTP: found, shown, decided about; a wrong question is answered with a problem."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tweetgen.app import App
from tweetgen.domain import Action, Candidate, Decision, Pending
from tweetgen.errors import UnknownName
from tweetgen.store import NewCandidate, Store
from tweetgen.web.forms import HEADER, Tokens
from tweetgen.web.roles import Person, Role
from tweetgen.web.site import Site

from .conftest import NOON

API = "/api/v1"


@pytest.fixture
def ask(pages: Any, app: App) -> Callable[..., httpx.Response]:
    """Sends a request as our own pages do."""
    token = Tokens(app.web_secret).make(Person("keeper", Role.ADMIN))

    def send(method: str, path: str, **more: Any) -> httpx.Response:
        answer: httpx.Response = pages.browser.request(method, API + path, headers={HEADER: token}, **more)
        return answer

    return send


@pytest.fixture
def many(store: Store) -> list[Pending]:
    return store.candidates.add([new(f"text {n}", score=n / 10) for n in range(10)], NOON)


def new(text: str, account: str = "keeper", score: float = 1.0, **more: Any) -> NewCandidate:
    candidate = Candidate(text, {"ada": 1.0}, "base", 7, (0.8,), True, -12.5)
    return NewCandidate(account, candidate, text, {"author": score}, score, **more)


def test_a_candidate_is_shown_with_all_that_helps_to_decide(one: Pending, ask: Any) -> None:
    shown = ask("GET", f"/candidates/{one.number}").json()
    assert shown["text"] == "fog <b>again</b> & more"
    assert (shown["voice"], shown["temperature"], shown["score"]) == ({"ada": 1.0}, [0.8], 1.25)
    assert shown["verdicts"] == [{"filter": "length", "outcome": "keep", "reason": "23 of 280", "text": None}]
    assert shown["nearest"]["author"] == "ada"
    assert shown["why"].endswith(".")


def test_the_pages_of_a_list_follow_each_other_in_the_order_of_review(many: list[Pending], ask: Any) -> None:
    found, after = [], None
    while True:
        page = ask("GET", "/candidates", params={"limit": 3} | ({"after": after} if after else {})).json()
        found += [one["text"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == [f"text {n}" for n in reversed(range(10))]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "TEXT 3"}, ["text 3"]),
        ({"least_score": 0.7}, ["text 9", "text 8", "text 7"]),
        ({"most_score": 0.1}, ["text 1", "text 0"]),
        ({"account": "other"}, []),
        ({"state": "approved"}, []),
        ({"verdict": "keep", "limit": 200}, []),
        ({"since": "2026-03-01T12:00:01Z"}, []),
        ({"since": "2026-03-01T12:00:00Z", "q": "5"}, ["text 5"]),
    ],
)
def test_a_list_is_narrowed_down(many: list[Pending], ask: Any, query: dict[str, Any], found: list[str]) -> None:
    assert [one["text"] for one in ask("GET", "/candidates", params=query).json()["items"]] == found


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": "x"},
        {"state": "lost"},
        {"least_score": "nan"},
        {"most_score": "inf"},
        {"since": "yesterday"},
        {"since": "2026-03-01T12:00:00"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"since": "9999-12-31T23:59:59-14:00"},
        {"after": "x"},
        {"after": "0_nan_1"},
        {"q": "x" * 201},
    ],
)
def test_a_list_that_cannot_be_is_a_problem(ask: Any, query: dict[str, Any]) -> None:
    answer = ask("GET", "/candidates", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize("path", ["/candidates/99", "/candidates/99/decisions"])
def test_a_number_that_nothing_has_is_not_found(ask: Any, path: str) -> None:
    assert ask("GET", path).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63), "1.5"])
def test_what_is_no_number_is_a_problem(ask: Any, number: str) -> None:
    assert ask("GET", f"/candidates/{number}").status_code == 422


@pytest.mark.parametrize(("action", "state"), [("approve", "approved"), ("reject", "rejected"), ("skip", "pending")])
def test_a_decision_gives_the_candidate_as_it_then_is(
    pages: Any, one: Pending, ask: Any, action: str, state: str
) -> None:
    body = {"version": 1, "action": action, "reason": " too foggy "}
    answer = ask("POST", f"/candidates/{one.number}/decisions", json=body)
    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["state"]) == (2, state)
    (last,) = pages.store.candidates.decisions(limit=1)
    assert (last.action, last.actor, last.via, last.reason) == (action, "keeper", "web", "too foggy")


def test_scheduling_takes_a_moment_with_its_zone(one: Pending, ask: Any) -> None:
    decide = partial(ask, "POST", f"/candidates/{one.number}/decisions")
    wanted = {"version": 1, "action": "schedule"}
    for wrong in (None, "2026-03-02T09:00:00", "2026-02-01T09:00:00Z", "0001-01-01T00:00:00+14:00"):
        assert decide(json=wanted | {"scheduled_for": wrong}).status_code == 422
    shown = decide(json=wanted | {"scheduled_for": "2026-03-02T09:00:00+02:00"}).json()
    assert (shown["state"], shown["scheduled_for"]) == ("approved", "2026-03-02T07:00:00Z")


def test_a_stale_version_says_who_was_faster(store: Store, one: Pending, ask: Any) -> None:
    store.candidates.apply(Decision(one.number, 1, Action.REJECT, "ann", "inbox"), NOON)
    answer = ask("POST", f"/candidates/{one.number}/decisions", json={"version": 1, "action": "approve"})
    assert answer.status_code == 409
    told = answer.json()
    assert (told["actor"], told["action"], told["version"]) == ("ann", "reject", 2)
    assert told["at"] == NOON.isoformat()
    assert "ann chose to reject" in told["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"version": 1},
        {"version": 0, "action": "approve"},
        {"version": 2**31, "action": "approve"},
        {"version": "x", "action": "approve"},
        {"version": 1, "action": "place"},
        {"version": 1, "action": "dance"},
        {"version": 1, "action": "approve", "reason": "x" * 501},
        {"version": 1, "action": "approve", "more": 1},
        {"version": 1, "action": "edit"},
        {"version": 1, "action": "edit", "text": " "},
        {"version": 1, "action": "edit", "text": 5},
        {"version": 1, "action": "undo"},
        [],
        None,
    ],
)
def test_a_decision_that_cannot_be_is_a_problem_and_changes_nothing(
    store: Store, one: Pending, ask: Any, body: Any
) -> None:
    answer = ask("POST", f"/candidates/{one.number}/decisions", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert store.candidates.get(one.number) == one


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"version": 1, "action": "edit", "text": "\\ud800"}', b'{"\\ud800": 1}']
)
def test_what_is_no_json_is_a_problem(one: Pending, ask: Any, body: bytes) -> None:
    assert ask("POST", f"/candidates/{one.number}/decisions", content=body).status_code == 422


def test_many_are_decided_about_at_once_and_refusals_say_why(many: list[Pending], ask: Any) -> None:
    wanted = [{"number": one.number, "version": 1, "action": "approve"} for one in many[:3]]
    wanted += [{**wanted[0], "action": "reject"}, {"number": 99, "version": 1, "action": "skip"}]
    wanted += [{"number": many[4].number, "version": 1, "action": "edit", "text": "  "}]
    done = ask("POST", "/decisions", json={"decisions": wanted}).json()
    assert [(one["number"], one["state"]) for one in done["applied"]] == [(n, "approved") for n in (1, 2, 3)]
    assert [one["number"] for one in done["refused"]] == [1, 99, 5]
    assert all(one["why"] for one in done["refused"])
    lists: list[list[Any]] = [[], [wanted[0]] * 201, [{}]]
    for wrong in lists:
        assert ask("POST", "/decisions", json={"decisions": wrong}).status_code == 422


def test_its_history_is_the_audit_log(one: Pending, ask: Any) -> None:
    for version, action in enumerate(("skip", "approve", "undo"), 1):
        ask("POST", f"/candidates/{one.number}/decisions", json={"version": version, "action": action})
    items = ask("GET", f"/candidates/{one.number}/decisions").json()["items"]
    assert [item["action"] for item in items] == ["submit", "skip", "approve", "undo"]
    assert items[0]["state_before"] is None


def test_what_one_did_last_can_be_undone_as_long_as_nothing_happened_since(many: list[Pending], ask: Any) -> None:
    for one in many[:3]:
        ask("POST", f"/candidates/{one.number}/decisions", json={"version": 1, "action": "approve"})
    ask("POST", f"/candidates/{many[1].number}/decisions", json={"version": 2, "action": "undo"})
    items = ask("GET", "/review/mine", params={"limit": 4}).json()["items"]
    told = [(item["candidate"]["number"], item["decision"]["action"], item["can_undo"]) for item in items]
    assert told == [(2, "undo", False), (3, "approve", True), (2, "approve", False), (1, "approve", True)]


def test_counts_are_by_account(store: Store, one: Pending, ask: Any) -> None:
    store.candidates.add([new("a", "other"), new("b", "other")], NOON)
    assert ask("GET", "/review/counts").json() == {"total": 3, "accounts": {"keeper": 1, "other": 2}}


# ── an account with filters and destinations ──

ACCOUNT = """
voice: {ada: 1}
filters: [length: {max: 40}, blocklist: {words: [kettle]}]
destinations:
  - file: {path: out/posts.jsonl}
  - webhook: {name: there, url: "https://example.org/hook", secret: {$env: NOT_THERE}}
"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    (tmp_path / "config.yaml").touch()
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "keeper.yaml").write_text(ACCOUNT)
    opened = App.open(tmp_path, {})
    yield opened
    opened.close()


def test_each_destination_previews_and_one_that_cannot_be_made_says_so(one: Pending, ask: Any) -> None:
    file, there = ask("GET", f"/candidates/{one.number}").json()["previews"]
    assert file == {
        "destination": "file",
        "plugin": "file",
        "text_parts": [one.text],
        "weighted": len(one.text),
        "limit": None,
        "unit": "characters",
        "fits": True,
        "warning": None,
    }
    assert (there["destination"], there["plugin"], there["fits"]) == ("there", "webhook", True)
    assert "NOT_THERE" in there["warning"]


def test_while_editing_filters_and_destinations_are_asked_and_nothing_changes(
    store: Store, one: Pending, ask: Any
) -> None:
    told = ask("POST", f"/candidates/{one.number}/preview", json={"text": "a kettle 雨"}).json()
    assert [(verdict["filter"], verdict["outcome"]) for verdict in told["verdicts"]] == [
        ("length", "keep"),
        ("blocklist", "drop"),
    ]
    assert [preview["weighted"] for preview in told["previews"]] == [10, 10]
    assert store.candidates.get(one.number) == one
    assert ask("POST", f"/candidates/{one.number}/preview", json={"text": ""}).status_code == 200
    assert ask("POST", "/candidates/99/preview", json={"text": ""}).status_code == 404


def test_a_new_text_that_filters_drop_must_be_confirmed(store: Store, one: Pending, ask: Any) -> None:
    decide = partial(ask, "POST", f"/candidates/{one.number}/decisions")
    wanted = {"version": 1, "action": "edit", "text": "a kettle"}
    refused = decide(json=wanted)
    assert refused.status_code == 422
    assert [verdict["outcome"] for verdict in refused.json()["verdicts"]] == ["keep", "drop"]
    assert store.candidates.get(one.number) == one
    edited = decide(json=wanted | {"despite_verdicts": True}).json()
    assert (edited["text"], edited["version"], edited["state"]) == ("a kettle", 2, "pending")
    assert [verdict["outcome"] for verdict in edited["verdicts"]] == ["keep", "drop"]
    assert "changed since the network wrote it" in edited["remarks"]


def test_variations_are_refused_for_what_is_not_there(store: Store, one: Pending, ask: Any) -> None:
    (gone,) = store.candidates.add([new("a", "gone")], NOON)
    for path, body, status in [
        ("/candidates/99/variations", {}, 404),
        (f"/candidates/{gone.number}/variations", {}, 404),
        (f"/candidates/{one.number}/variations", {"count": 0}, 422),
        (f"/candidates/{one.number}/variations", {"count": 51}, 422),
    ]:
        assert ask("POST", path, json=body).status_code == status


def test_what_a_candidate_says_of_its_model_is_no_path(app: Any, model_file: Any) -> None:
    file = model_file("first")
    models = Site(lambda: app, "keeper").more_like_this._models
    assert models("first").name == "first"
    with pytest.raises(UnknownName):
        models(str(file))


def test_variations_come_to_review_in_the_background(pages: Any, one: Pending, ask: Any) -> None:
    answer = ask("POST", f"/candidates/{one.number}/variations", json={"count": 3})
    assert answer.status_code == 202
    job = answer.json()["job"]
    with pages.browser.stream("GET", f"{API}/review/events", timeout=60) as events:
        for line in events.iter_lines():
            told = json.loads(line[6:]) if line.startswith("data: ") else {}
            if told.get("id") == job and told["state"] != "running":
                break
    assert told["state"] in ("done", "failed")
