"""Signed requests to guarded addresses: what was checked is what is reached, and no limit is passed."""

import hmac
import shutil
import socket
import ssl
import subprocess
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import pytest
from tweetgen_plugins._http.addresses import PrivateAddress, is_public, refuse_private, resolve, shown
from tweetgen_plugins._http.answers import Answer, OutcomeUnknown, json_object, retry_after, text_of
from tweetgen_plugins._http.caller import Caller
from tweetgen_plugins._http.settings import HttpSettings
from tweetgen_plugins._http.signing import signature, signed_headers

from tweetgen.errors import NotSent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _caller(url: str, **settings: Any) -> Caller:
    return Caller(HttpSettings(url=url, **settings), allow_private=True)


# ── addresses ──


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "192.0.2.1",
    ],
)
def test_an_address_of_the_local_network_is_private_however_it_is_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "64:ff9b::101:101"])
def test_an_address_of_the_world_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "::1"])
def test_what_is_private_by_its_name_is_refused_before_any_call(host: str) -> None:
    with pytest.raises(PrivateAddress, match="allow_private"):
        refuse_private(host)
    refuse_private("example.org")


def _names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Have every name lead to these addresses; the list of names asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_one_private_address_among_those_of_a_name_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, "1.1.1.1", "10.0.0.7", "1.1.1.1")
    with pytest.raises(PrivateAddress, match=r"hooks\.example \(10\.0\.0\.7\)"):
        resolve("hooks.example", 80, allow_private=False)
    assert resolve("hooks.example", 80, allow_private=True) == ["1.1.1.1", "10.0.0.7"]


def test_the_address_that_was_checked_is_reached_and_the_name_asked_once(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _names(monkeypatch, "127.0.0.1")
    answer = _caller("http://x").call("GET", f"http://hooks.example:{receiver.port}/a?b", {})
    assert (answer.status, asked) == (200, ["hooks.example"])
    assert receiver.requests[0].headers["host"] == f"hooks.example:{receiver.port}"
    assert receiver.requests[0].path == "/a?b"


def test_the_next_address_is_tried_where_one_cannot_be_reached(receiver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, "::1", "127.0.0.1")  # it listens at the second
    assert _caller("http://x").call("GET", f"http://hooks.example:{receiver.port}/", {}).status == 200


def test_an_unknown_name_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> NoReturn:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSent, match=r"hooks\.example: no such host is known \(Name or service not known\)"):
        _caller("http://x").call("GET", "http://hooks.example/", {})


def test_messages_keep_the_rest_of_an_address_to_themselves() -> None:
    assert shown("https://me:pass@hooks.example:8443/T0/secret?token=1") == "https://hooks.example:8443"


# ── signatures ──


