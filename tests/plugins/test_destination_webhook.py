"""What every answer, and every missing answer, means for a text."""

import json
import socket
import struct
from datetime import timedelta
from typing import Any

import pytest
from tweetgen_plugins._http.answers import OutcomeUnknown
from tweetgen_plugins._http.signing import signature
from tweetgen_plugins.destination_webhook import WebhookDestination

from tweetgen.domain import Receipt
from tweetgen.errors import DeliveryError, Duplicate, NotSent, ReauthRequired, Refused, Throttled

SECRET = "a secret of words"


def _make(host: Any, receiver: Any, **settings: Any) -> WebhookDestination:
    checked = WebhookDestination.Settings.model_validate({"url": receiver.url, "allow_private": True, **settings})
    return WebhookDestination(checked, host)


def test_a_request_is_signed_and_names_its_key_twice(host: Any, receiver: Any, outgoing: Any) -> None:
    after = Receipt("6", "https://example.org/6")
    _make(host, receiver, secret=SECRET).publish(outgoing(part=1, after=after))
    (request,) = receiver.requests
    assert (request.method, request.path) == ("POST", "/posts")
    assert json.loads(request.body) == {
        "key": "k1",
        "account": "keeper",
        "text": "fog again",
        "part": 1,
        "after": {"id": "6", "url": "https://example.org/6"},
        "intent_at": "2024-11-15T23:59:00+00:00",
    }
    headers = request.headers
    assert (headers["idempotency-key"], headers["webhook-id"], headers["content-type"]) == (
        "k1",
        "k1",
        "application/json",
    )
    timestamp = int(host.now().timestamp())
    assert headers["webhook-timestamp"] == str(timestamp)
    assert headers["webhook-signature"] == signature(SECRET, "k1", timestamp, request.body)


def test_every_attempt_sends_the_same_body(host: Any, receiver: Any, outgoing: Any) -> None:
    for attempt in (1, 2):
        _make(host, receiver).publish(outgoing(attempt=attempt))
    assert receiver.requests[0].body == receiver.requests[1].body


@pytest.mark.parametrize(
    ("status", "body", "receipt"),
    [
        (200, b'{"id": 7, "url": "https://example.org/7"}', Receipt("7", "https://example.org/7", {"status": 200})),
        (201, b'{"id": "a", "url": "javascript:alert(1)"}', Receipt("a", "", {"status": 201})),
        (202, b"", Receipt("", "", {"status": 202})),
        (204, b"", Receipt("", "", {"status": 204})),
        (200, b"<html>OK</html>", Receipt("", "", {"status": 200})),
        (200, b'{"id": ["x"], "url": 3}', Receipt("", "3"[:0], {"status": 200})),
        (200, b"\xff\x00{", Receipt("", "", {"status": 200})),
    ],
)
def test_a_success_counts_whatever_is_in_the_answer(
    host: Any, receiver: Any, outgoing: Any, status: int, body: bytes, receipt: Receipt
) -> None:
    receiver.respond = receiver.saying(status, body)
    assert _make(host, receiver).publish(outgoing()) == receipt


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (401, ReauthRequired),
        (402, Refused),
        (403, ReauthRequired),
        (404, Refused),
        (408, NotSent),
        (409, Duplicate),
        (410, Refused),
        (413, Refused),
        (422, Refused),
        (425, NotSent),
        (429, Throttled),
        (301, Refused),
        (307, Refused),
        (308, Refused),
    ],
)
def test_a_refusal_says_what_became_of_the_text(
    host: Any, receiver: Any, outgoing: Any, status: int, error: type[DeliveryError]
) -> None:
    receiver.respond = receiver.saying(status, b'{"detail": "too \x1b[2J long"}')
    with pytest.raises(DeliveryError) as caught:
        _make(host, receiver).publish(outgoing())
    assert type(caught.value) is error
    assert f"http://127.0.0.1:{receiver.port} answered {status} " in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("status", [302, 303, 304, 500, 502, 503, 504, 599])
def test_nobody_knows_what_an_answer_without_a_decision_means(
    host: Any, receiver: Any, outgoing: Any, status: int
) -> None:
    receiver.respond = receiver.saying(status, b"<html>later</html>", Retry_After="5")
    with pytest.raises(OutcomeUnknown, match=f"answered {status}: it may have kept the text"):
        _make(host, receiver).publish(outgoing())


def test_a_redirect_is_not_followed(host: Any, receiver: Any, outgoing: Any) -> None:
    receiver.respond = receiver.saying(307, Location=f"http://127.0.0.1:{receiver.port}/elsewhere")
    with pytest.raises(Refused, match="redirects are not followed"):
        _make(host, receiver).publish(outgoing())
    assert [request.path for request in receiver.requests] == ["/posts"]


