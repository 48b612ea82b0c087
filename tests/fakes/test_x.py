"""The small X itself: strict where X is strict, so that what passes here may pass there."""

import base64
import hashlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.fakes.x import FakeUser, Fault, How, Running
from tests.fakes.x.contract import Contract
from tests.fakes.x.text import weight

REDIRECT = "http://127.0.0.1:9/back"


@pytest.fixture
def keeper(x: Running) -> FakeUser:
    return x.world.add_user("keeper")


@pytest.fixture
def ask(x: Running) -> Callable[..., requests.Response]:
    """One request, as an app unless told otherwise."""
    token = x.world.logins.app_token()

    def send(method: str, path: str, bearer: str = token, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {bearer}"}
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method, x.url + path, headers=headers, timeout=10, allow_redirects=False, **more
            )

    return send


def renew(ask: Callable[..., requests.Response], client: str, token: str) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client}
    return ask("POST", "/2/oauth2/token", data=form)


def test_a_refresh_token_holds_once_and_using_it_again_ends_the_family(
    x: Running, ask: Callable[..., requests.Response], keeper: FakeUser
) -> None:
    client, _ = x.world.logins.client()
    first = x.world.logins.grant(keeper.id, client, x.world.clock())
    second = renew(ask, client, first["refresh_token"]).json()
    assert ask("GET", "/2/users/me", second["access_token"]).status_code == 200
    again = renew(ask, client, first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")
    assert renew(ask, client, second["refresh_token"]).status_code == 400
    assert ask("GET", "/2/users/me", second["access_token"]).status_code == 401


def authorize(
    x: Running, ask: Callable[..., requests.Response], client: str, challenge: str
) -> dict[str, list[str]]:
    wanted = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": REDIRECT,
        "scope": "tweet.read tweet.write users.read offline.access",
        "state": "s7",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    location = ask("GET", "/i/oauth2/authorize", params=wanted).headers["location"]
    assert location.startswith(REDIRECT)
    return parse_qs(urlsplit(location).query)


@pytest.mark.parametrize(
    ("changed", "late", "status"),
    [({}, 0, 200), ({"code_verifier": "other"}, 0, 400), ({"redirect_uri": "http://x"}, 0, 400), ({}, 31, 400)],
)
def test_a_code_is_exchanged_by_who_asked_for_it_and_soon(
    x: Running,
    ask: Callable[..., requests.Response],
    keeper: FakeUser,
    changed: dict[str, str],
    late: int,
    status: int,
) -> None:
    client, _ = x.world.logins.client()
    digest = hashlib.sha256(b"verifier").digest()
    back = authorize(x, ask, client, base64.urlsafe_b64encode(digest).rstrip(b"=").decode())
    assert back["state"] == ["s7"]
    x.world.clock = lambda: datetime.now(UTC) + timedelta(seconds=late)
    form = {
        "grant_type": "authorization_code",
        "client_id": client,
        "code": back["code"][0],
        "redirect_uri": REDIRECT,
        "code_verifier": "verifier",
    }
    answers = [ask("POST", "/2/oauth2/token", data={**form, **changed}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, 400], "and only once"


def test_a_client_with_a_secret_has_to_show_it(
    x: Running, ask: Callable[..., requests.Response], keeper: FakeUser
) -> None:
    client, secret = x.world.logins.client(secret=True)
    token = x.world.logins.grant(keeper.id, client, x.world.clock())["refresh_token"]
    assert renew(ask, client, token).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": token}
    with closing(requests.post(f"{x.url}/2/oauth2/token", form, auth=(client, secret or ""), timeout=10)) as answer:
        assert answer.status_code == 200


def test_a_scope_that_was_not_given_is_missed(
    x: Running, ask: Callable[..., requests.Response], keeper: FakeUser
) -> None:
    client, _ = x.world.logins.client()
    only = frozenset({"tweet.read", "users.read"})
    token = x.world.logins.grant(keeper.id, client, x.world.clock(), only)["access_token"]
    assert ask("POST", "/2/tweets", token, json={"text": "fog"}).status_code == 403
    assert ask("GET", "/2/users/me", token).status_code == 200


def test_what_is_done_is_paid_for(x: Running, ask: Callable[..., requests.Response], keeper: FakeUser) -> None:
    client, _ = x.world.logins.client()
    token = x.world.logins.grant(keeper.id, client, x.world.clock())["access_token"]
    for text in ("fog", "more at https://example.org"):
        assert ask("POST", "/2/tweets", token, json={"text": text}).status_code == 201
    ask("GET", f"/2/users/{keeper.id}/tweets")
    x.world.owners.add(keeper.id)
    ask("GET", f"/2/users/{keeper.id}/tweets", token)
    ask("GET", "/2/users/by?usernames=keeper,nobody")
    assert x.world.dollars == Decimal("0.015") + Decimal("0.200") + 2 * Decimal("0.006") + Decimal("0.010")
    x.world.credit = Decimal(0)
    assert ask("GET", "/2/users/by?usernames=keeper").status_code == 402


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "x" * 281}, 403),
        ({"text": "霧" * 141}, 403),
        ({"text": "$ONE and $TWO"}, 403),
        ({"text": "  "}, 400),
        ({"text": "fog", "reply_settings": "nobody"}, 400),
        ({"text": "fog", "reply": {"in_reply_to_tweet_id": "5"}}, 403),
    ],
)
def test_texts_that_x_refuses_are_refused(
    x: Running, ask: Callable[..., requests.Response], keeper: FakeUser, body: dict[str, Any], status: int
) -> None:
    client, _ = x.world.logins.client()
    token = x.world.logins.grant(keeper.id, client, x.world.clock())["access_token"]
    assert ask("POST", "/2/tweets", token, json=body).status_code == status
    assert x.world.ledger == []


