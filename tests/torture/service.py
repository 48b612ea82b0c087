"""A place texts are published at over HTTP, as faulty as it is told; its ledger is the oracle of the torture."""

import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: how a request may go wrong
FAULTS = (
    "drop",  # accept, then drop the connection
    "error",  # accept, then 500
    "refuse",  # 500, nothing accepted
    "hang",  # no answer for long, nothing accepted
    "swallow",  # no answer for long, but accepted at once
    "late",  # the connection is dropped, and accepted some time later
    "throttle",  # 429, with the time to wait
    "throttle_bare",  # 429 without
    "html",  # 503, in HTML
    "slow",  # accepted, answered byte by byte
)


class Service:
    """Accepts texts; `faulty` is the share of requests that go wrong, the rest is answered as it should be."""

    def __init__(self, seed: int, keyed: bool, faulty: float = 0.5, faults: tuple[str, ...] = FAULTS) -> None:
        self.keyed, self.faulty, self.faults = keyed, faulty, faults
        #: seconds
        self.hang, self.late = 0.6, 0.4
        #: how often each key was accepted
        self.ledger: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def accept(self, key: str) -> None:
        """Publish it; with keys, once."""
        with self._lock:
            if not (self.keyed and self.ledger[key]):
                self.ledger[key] += 1

    def has(self, key: str) -> bool:
        with self._lock:
            return self.ledger[key] > 0

    def fault(self) -> str:
        """What happens to the next request."""
        with self._lock:
            kind = self._chance.choice(self.faults) if self._chance.random() < self.faulty else "fine"
            self.requests[kind] += 1
            return kind

    @contextmanager
    def serving(self) -> Iterator[str]:
        """At this URL."""
        service = self

        class Handler(_Handler):
            oracle = service

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    oracle: Service

    def do_GET(self) -> None:
        """Whether it has a text."""
        key = parse_qs(urlsplit(self.path).query)["key"][0]
        self._answer(200, {"id": key if self.oracle.has(key) else None})

    def do_POST(self) -> None:
        """Publish a text."""
        key = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["key"]
        getattr(self, f"_{self.oracle.fault()}")(key)

    def _fine(self, key: str) -> None:
        self.oracle.accept(key)
        self._answer(201, {"id": key})

    def _drop(self, key: str) -> None:
        self.oracle.accept(key)
        self._hang_up()

    def _error(self, key: str) -> None:
        self.oracle.accept(key)
        self._answer(500, {})

    def _refuse(self, key: str) -> None:
        self._answer(500, {})

    def _hang(self, key: str) -> None:
        time.sleep(self.oracle.hang)
        self._hang_up()

    def _swallow(self, key: str) -> None:
        self.oracle.accept(key)
        self._hang(key)

    def _late(self, key: str) -> None:
        self._hang_up()
        time.sleep(self.oracle.late)
        self.oracle.accept(key)

    def _throttle(self, key: str) -> None:
        self._answer(429, {"wait": 0.05}, ("Retry-After", "1"))

    def _throttle_bare(self, key: str) -> None:
        self._answer(429, {})

    def _html(self, key: str) -> None:
        self._send(503, b"<html><body>Over capacity</body></html>")

    def _slow(self, key: str) -> None:
        self.oracle.accept(key)
        body = json.dumps({"id": key}).encode()
        self._head(201, len(body))
        for byte in body:
            self.wfile.write(bytes([byte]))
            time.sleep(0.001)

    def _answer(self, status: int, body: dict[str, object], *headers: tuple[str, str]) -> None:
        self._send(status, json.dumps(body).encode(), *headers)

    def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self._head(status, len(body), *headers)
        self.wfile.write(body)

    def _head(self, status: int, length: int, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _hang_up(self) -> None:
        self.close_connection = True
        # mypy: the type of a request is left open by socketserver
        connection: socket.socket = self.connection
        connection.shutdown(socket.SHUT_RDWR)

    def handle(self) -> None:
        with suppress(OSError):  # the other side was killed
            super().handle()

    def log_message(self, *_: object) -> None:
        """Nothing."""
