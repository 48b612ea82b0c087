"""Tells somebody what happened by calling an address of theirs, signed."""

from hashlib import sha256

from tweetgen.domain import Event, Json, Severity
from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Observer, Register

from ._http.addresses import shown
from ._http.settings import HttpSettings
from ._http.signed import Signed

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
        self._receiver = Signed(settings, host)

    def notify(self, event: Event) -> None:
        """Raises `TweetgenError` where the receiver did not say that all is well: then it is told again."""
        if _RANK[event.severity] < _RANK[self._settings.severity]:
            return
        if self._settings.kinds and event.kind not in self._settings.kinds:
            return
        ident = sha256(f"{event.cause}\n{event.at.isoformat()}".encode("utf-8", "replace")).hexdigest()[:32]
        answer = self._receiver.post(ident, _body(event))
        if not answer.success:
            why = f"it answered {answer.status}"
            raise InputError(f"observer {shown(self._settings.url)}", why, "see what it wants")


def _body(event: Event) -> dict[str, Json]:
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
