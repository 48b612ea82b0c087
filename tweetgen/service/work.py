"""A piece of a step: journalled, measured, and kept from stopping the others when it fails."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from tweetgen.domain import Event, Severity
from tweetgen.errors import TweetgenError
from tweetgen.service.metrics import Metrics
from tweetgen.service.redaction import Redactor
from tweetgen.service.telling import Teller
from tweetgen.store import Store

LOG = logging.getLogger(__name__)
Kept = TypeVar("Kept")
OK, FAILED = "ok", "failed"
#: what events of failing steps are called
_KIND = "step_failed"
#: failures in a row that somebody is told of
TOLD_AFTER = 3
#: a piece that failed is left alone, for twice as long each time
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=2)


class Failed(TweetgenError):
    """A step did not do what it should, and has nothing to add to its one line."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    failures: int
    not_before: datetime


class Work:
    """Does pieces of work for one owner; may be used from several threads."""

    def __init__(
        self,
        store: Store,
        owner: str,
        metrics: Metrics,
        teller: Teller,
        redactor: Redactor,
        now: Callable[[], datetime],
    ) -> None:
        self.owner, self.now = owner, now
        self._store, self._metrics, self._teller, self._redactor = store, metrics, teller, redactor
        self._troubles: dict[tuple[str, str], _Trouble] = {}
        self._lasting: set[str] | None = None
        self._lock = threading.Lock()
        #: pieces that failed since the beginning
        self.failures = 0

    def may(self, step: str, account: str) -> bool:
        """Whether it did not fail a moment ago."""
        trouble = self._troubles.get((step, account))
        return trouble is None or self.now() >= trouble.not_before

    def failed_last(self, step: str, account: str) -> bool:
        """Whether it failed the last time, in this process or in one before it that told of it."""
        return (step, account) in self._troubles or cause_of(step, account) in self._told_before()

    def try_again(self) -> None:
        """Leave nothing alone any longer for having failed: the configuration has changed, which may mend it."""
        with self._lock:
            now = self.now()
            self._troubles = {piece: replace(one, not_before=now) for piece, one in self._troubles.items()}

    def do(self, step: str, account: str, piece: Callable[[], str], *, long: bool = False) -> bool:
        """Do it, unless it failed a moment ago; False if it failed or was left alone.

        `piece` returns what it did in one line, "" for nothing worth a word: then nothing is journalled. A `long` one
        is journalled before it begins, so that `tweetgen status` shows it running. Whatever it raises stays here:
        logged, journalled, and told to the observers if it goes on.
        """
        if not self.may(step, account):
            return False
        began, clock = self.now(), time.monotonic()
        number = self._begin(step, account, began) if long else None
        try:
            detail, outcome = piece() or self._recovery(step, account), OK
        except Exception as error:
            detail, outcome = self._redactor.text(told(error)), FAILED
            expected = isinstance(error, TweetgenError)
            LOG.error("%s: %s", _name(step, account), detail, exc_info=None if expected else error)
        self._metrics.step(step, outcome, time.monotonic() - clock, self.now())
        if number is None and detail:
            number = self._begin(step, account, began)
        if number is not None:
            self._keep(lambda: self._store.journal.end(number, outcome, detail, self.now()))
        if outcome == FAILED:
            self._failed(step, account, detail)
        elif detail:
            self._succeeded(step, account, detail)
        return outcome == OK

    def _begin(self, step: str, account: str, began: datetime) -> int | None:
        return self._keep(lambda: self._store.journal.begin(step, account, self.owner, began))

    def _failed(self, step: str, account: str, detail: str) -> None:
        with self._lock:
            self.failures += 1
            before = self._troubles.get((step, account))
            count = before.failures + 1 if before else 1
            pause = min(_FIRST_PAUSE * 2 ** min(count - 1, 20), _LONGEST_PAUSE)
            self._troubles[step, account] = _Trouble(count, self.now() + pause)
        if count >= TOLD_AFTER or self._failed_before(step, account):
            whose = f" of account {account!r}" if account else ""
            message = f"step {step}{whose} failed again and again: {detail}"
            cause = cause_of(step, account)
            self._teller.tell(Event(_KIND, account, Severity.WARNING, message, cause, self.now()))

    def _failed_before(self, step: str, account: str) -> bool:
        """Whether the last few all failed, also where each was done by another process (`serve --once`)."""
        last = self._keep(lambda: self._store.journal.last(step, account, limit=TOLD_AFTER)) or []
        return len(last) >= TOLD_AFTER and all(entry.outcome == FAILED for entry in last)

    def _succeeded(self, step: str, account: str, detail: str) -> None:
        with self._lock:
            self._troubles.pop((step, account), None)
            if self._lasting:
                self._lasting.discard(cause_of(step, account))
        LOG.info("%s: %s", _name(step, account), detail)
        self._teller.over(cause_of(step, account))

    def _recovery(self, step: str, account: str) -> str:
        """A word for a success that would be worth none, had it not failed before."""
        return "works again" if self.failed_last(step, account) else ""

    def _told_before(self) -> Collection[str]:
        """Causes that processes before this one told of, and that are not over yet."""
        if self._lasting is None:
            found = self._keep(self._store.notices.open)
            if found is None:
                return ()
            with self._lock:
                self._lasting = {one.event.cause for one in found if one.event.kind == _KIND}
        return self._lasting

    def _keep(self, note: Callable[[], Kept]) -> Kept | None:
        """Take a note; where the store fails, the work itself goes on."""
        try:
            return note()
        except TweetgenError as error:
            LOG.error("%s", error)
            return None


def cause_of(step: str, account: str) -> str:
    """Under which name a step's failures are told, once until it succeeds."""
    return f"{_KIND}:{step}:{account}"


def _name(step: str, account: str) -> str:
    """Of a piece, as the log has it; an account "" is the whole instance."""
    return f"{step} of {account}" if account else step


def told(error: Exception) -> str:
    """One line, the kind of error named where we did not raise it ourselves."""
    message = " ".join(str(error).split())
    return message if isinstance(error, TweetgenError) and message else f"{type(error).__name__}: {message}"
