"""Asks a person, in their browser, to let an app post as them (OAuth 2.0 with PKCE: RFC 6749, 7636, 8252)."""

import base64
import hashlib
import hmac
import ipaddress
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from tweetgen.errors import InputError

from .port import BASE_URL

#: what a destination needs; without the last one the login ends after two hours
SCOPES = ("tweet.read", "tweet.write", "users.read", "offline.access")
AUTHORIZE_PATH = "/i/oauth2/authorize"
_WEBSITE = "https://x.com"
_THANKS = b"<!doctype html><meta charset=utf-8><title>tweetgen</title><p>Thank you. You may close this window."


@dataclass(frozen=True)
class Asking:
    """One question to a person, and what its answer must hold."""

    #: for the person to open
    address: str
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    def code(self, answered: str) -> str:
        """The code in the address X sent the browser to. Raises `InputError` for a refusal, or an answer to another."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(answered.strip()).query).items()}
        if not hmac.compare_digest(said.get("state", "").encode(), self.state.encode()):
            raise InputError("the address", "is no answer to this login", "open the address that was shown last")
        if "error" in said:
            why = "it was refused" if said["error"] == "access_denied" else f"X says {said['error'][:80]!r}"
            raise InputError("the login", why, "begin anew, and say yes as the user who is to post")
        if not said.get("code"):
            raise InputError("the address", "holds no code", "copy all of it")
        return said["code"]


def ask(client_id: str, base_url: str, redirect_uri: str, token: Callable[[], str]) -> Asking:
    """`token`: makes unguessable texts of 43 to 128 letters, digits, `-` and `_`."""
    state, verifier = token(), token()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    website = _WEBSITE if base_url.rstrip("/") == BASE_URL else base_url.rstrip("/")
    return Asking(f"{website}{AUTHORIZE_PATH}?{urlencode(query)}", redirect_uri, state, verifier)


@contextmanager
def listening(redirect_uri: str) -> "Iterator[Listener]":
    """Where the browser is sent back to, on this machine alone. Raises `InputError` where that cannot be."""
    parts = urlsplit(redirect_uri)
    host = parts.hostname or ""
    if parts.scheme != "http" or not _is_this_machine(host) or parts.port is None:
        why = "is no address of this machine with a port"
        raise InputError(f"redirect_uri {redirect_uri}", why, "log in with --paste, or write http://127.0.0.1:8976/callback")
    answers: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        # somebody who connects and says nothing shall not keep the browser waiting
        timeout = 5

        def do_GET(self) -> None:
            """The browser, or its wish for an icon."""
            if urlsplit(self.path).path != (parts.path or "/"):
                self.send_error(404)
                return
            answers.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(_THANKS)))
            # the address in its history holds a code
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(_THANKS)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the path holds a code."""

    try:
        server = HTTPServer((host, parts.port), Handler)
    except OSError as error:
        what = f"redirect_uri {redirect_uri}"
        remedy = "end what uses that port, or choose another here and in X's developer console"
        raise InputError(what, f"cannot be listened at ({error.strerror})", remedy) from error
    with server:
        yield Listener(server, answers)


@dataclass(frozen=True)
class Listener:
    """Waits for browsers."""

    server: HTTPServer
    answers: list[str]

    def wait(self, asking: Asking, seconds: float) -> str:
        """The code; answers to others are passed over. Raises `InputError` for a refusal, or where nobody comes."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.server.timeout = left
            self.server.handle_request()
            while self.answers:
                answered = self.answers.pop(0)
                if asking.state in answered:
                    return asking.code(answered)
        raise InputError("the login", "nobody has answered", "begin anew")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
