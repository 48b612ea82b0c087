"""The way to X for requests' sessions: another address if wanted, limits on time, and whether any byte has left."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from .addresses import checked_base_url
from .failures import reason
from .port import BASE_URL, XError, XFault

# tweepy knows it by its old name
_OLD_NAME = "https://api.twitter.com"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for connecting, of silence, and for all of a request."""

    connect: float
    read: float
    total: float


class BadAnswer(Exception):
    """Any answer but a 2xx; raised before tweepy tries to read it, which fails for more than one body."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        super().__init__(response.status_code)


@dataclass(slots=True)
class _Attempt:
    """One request under way."""

    #: on the monotonic clock
    ends: float
    #: whether a byte of it may have left this machine
    begun: bool = False
    expired: bool = False
    sent_on: socket.socket | None = None

    def begin(self, connected: socket.socket) -> None:
        """Bytes are about to leave, unless it is too late for that."""
        if self.expired or time.monotonic() >= self.ends:
            raise TimeoutError
        self.begun, self.sent_on = True, connected

    def cut_off(self) -> None:
        """Its time is over, whatever it waits for; from the timer's thread."""
        self.expired = True
        if self.sent_on is not None:
            with suppress(OSError):
                # an SSLSocket's own would first forget its encryption, under the reader's feet
                socket.socket.shutdown(self.sent_on, socket.SHUT_RDWR)


class _Current(threading.local):
    """The attempt of each thread."""

    attempt: _Attempt | None = None

    @contextmanager
    def limited(self, seconds: float) -> Iterator[_Attempt]:
        """An attempt that is cut off after so many seconds."""
        attempt = self.attempt = _Attempt(time.monotonic() + seconds)
        timer = threading.Timer(seconds, attempt.cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield attempt
        finally:
            timer.cancel()


class _Connection(Protocol):
    sock: socket.socket | None

    def connect(self) -> None: ...


def _begin(connection: _Connection, current: _Current) -> None:
    if connection.sock is None:
        connection.connect()
    if connection.sock is not None and current.attempt is not None:
        current.attempt.begin(connection.sock)


class _Adapter(HTTPAdapter):
    """Sends what is meant for X to the base address, and nothing else anywhere."""

    def __init__(self, base_url: str, current: _Current) -> None:
        self._base_url, self._current = base_url, current
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """With connections that say when they begin to send."""
        super().init_poolmanager(*args, **more)
        current = self._current

        class Plain(HTTPConnection):
            def send(self, data: Any) -> None:
                _begin(self, current)
                super().send(data)

        class Encrypted(HTTPSConnection):
            def send(self, data: Any) -> None:
                _begin(self, current)
                super().send(data)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class EncryptedPool(HTTPSConnectionPool):
            ConnectionCls = Encrypted

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": EncryptedPool}

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """After signing: a signature is over X's own address, wherever the bytes go."""
        url = request.url or ""
        if not url.startswith(BASE_URL + "/"):
            raise XError(XFault.NOT_SENT, "a request that was not meant for X was held back")
        request = request.copy()
        request.url = self._base_url + url.removeprefix(BASE_URL)
        return super().send(request, *args, **more)


class Transport(requests.Session):
    """A session for tweepy. Follows no redirect, keeps no cookies, reads nothing from the environment."""

    def __init__(self, base_url: str, patience: Patience) -> None:
        super().__init__()
        self.trust_env = False  # neither .netrc, which would take the place of a token, nor proxies
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._patience, self._current = patience, _Current()
        self.base_url = checked_base_url(base_url)
        self._adapter = _Adapter(self.base_url, self._current)
        self.mount("https://", self._adapter)
        self.mount("http://", self._adapter)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **more: Any) -> requests.Response:
        """The answer if it is a 2xx, read to its end.

        Raises `BadAnswer` for another, `XError` where there is none: NOT_SENT if surely no byte left, else UNKNOWN.
        """
        if method != "GET":
            # a connection kept open may have been closed at the other end: then nobody knows what became of a text
            self._adapter.close()
        # a signature is made over the address that is written here
        address = str(url).replace(_OLD_NAME, BASE_URL, 1)
        more |= {"allow_redirects": False, "timeout": (self._patience.connect, self._patience.read)}
        with self._current.limited(self._patience.total) as attempt:
            try:
                answer = super().request(method, address, *args, **more)
            except (requests.RequestException, HTTPError, OSError) as error:
                raise self._failed(error, attempt) from None  # what it says may hold what was sent
        if not 200 <= answer.status_code < 300:
            raise BadAnswer(answer)
        return answer

    def _failed(self, error: BaseException, attempt: _Attempt) -> XError:
        why = reason(error)
        if attempt.expired:
            why = f"it took more than {self._patience.total:g} s"
        if attempt.begun:
            return XError(XFault.UNKNOWN, f"{self.host}: no answer, and it may have got the request ({why})")
        return XError(XFault.NOT_SENT, f"{self.host}: cannot be reached ({why})")

    @property
    def host(self) -> str:
        """Whom messages name."""
        return self.base_url.partition("://")[2]