def test_a_signature_is_the_one_of_the_standard() -> None:
    """The example of the Standard Webhooks specification."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_may_be_plain_text_and_may_be_missing() -> None:
    headers = signed_headers("a secret of words", "k1", NOON, b"{}")
    expected = hmac.new(b"a secret of words", b"k1.1772366400.{}", sha256).digest()
    assert b64decode(headers["webhook-signature"].removeprefix("v1,")) == expected
    assert set(signed_headers(None, "k1", NOON, b"")) == {"webhook-id", "webhook-timestamp"}


@pytest.mark.parametrize(
    "bad",
    [
        {"secret": "whsec_!!!!"},
        {"secret": "short"},
        {"url": "ftp://x"},
        {"url": "x"},
        {"headers": {"a b": "c"}},
        {"headers": {"A": "x\r\nB: y"}},
        {"connect_seconds": 0},
        {"total_seconds": 3},
        {"read_seconds": float("inf")},
    ],
)
def test_settings_that_cannot_work_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="1 validation error"):
        HttpSettings.model_validate({"url": "https://example.org", **bad})


def test_secrets_are_shown_nowhere() -> None:
    settings = HttpSettings(url="https://example.org", secret="hunter2 hunter2", headers={"A": "hunter2"})
    assert "hunter2" not in repr(settings)


# ── answers ──


def _answer(**headers: str) -> Answer:
    return Answer(429, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 12:02:00 -0000", 120),
        ("Sun, 01 Mar 2020 00:00:00 GMT", 0),
        ("9" * 30, 604800),
        ("Sun, 01 Mar 2099 00:00:00 GMT", 604800),
    ],
)
def test_when_to_come_back_is_understood_in_both_forms(text: str, seconds: int) -> None:
    assert retry_after(_answer(retry_after=text), NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "٣", "Sun, 99 Mar 2026 12:02:00 GMT"])
def test_nonsense_says_nothing_of_when_to_come_back(text: str) -> None:
    assert retry_after(_answer(retry_after=text), NOON) is None


@pytest.mark.parametrize("body", [b"", b"ok", b"<html>", b"[1]", b"\xff", b"[" * 60_000, b'{"a":' + b"9" * 5000])
def test_what_is_no_json_object_is_an_empty_one(body: bytes) -> None:
    assert json_object(Answer(200, {}, body)) == {}


def test_ids_are_texts_or_numbers() -> None:
    values: list[object] = ["a", 7, True, None, 1.5, ["a"], {}]
    assert [text_of(value) for value in values] == ["a", "7", "", "", "", "", ""]


# ── time and encryption ──


def _hang(request: Any, connection: socket.socket) -> None:
    connection.recv(1)  # until the other side gives up


def test_silence_has_a_limit(receiver: Any) -> None:
    receiver.respond = _hang
    with pytest.raises(OutcomeUnknown, match="no answer, and it may have got the request"):
        _caller(receiver.url, read_seconds=0.1, connect_seconds=1, total_seconds=5).call("POST", receiver.url, {}, b"x")


def test_slow_bytes_have_a_limit_too(receiver: Any) -> None:
    stop = threading.Event()

    def drip(request: Any, connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
            connection.send(bytes([byte]))
            if stop.wait(0.02):
                break

    receiver.respond = drip
    begun = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        _caller(receiver.url, read_seconds=0.3, connect_seconds=0.3, total_seconds=0.4).call("GET", receiver.url, {})
    stop.set()
    assert time.monotonic() - begun < 60  # it would take two minutes


def test_an_answer_cut_short_counts_by_its_status(receiver: Any) -> None:
    receiver.respond = lambda request, connection: connection.sendall(b"HTTP/1.1 201 OK\r\nContent-Length: 99\r\n\r\n{")
    answer = _caller(receiver.url).call("POST", receiver.url, {}, b"x")
    assert (answer.status, answer.body) == (201, b"{")


def test_of_an_endless_answer_only_the_beginning_is_read(receiver: Any) -> None:
    def endless(request: Any, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    receiver.respond = endless
    assert len(_caller(receiver.url).call("GET", receiver.url, {}).body) == 65536


def test_headers_of_the_settings_are_sent_and_proxies_of_the_environment_are_not_used(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    _caller(receiver.url, headers={"Authorization": "Bearer x"}).call("GET", receiver.url, {})
    assert receiver.requests[0].headers["authorization"] == "Bearer x"
    assert receiver.requests[0].headers["accept-encoding"] == "identity"


@pytest.fixture
def tls(receiver: Any, tmp_path: Path, unavailable: Callable[[str], NoReturn]) -> ssl.SSLContext:
    """The receiver speaks TLS, with a certificate for hooks.example; whoever trusts the context trusts it."""
    program = shutil.which("openssl")
    if program is None:
        unavailable("openssl, to make a certificate")
    made = [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example"]
    subprocess.run(
        [*made, *names, "-keyout", tmp_path / "key", "-out", tmp_path / "cert"], check=True, capture_output=True
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    plain = receiver.serve

    def serve(connection: socket.socket) -> None:
        try:
            with server.wrap_socket(connection, server_side=True) as wrapped:
                plain(wrapped)
        except OSError:
            pass

    receiver.serve = serve
    return ssl.create_default_context(cafile=tmp_path / "cert")


def test_a_certificate_must_be_the_names_although_the_address_is_called(
    receiver: Any, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    _names(monkeypatch, "127.0.0.1")
    caller = Caller(HttpSettings(url="https://hooks.example"), True, tls)
    assert caller.call("POST", f"https://hooks.example:{receiver.port}/", {}, b"x").status == 200
    with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
        caller.call("POST", f"https://other.example:{receiver.port}/", {}, b"x")
    with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
        _caller("https://hooks.example").call("POST", f"https://hooks.example:{receiver.port}/", {}, b"x")


def test_a_service_without_encryption_gets_nothing_of_a_request_that_wants_it(receiver: Any) -> None:
    with pytest.raises(NotSent, match="cannot be reached"):
        _caller(receiver.url).call("POST", receiver.url.replace("http:", "https:"), {}, b"x")