@pytest.mark.parametrize(("headers", "wait"), [({"Retry_After": "90"}, 90), ({}, None)])
def test_too_many_requests_say_until_when(
    host: Any, receiver: Any, outgoing: Any, headers: dict[str, str], wait: int | None
) -> None:
    receiver.respond = receiver.saying(429, **headers)
    with pytest.raises(Throttled) as caught:
        _make(host, receiver).publish(outgoing())
    assert caught.value.until == (None if wait is None else host.now() + timedelta(seconds=wait))


def _drop(request: Any, connection: socket.socket) -> None:
    connection.close()


def _reset(request: Any, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _nonsense(request: Any, connection: socket.socket) -> None:
    connection.sendall(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize("respond", [_drop, _reset, _nonsense])
def test_a_request_without_an_answer_is_of_unknown_outcome(
    host: Any, receiver: Any, outgoing: Any, respond: Any
) -> None:
    receiver.respond = respond
    with pytest.raises(OutcomeUnknown, match="it may have got the request"):
        _make(host, receiver).publish(outgoing())
    assert len(receiver.requests) == 1  # and it is not sent again by itself


def test_where_nobody_listens_nothing_was_sent(host: Any, receiver: Any, outgoing: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(NotSent, match="cannot be reached"):
            _make(host, receiver, url=url).publish(outgoing())


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost:99/", "https://[::1]/", "http://10.0.0.1/"])
def test_a_private_address_is_refused_at_the_start_unless_somebody_allows_it(
    host: Any, receiver: Any, url: str
) -> None:
    with pytest.raises(NotSent, match="of this machine or its local network; set `allow_private: true`"):
        _make(host, receiver, url=url, allow_private=False)
    with pytest.raises(NotSent):
        _make(host, receiver, url="https://example.org", find_url=url, allow_private=False)
    _make(type(host)(host.base, allow_private_addresses=True), receiver, url=url, allow_private=False)


def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_called(
    host: Any, receiver: Any, outgoing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    url = f"http://hooks.example:{receiver.port}/"
    with pytest.raises(NotSent, match=r"hooks\.example \(127\.0\.0\.1\) is an address of this machine"):
        _make(host, receiver, url=url, allow_private=False).publish(outgoing())
    assert receiver.requests == []


def test_without_an_address_to_ask_nobody_can_tell(host: Any, receiver: Any, outgoing: Any) -> None:
    with pytest.raises(NotImplementedError):
        _make(host, receiver).find(outgoing())


@pytest.mark.parametrize(
    ("template", "path"),
    [("/posts/{key}", "/posts/a%2Fb%20c"), ("/find", "/find?key=a%2Fb%20c"), ("/f?x=1", "/f?x=1&key=a%2Fb%20c")],
)
def test_the_key_is_put_into_the_address_to_ask(
    host: Any, receiver: Any, outgoing: Any, template: str, path: str
) -> None:
    receiver.respond = receiver.saying(200, b'{"key": "a/b c", "id": 7}')
    find_url = f"http://127.0.0.1:{receiver.port}{template}"
    found = _make(host, receiver, find_url=find_url, secret=SECRET).find(outgoing(key="a/b c"))
    assert found == Receipt("7", "", {"status": 200})
    assert [(request.method, request.path) for request in receiver.requests] == [("GET", path)]
    assert "webhook-signature" in receiver.requests[0].headers


@pytest.mark.parametrize("status", [404, 410])
def test_a_text_that_is_not_there_is_not_found(host: Any, receiver: Any, outgoing: Any, status: int) -> None:
    receiver.respond = receiver.saying(status, b"<html>")
    assert _make(host, receiver, find_url=receiver.url).find(outgoing()) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>welcome"), (200, b'{"key": "another"}'), (200, b"{}"), (500, b""), (302, b""), (401, b"")],
)
def test_an_answer_that_does_not_name_the_key_tells_nothing(
    host: Any, receiver: Any, outgoing: Any, status: int, body: bytes
) -> None:
    receiver.respond = receiver.saying(status, body)
    with pytest.raises(OutcomeUnknown, match="does not say whether it has the text"):
        _make(host, receiver, find_url=receiver.url).find(outgoing())


def test_whether_a_receiver_knows_keys_is_said_in_the_settings(host: Any, receiver: Any) -> None:
    assert _make(host, receiver).keyed
    assert not _make(host, receiver, keyed=False).keyed
