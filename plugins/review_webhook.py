"""Posts each candidate as JSON, with signed links by which a chat or mail program lets people decide."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tweetgen.domain import Action, Decision, Pending
from tweetgen.errors import TweetgenError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Register, ReviewQueue

from ._http.addresses import shown
from ._http.settings import HttpSettings
from ._http.signed import Signed

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
        self._receiver = Signed(settings, host)

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
        answer = self._receiver.post(f"candidate-{pending.number}-{pending.version}", content)
        if not answer.success:
            what = f"candidate {pending.number} of account {pending.account}"
            raise NotTaken(f"{what}: {shown(self._settings.url)} answered {answer.status}; it is told again later")


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
