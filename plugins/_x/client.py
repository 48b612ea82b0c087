"""The one place that chooses the library which speaks with X."""

from collections.abc import Callable
from datetime import datetime

from .port import BASE_URL, XClient, XCredentials


def open_client(
    credentials: XCredentials,
    *,
    now: Callable[[], datetime],
    base_url: str = BASE_URL,
    connect_seconds: float = 3,
    read_seconds: float = 20,
    total_seconds: float = 25,
) -> XClient:
    """A client that reads and writes as `credentials` allow; opens no connection yet.

    Raises `XError`: INVALID for a `base_url` that is none, or that would carry keys unencrypted over a network,
    UNAUTHORIZED for keys that cannot be any.
    """
    # tweepy and requests are slow to import
    from .transport import Patience, Transport
    from .tweepy_client import TweepyClient

    transport = Transport(base_url, Patience(connect_seconds, read_seconds, total_seconds))
    return TweepyClient(credentials, transport, now)
