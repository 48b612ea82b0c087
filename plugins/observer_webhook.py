"""Tells somebody what happened by calling an address of theirs, signed."""

import json
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tweetgen.domain import Event, Severity
from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Observer, Register

from ._http.addresses import refuse_private, shown
from ._http.settings import HttpSettings
from ._http.signing import signed_headers

if TYPE_CHECKING:
    from ._http.caller import Caller

NAME = "webhook"
_RANK = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ACTION: 2}


class WebhookObserver:
    """POSTs each event as JSON; `webhook-id` is the same each time one event is told."""

    class Settings(HttpSettings):
        """Where events are sent, and which."""

        severity: Severity = Severity.INFO
        """The least urgent that is told: info, warning or action."""
        kinds: tuple[str, ...] = ()
        """Only these kinds of event, such as `login` or `queue_dry`; all where none is named."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._host = host
        self._allow_private = settings.allow_private or host.allow_private_addresses
        if not self._allow_private:
            refuse_private(urlsplit(settings.url).hostname or "")

    @cached_property
    def _caller(self) -> "Caller":
        from ._http.caller import Caller

        return Caller(self._settings, self._allow_private)

    def notify(self, event: Event) -> None:
        """Raises `TweetgenError` where the receiver did not say that all is well: then it is told again."""
        if _RANK[event.severity] < _RANK[self._settings.severity]:
            return
        if self._settings.kinds and event.kind not in self._settings.kinds:
            return
        body = json.dumps(_body(event)).encode()
        ident = sha256(f"{event.cause}\n{event.at.isoformat()}".encode("utf-8", "replace")).hexdigest()[:32]
        secret = self._settings.secret.get_secret_value() if self._settings.secret else None
        signed = signed_headers(secret, ident, self._host.now(), body)
        answer = self._caller.call("POST", self._settings.url, {"Content-Type": "application/json", **signed}, body)
        if not answer.success:
            why = f"it answered {answer.status}"
            raise InputError(f"observer {shown(self._settings.url)}", why, "see what it wants")


def _body(event: Event) -> dict[str, object]:
    return {
        "kind": event.kind,
        "account": event.account,
        "severity": event.severity.value,
        "message": event.message,
        "cause": event.cause,
        "at": event.at.isoformat(),
        "details": dict(event.details),
    }


@hookimpl
def register_observers(register: Register[Observer]) -> None:
    """Offer HTTP requests as `webhook`."""
    register(NAME, WebhookObserver)
