"""A plugin to drop in: `webhook`, but the daemon dies at the moment that FATAL names, such as `commit 3`."""

import os
import signal
from itertools import count

from sqlalchemy import Connection, Engine, event
from tweetgen_plugins.destination_webhook import WebhookDestination

from tweetgen.domain import Outgoing, Receipt
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Destination, Register

_WHERE, _, _PASSING = os.environ.get("FATAL", "").partition(" ")
_passings = count(1)


def _pass_by(name: str) -> None:
    """End at once, if this is the moment."""
    if name and name == _WHERE and next(_passings) == int(_PASSING):
        os.kill(os.getpid(), signal.SIGKILL)


# the type checker cannot see plugins: they are found through the installer's import hook
class Fatal(WebhookDestination):  # type: ignore[misc]
    """Dies before anything is sent, or once it was answered."""

    def publish(self, outgoing: Outgoing) -> Receipt:
        """As the shipped one does it."""
        _pass_by("send")
        try:
            receipt: Receipt = super().publish(outgoing)
        finally:
            _pass_by("answered")
        return receipt


def _write(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    """Remember of a transaction what it does to the outbox."""
    if statement.startswith("INSERT INTO outbox"):
        connection.info["fatal"] = "place"
    elif statement.startswith("UPDATE outbox"):
        connection.info["fatal"] = "commit"


def _commit(connection: Connection) -> None:
    _pass_by(connection.info.pop("fatal", ""))


@hookimpl
def register_destinations(register: Register[Destination]) -> None:
    """Offer it as `fatal`, and see every commit of the outbox pass by."""
    event.listen(Engine, "before_cursor_execute", _write)
    event.listen(Engine, "commit", _commit)
    register("fatal", Fatal)
