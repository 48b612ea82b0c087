"""From pending to decided: hand candidates to an account's queue, take its decisions, end what waited too long."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from tweetgen.domain import Action, Decision, Pending
from tweetgen.errors import Conflict, InputError
from tweetgen.interfaces import ReviewQueue
from tweetgen.store import Store

_FEW, _MOST = 20, 1000  # candidates told of at a time, and in one go
#: what a reviewer may do; the rest is the service's own
REVIEWERS = frozenset(
    {Action.APPROVE, Action.EDIT, Action.REJECT, Action.SKIP, Action.SCHEDULE, Action.UNDO},
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that could not be taken."""

    decision: Decision
    why: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of a queue's decisions."""

    #: the candidates as they are after each decision, in order
    applied: list[Pending] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def submit(store: Store, queue: ReviewQueue, account: str, now: datetime) -> int:
    """Tell an account's queue of candidates it was not told of yet, or that have changed; how many, 1,000 at most.

    A few at a time, so that a slow queue gets on. They are marked as told once the queue has returned: after a crash
    between, or where the queue raises, it is told of these few again.
    """
    count = 0
    while count < _MOST and (waiting := store.candidates.unsubmitted(account, _FEW)):
        queue.submit(waiting)
        store.candidates.submitted(waiting, now)
        count += len(waiting)
    return count


def gather(store: Store, queue: ReviewQueue, now: datetime, account: str | None = None) -> Gathered:
    """Take the queue's decisions one by one; each that cannot be taken is logged with its reason, and the next follows.

    A queue decides about its own `account` only (None: any). Once a decision about a candidate was refused, later
    ones about it are too: they were made on what never came to be. Raises what the queue raises; what was taken
    before stays.
    """
    gathered = Gathered()
    for decision in queue.decisions():
        try:
            _refuse_strange(store, decision, account, gathered.refused)
            gathered.applied.append(store.candidates.apply(decision, now))
        except (Conflict, InputError) as error:
            gathered.refused.append(Refusal(decision, str(error)))
            logging.getLogger(__name__).warning("%s by %s: %s", decision.action, decision.actor, error)
    return gathered


def expire(store: Store, now: datetime) -> int:
    """End the wait of candidates whose time has passed, undecided; how many they were."""
    return store.candidates.expire(now)


def _refuse_strange(store: Store, decision: Decision, account: str | None, refused: list[Refusal]) -> None:
    what = f"candidate {decision.number}"
    if decision.action not in REVIEWERS:
        raise InputError(what, f"{decision.action} is not for a review queue to choose", "mend the plugin")
    if any(refusal.decision.number == decision.number for refusal in refused):
        raise InputError(what, "an earlier decision about it was refused", "look at it again")
    if account is not None and store.candidates.get(decision.number).account != account:
        raise InputError(what, f"is none of account {account}", "hand it to its own account's queue")
