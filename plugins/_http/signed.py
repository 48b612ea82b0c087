"""Signed requests to the addresses of a plugin's settings; what every webhook of ours is made of."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tweetgen.domain import Json
from tweetgen.interfaces import Host

from .addresses import refuse_private
from .answers import Answer
from .settings import HttpSettings
from .signing import signed_headers

if TYPE_CHECKING:
    from .caller import Caller


class Signed:
    """Calls addresses as the settings and the instance allow."""

    def __init__(self, settings: HttpSettings, host: Host, *others: str | None) -> None:
        """`others`: addresses besides `settings.url`. Raises `PrivateAddress` for one that may not be called."""
        self._settings, self._host = settings, host
        self._allow_private = settings.allow_private or host.allow_private_addresses
        for url in filter(None, (settings.url, *others)):
            if not self._allow_private:
                refuse_private(urlsplit(url).hostname or "")

    def post(self, ident: str, content: Mapping[str, Json], headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a POST of JSON; `ident` is the same wherever a receiver is to know a repetition.

        Raises what `Caller.call` does.
        """
        body = json.dumps(dict(content)).encode()
        typed = {"Content-Type": "application/json", **(headers or {})}
        return self.call("POST", self._settings.url, ident, typed, body)

    def call(
        self, method: str, url: str, ident: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """The answer, whatever its status. Raises what `Caller.call` does."""
        secret = self._settings.secret.get_secret_value() if self._settings.secret else None
        signed = signed_headers(secret, ident, self._host.now(), body or b"")
        return self._caller.call(method, url, {**headers, **signed}, body)

    @cached_property
    def _caller(self) -> "Caller":
        from .caller import Caller  # httpx is slow to import

        return Caller(self._settings, self._allow_private)
