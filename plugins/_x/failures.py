"""Why there was no answer, in words that never hold what was sent."""

import socket
import ssl
from collections.abc import Iterator
from http.client import IncompleteRead, RemoteDisconnected


def reason(error: BaseException) -> str:
    """The innermost thing that is known, out of everything that was wrapped around it."""
    for found in _inside(error):
        if isinstance(found, ssl.SSLCertVerificationError):
            return f"its certificate cannot be trusted: {found.verify_message or 'it is not valid'}"
        if isinstance(found, socket.gaierror):
            return f"no such host is known: {found.strerror}"
        for kind, words in _KNOWN:
            if isinstance(found, kind):
                return words
    return type(error).__name__


_KNOWN: list[tuple[type[BaseException], str]] = [
    (ssl.SSLError, "the encrypted connection broke"),
    (ConnectionRefusedError, "connection refused"),
    (RemoteDisconnected, "the connection was closed without a word"),
    (ConnectionResetError, "the connection was reset"),
    (BrokenPipeError, "the connection was closed while sending"),
    (IncompleteRead, "the answer breaks off"),
    (TimeoutError, "silence"),
]


def _inside(error: BaseException) -> Iterator[BaseException]:
    """Depth first, innermost first."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        found = waiting.pop(0)
        if any(found is other for other in seen):
            continue
        seen.append(found)
        wrapped = [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
        waiting += [one for one in wrapped if isinstance(one, BaseException)]
    yield from reversed(seen)