def test_weights_are_those_of_x() -> None:
    assert [weight(text) for text in ("fog", "霧", "👨‍👩‍👧‍👦", "see https://example.org/" + "a" * 99, "e\u0301")] == [
        3,
        2,
        2,
        27,
        1,
    ]


def test_posting_to_somebody_unasked_is_refused(
    x: Running, ask: Callable[..., requests.Response], keeper: FakeUser
) -> None:
    owl = x.world.add_user("owl")
    unasked, asked = x.world.write(owl, "who?"), x.world.write(owl, "who, @Keeper?")
    client, _ = x.world.logins.client()
    token = x.world.logins.grant(keeper.id, client, x.world.clock())["access_token"]
    statuses = [
        ask(
            "POST", "/2/tweets", token, json={"text": f"me {post.id}", "reply": {"in_reply_to_tweet_id": str(post.id)}}
        ).status_code
        for post in (unasked, asked)
    ]
    assert statuses == [403, 201]


def test_a_user_who_does_nothing_else_runs_into_the_limit(
    x: Running, ask: Callable[..., requests.Response], keeper: FakeUser
) -> None:
    client, _ = x.world.logins.client()
    token = x.world.logins.grant(keeper.id, client, x.world.clock())["access_token"]
    answers = [ask("GET", "/2/users/me", token) for _ in range(76)]
    assert [answer.status_code for answer in answers] == [200] * 75 + [429]
    x.world.clock = lambda: datetime.now(UTC) + timedelta(minutes=16)
    assert ask("GET", "/2/users/me", token).status_code == 200


def test_a_fault_is_used_up(x: Running, ask: Callable[..., requests.Response], keeper: FakeUser) -> None:
    x.world.faults.append(Fault(How.UNAVAILABLE, "users", times=2, after=1))
    asked = [ask("GET", "/2/users/by?usernames=keeper").status_code for _ in range(4)]
    assert asked == [200, 503, 503, 200]


def test_another_process_can_look_at_the_ledger_and_order_faults(
    x: Running, ask: Callable[..., requests.Response], keeper: FakeUser
) -> None:
    ask("POST", "/_fake/faults", json={"how": "credits", "endpoint": "users"})
    assert ask("GET", "/2/users/by?usernames=keeper").status_code == 402
    ask("GET", "/2/users/by?usernames=keeper")
    assert ask("GET", "/_fake/ledger").json()["dollars"] == "0.010"


def test_it_starts_by_hand(root: Path) -> None:
    command = [sys.executable, "-u", "-m", "tests.fakes.x", "--port", "0", "--posts", "30"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[1]
        token = process.stdout.readline().split()[-1]
        asked = urllib.request.Request(f"{url}/2/users/1000/tweets", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked) as answer:
            assert json.load(answer)["meta"]["result_count"] == 10
        process.terminate()


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("usernames=keeper&user.fields=shoe_size", "user.fields"),
        ("usernames=keeper&colour=red", "no such parameter: {'colour'}"),
    ],
)
def test_the_description_notices_what_the_small_x_lets_pass(
    x_contract: Contract | None,
    x: Running,
    ask: Callable[..., requests.Response],
    keeper: FakeUser,
    query: str,
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if x_contract is None:
        pytest.skip("X's description is not at hand")
    monkeypatch.setattr("tests.fakes.x.app.refused_parameter", lambda *_: None)
    ask("GET", f"/2/users/by?{query}")
    (found,) = x_contract.broken(x.world.exchanges)
    assert complaint in found
    x.world.exchanges.clear()
