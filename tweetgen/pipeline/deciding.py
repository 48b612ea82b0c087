"""Decisions of many people at once: those that come while others are being written go together, in one transaction."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeVar

from tweetgen.domain import Decision, Pending
from tweetgen.errors import Conflict, InputError
from tweetgen.pipeline.review import REVIEWERS
from tweetgen.store import Store

# seconds that the thread waits for more
_PATIENCE = 2.0

Outcome = Pending | Conflict | InputError
Result = TypeVar("Result")


class _Ticket:
    """One caller's decisions, what is made of their outcomes, and where that goes."""

    def __init__(self, decisions: Sequence[Decision], then: Callable[[list[Outcome]], Any]) -> None:
        self.decisions, self.then = decisions, then
        self.future: Future[Any] = Future()
        # who gave up waiting cannot take back what is being written, nor end the thread that writes it
        self.future.set_running_or_notify_cancel()

    def settle(self, outcomes: list[Outcome]) -> None:
        try:
            self.future.set_result(self.then(outcomes))
        except Exception as error:
            self.future.set_exception(error)


class Deciding:
    """Takes reviewers' decisions from any number of callers; a thread that ends soon after the last writes them."""

    def __init__(self, store: Callable[[], Store], now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._news = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._works = False

    def take(self, decision: Decision) -> Pending:
        """The candidate as it then is. Raises what `Candidates.apply` does."""
        return self.begin([decision], the_one).result()

    def take_all(self, decisions: Sequence[Decision]) -> list[Outcome]:
        """What became of each, in order; a refused one keeps none of the others back. Raises `StoreError`."""
        return self.begin(decisions, list).result()

    def begin(self, decisions: Sequence[Decision], then: Callable[[list[Outcome]], Result]) -> "Future[Result]":
        """Have them taken soon; `then` makes of their outcomes, once these are committed, what the future gives.

        Raises `InputError` for an action that is not a reviewer's.
        """
        for one in decisions:
            if one.action not in REVIEWERS:
                raise InputError(f"candidate {one.number}", f"{one.action} is not for a reviewer to choose", "decide")
        ticket = _Ticket(decisions, then)
        with self._news:
            self._waiting.append(ticket)
            if self._works:
                self._news.notify()
            else:
                self._works = True
                threading.Thread(target=self._run, name="deciding", daemon=True).start()
        return ticket.future

    def _run(self) -> None:
        while True:
            with self._news:
                if not self._waiting:
                    self._news.wait(_PATIENCE)
                batch, self._waiting = self._waiting, []
                if not batch:
                    self._works = False
                    return
            self._write(batch)

    def _write(self, batch: list[_Ticket]) -> None:
        decisions = [one for each in batch for one in each.decisions]
        try:
            done = iter(self._store().candidates.apply_all(decisions, self._now()))
        except Exception as error:  # nothing was written: every caller is to know
            for each in batch:
                each.future.set_exception(error)
            return
        for each in batch:
            each.settle([next(done) for _ in each.decisions])


def the_one(outcomes: list[Outcome]) -> Pending:
    """The candidate of the only decision. Raises why it was refused."""
    (outcome,) = outcomes
    if isinstance(outcome, Pending):
        return outcome
    raise outcome
