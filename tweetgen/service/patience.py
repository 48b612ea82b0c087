"""How long plugins are waited for; one that hangs is left alone until its thread has ended."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from datetime import timedelta
from typing import Any, TypeVar

from tweetgen.errors import TweetgenError
from tweetgen.pipeline.supervised import StillRunning, call

Result = TypeVar("Result")


class Hangs(TweetgenError):
    """A plugin gave no answer in time."""

    def __init__(self, what: str, limit: timedelta, since: str = "") -> None:
        super().__init__(
            f"{what}: no answer within {limit.total_seconds():g} s{since}; it is asked again once its thread has ended"
        )


class Patience:
    """Calls plugins with a time limit; may be used from several threads."""

    def __init__(self) -> None:
        self._hanging: dict[str, Future[Any]] = {}
        self._late: dict[str, Any] = {}
        self._lock = threading.Lock()

    def call(self, what: str, function: Callable[[], Result], limit: timedelta) -> Result:
        """What `function` returns or raises; `what` names the plugin. Raises `Hangs`."""
        if self._hangs(what):
            raise Hangs(what, limit, " to an earlier call")
        try:
            return call(function, limit)
        except StillRunning as error:
            self._leave(what, error.future)
            raise Hangs(what, limit) from None

    def ask(self, questions: Mapping[str, Callable[[], Result]], limit: timedelta) -> dict[str, Result | Exception]:
        """What many quick questions came to, by plugin: what it answered or raised, `Hangs` after `limit` each.

        All share one thread, unless some hang. Those that hung before are left out until they answer; what they
        answer in the end is not lost, but given the next time.
        """
        with self._lock:
            answers = {what: self._late.pop(what) for what in questions if what in self._late}
        left = [what for what in questions if what not in answers and not self._hangs(what)]
        while left:
            asked = _Round([(what, questions[what]) for what in left], self._late)
            answered = asked.wait(limit)
            answers |= answered
            for what in left[len(answered) : len(answered) + 1]:
                self._leave(what, asked.ended)
                answers[what] = Hangs(what, limit)
            left = left[len(answered) + 1 :]
        return answers

    def _hangs(self, what: str) -> bool:
        with self._lock:
            hanging = self._hanging.get(what)
        return hanging is not None and not hanging.done()

    def _leave(self, what: str, ended: Future[Any]) -> None:
        with self._lock:
            self._hanging[what] = ended


class _Round:
    """Questions asked one after the other in a thread of their own, which ends early where one of them hangs."""

    def __init__(self, questions: Sequence[tuple[str, Callable[[], Any]]], late: dict[str, Any]) -> None:
        self.ended: Future[None] = Future()
        self._questions, self._late = questions, late
        self._answers: dict[str, Any] = {}
        self._given_up = False
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="questions", daemon=True).start()

    def wait(self, limit: timedelta) -> dict[str, Any]:
        """The answers to all of them, or to those before the one that hangs."""
        before = -1
        while not self.ended.done() and len(self._answers) > before:
            before = len(self._answers)
            wait([self.ended], limit.total_seconds())
        with self._lock:
            self._given_up = True
            return dict(self._answers)

    def _run(self) -> None:
        for what, question in self._questions:
            try:
                answer = question()
            except BaseException as error:  # whatever a plugin raises, SystemExit too, is its answer
                answer = error if isinstance(error, Exception) else RuntimeError(f"{type(error).__name__}: {error}")
            with self._lock:
                if self._given_up:
                    self._late[what] = answer
                    break
                self._answers[what] = answer
        self.ended.set_result(None)
