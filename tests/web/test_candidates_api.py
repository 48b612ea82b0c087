"""The API of candidates over real HTTP: found, shown, decided about, and every wrong question answered with a problem."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tweetgen.app import App
from tweetgen.domain import Action, Candidate, Decision, Nearest, Outcome, Pending, ReviewState, Verdict
from tweetgen.store import NewCandidate, Store
from tweetgen.web.forms import HEADER, Tokens
from tweetgen.web.roles import Person, Role

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
    assert shown["previews"] == []


def test_the_pages_of_a_list_follow_each_other_in_the_order_of_review(many: list[Pending], ask: Any) -> None:
    found, after = [], None
    while True:
        page = ask("GET", "/candidates", params={"limit": 3} | ({"after": after} if after else {})).json()
        found += [one["text"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == [f"text {n}" for n in reversed(range(10))]
