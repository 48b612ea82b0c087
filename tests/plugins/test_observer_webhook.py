"""Events as signed requests."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tweetgen_plugins._http.signing import signature
from tweetgen_plugins.observer_webhook import WebhookObserver, register_observers

from tweetgen.domain import Event, Severity
from tweetgen.errors import NotSent, TweetgenError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = Event("queue_dry", "keeper", Severity.WARNING, "keeper has 2 texts left", "dry:keeper", NOON, {"left": 2})


def _make(host: Any, receiver: Any, **settings: Any) -> WebhookObserver:
    checked = WebhookObserver.Settings.model_validate({"url": receiver.url, "allow_private": True, **settings})
    return WebhookObserver(checked, host)


def test_register_observers_offers_an_observer_under_its_name() -> None:
    offered: dict[str, Any] = {}
    register_observers(offered.__setitem__)
    assert offered == {"webhook": WebhookObserver}


def test_an_event_is_told_signed_and_with_all_that_is_known(host: Any, receiver: Any) -> None:
    _make(host, receiver, secret="a secret of words").notify(EVENT)
    (request,) = receiver.requests
    assert json.loads(request.body) == {
        "kind": "queue_dry",
        "account": "keeper",
        "severity": "warning",
        "message": "keeper has 2 texts left",
        "cause": "dry:keeper",
        "at": "2026-03-01T12:00:00+00:00",
        "details": {"left": 2},
    }
    ident, timestamp = request.headers["webhook-id"], int(request.headers["webhook-timestamp"])
    assert request.headers["webhook-signature"] == signature("a secret of words", ident, timestamp, request.body)


def test_an_event_told_again_has_the_same_id(host: Any, receiver: Any) -> None:
    for _ in range(2):
        _make(host, receiver).notify(EVENT)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize("settings", [{"severity": "action"}, {"kinds": ["login", "budget"]}])
def test_what_nobody_wants_to_hear_is_not_told(host: Any, receiver: Any, settings: dict[str, Any]) -> None:
    _make(host, receiver, **settings).notify(EVENT)
    assert receiver.requests == []


@pytest.mark.parametrize("settings", [{"severity": "warning"}, {"kinds": ["queue_dry"]}])
def test_what_somebody_wants_to_hear_is_told(host: Any, receiver: Any, settings: dict[str, Any]) -> None:
    _make(host, receiver, **settings).notify(EVENT)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [302, 404, 429, 500])
def test_a_receiver_that_is_not_pleased_is_told_of(host: Any, receiver: Any, status: int) -> None:
    receiver.respond = receiver.saying(status)
    with pytest.raises(TweetgenError, match=f"observer http://127.0.0.1:{receiver.port}: it answered {status}; see"):
        _make(host, receiver).notify(EVENT)


def test_a_private_address_is_refused_unless_somebody_allows_it(host: Any, receiver: Any) -> None:
    with pytest.raises(NotSent, match="allow_private"):
        _make(host, receiver, allow_private=False)
    _make(type(host)(host.base, allow_private_addresses=True), receiver, allow_private=False)
