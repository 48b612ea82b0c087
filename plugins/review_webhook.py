"""Posts each candidate as JSON, with signed links by which a chat or mail program lets people decide."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tweetgen.domain import Action, Decision, Pending
from tweetgen.errors import TweetgenError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Register, ReviewQueue

from ._http.addresses import refuse_private, shown
from ._http.settings import HttpSettings
from ._http.signing import signed_headers

if TYPE_CHECKING:
    from ._http.caller import Caller

NAME = "webhook"


class NotTaken(TweetgenError):
    """The receiver did not take a candidate; it is told again."""


class WebhookQueue:
    """One request for each candidate; what its links decide goes straight to the store."""

    class Settings(HttpSettings):
        """Where candidates go."""

        actions: tuple[Action, ...] = (Action.APPROVE, Action.REJECT)
        """What links are made for: approve, reject, skip."""

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

    def submit(self, candidates: Sequence[Pending]) -> None:
        """Post them one by one; the same version of the same candidate carries the same `webhook-id`.

        Raises `NotTaken` for an answer that is no success, and what the caller raises: then all are told again.
        """
        for pending in candidates:
            links = {action.value: self._host.queue.link(pending, action) for action in self._settings.actions}
            self._post(pending, {**_told(pending), "links": links})

    def decisions(self) -> Iterable[Decision]:
        """None: links decide in the store."""
        return ()

    def _post(self, pending: Pending, content: dict[str, Any]) -> None:
        settings = self._settings
        body = json.dumps(content, ensure_ascii=False).encode()
        secret = None if settings.secret is None else settings.secret.get_secret_value()
        ident = f"candidate-{pending.number}-{pending.version}"
        headers = {
            "Content-Type": "application/json",
            **signed_headers(secret, ident, self._host.now(), body),
        }
        answer = self._caller.call("POST", settings.url, headers, body)
        if not answer.success:
            what = f"candidate {pending.number} of account {pending.account}"
            raise NotTaken(f"{what}: {shown(settings.url)} answered {answer.status}; it is told again later")


def _told(pending: Pending) -> dict[str, Any]:
    """What a receiver may show."""
    nearest = pending.nearest
    return {
        "type": "candidate",
        "account": pending.account,
        "number": pending.number,
        "version": pending.version,
        "text": pending.text,
        "score": pending.score,
        "scores": dict(pending.scores),
        "nearest": nearest and {"author": nearest.author, "text": nearest.text, "shared_words": nearest.shared_words},
        "verdicts": [
            {"filter": verdict.filter, "outcome": verdict.outcome.value, "reason": verdict.reason}
            for verdict in pending.verdicts
        ],
        "created_at": pending.created_at.isoformat(),
        "expires_at": _iso(pending.expires_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


@hookimpl
def register_review_queues(register: Register[ReviewQueue]) -> None:
    """Offer candidates by HTTP as `webhook`."""
    register(NAME, WebhookQueue)
