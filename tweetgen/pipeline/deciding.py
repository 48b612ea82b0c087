"""Decisions of many people at once: those that come while others are being written go together, in one transaction."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from tweetgen.domain import Decision, Pending
from tweetgen.errors import Conflict, InputError
from tweetgen.pipeline.review import REVIEWERS
from tweetgen.store import Store

Outcome = Pending | Conflict | InputError


class _Ticket:
    """One caller's decisions, and what became of them."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self.decisions = decisions
        self.outcomes: list[Outcome] = []
        self.error: Exception | None = None
        self.done = False


class Deciding:
    """Takes reviewers' decisions from any number of threads, one transaction at a time."""

    def __init__(self, store: Callable[[], Store], now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._writing = threading.Lock()
        self._waiting: deque[_Ticket] = deque()  # only who holds the lock takes from it

    def take(self, decision: Decision) -> Pending:
        """The candidate as it then is. Raises what `Candidates.apply` does."""
        (outcome,) = self.take_all([decision])
        if isinstance(outcome, Pending):
            return outcome
        raise outcome

    def take_all(self, decisions: Sequence[Decision]) -> list[Outcome]:
        """What became of each, in order; a refused one keeps none of the others back. Raises `StoreError`."""
        for one in decisions:
            if one.action not in REVIEWERS:
                raise InputError(f"candidate {one.number}", f"{one.action} is not for a reviewer to choose", "decide")
        ticket = _Ticket(decisions)
        self._waiting.append(ticket)
        with self._writing:
            # whoever had the lock before may have taken ours along
            if not ticket.done:
                self._write([self._waiting.popleft() for _ in range(len(self._waiting))])
        if ticket.error is not None:
            raise ticket.error
        return ticket.outcomes

    def _write(self, batch: list[_Ticket]) -> None:
        try:
            decisions = [one for each in batch for one in each.decisions]
            done = iter(self._store().candidates.apply_all(decisions, self._now()))
            for each in batch:
                each.outcomes = [next(done) for _ in each.decisions]
        except Exception as error:  # every caller gets it, not only the one whose thread this is
            for each in batch:
                each.error = error
        finally:
            for each in batch:
                each.done = True
