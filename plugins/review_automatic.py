"""Approval by rule, for accounts that say so: scores, hours and a daily number. Never the default."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Annotated

from pydantic import AfterValidator, Field

from tweetgen.domain import Action, Decision, Pending
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Register, ReviewQueue

from ._review.settings import QueueSettings

NAME = "automatic"
ACTOR = "rule:automatic"


def _window(text: str) -> str:
    _ends(text)
    return text


class AutomaticQueue:
    """Approves what the rule lets through; the rest waits for a person or expires: time alone approves nothing.

    What anybody has edited, skipped or taken back is theirs: the rule never overrules a person.
    """

    class Settings(QueueSettings):
        """The rule. All of it must hold."""

        score: float | None = Field(None, allow_inf_nan=False)
        """The least whole score."""
        scores: Mapping[str, Annotated[float, Field(allow_inf_nan=False)]] = {}
        """The least of single scores by name, such as {author: 0.5, novelty: 0.2}; one that is missing does not do."""
        hours: tuple[Annotated[str, AfterValidator(_window)], ...] = ()
        """When it approves, in the account's time zone, such as ["09:00-18:00"]; empty: always."""
        per_day: int = Field(5, ge=1)
        """The most it approves a day of the account's time zone."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._host = host

    def submit(self, candidates: Sequence[Pending]) -> None:
        """They are in the store already, and asked for from there."""

    def decisions(self) -> Iterable[Decision]:
        """Approvals of the best that the rule lets through, up to the daily number."""
        now = self._host.now()
        if not self._is_open(now):
            return
        left = self._settings.per_day - self._host.queue.decided_today(NAME)
        for pending in self._host.queue.pending():
            if left <= 0:
                return
            if (reason := self._allows(pending, now)) is not None:
                left -= 1
                yield Decision(pending.number, pending.version, Action.APPROVE, ACTOR, NAME, reason)

    def _is_open(self, now: datetime) -> bool:
        clock = now.astimezone(self._host.timezone).time()
        windows = [_ends(text) for text in self._settings.hours]
        return not windows or any(_within(clock, begin, end) for begin, end in windows)

    def _allows(self, pending: Pending, now: datetime) -> str | None:
        """Why the rule lets a candidate through; None: it does not."""
        rule = self._settings
        if pending.version > 1 or (pending.expires_at is not None and pending.expires_at <= now):
            return None
        least = {name: (pending.scores.get(name), bound) for name, bound in rule.scores.items()}
        if rule.score is not None:
            least["score"] = (pending.score, rule.score)
        if any(score is None or score < bound for score, bound in least.values()):
            return None
        return ", ".join(f"{name} {score:g} of at least {bound:g}" for name, (score, bound) in least.items()) or "any"


def _ends(text: str) -> tuple[time, time]:
    """Both ends of "09:00-18:00". Raises ValueError."""
    try:
        begin, end = (time.fromisoformat(end.strip()) for end in text.split("-"))
    except ValueError:
        raise ValueError(f"{text!r} is no window of time such as 09:00-18:00") from None
    if begin.tzinfo or end.tzinfo or begin == end:
        raise ValueError(f"{text!r} is no window of time such as 09:00-18:00")
    return begin, end


def _within(clock: time, begin: time, end: time) -> bool:
    """Whether a window holds a time of day; one whose end comes first goes over midnight."""
    return begin <= clock < end if begin < end else clock >= begin or clock < end


@hookimpl
def register_review_queues(register: Register[ReviewQueue]) -> None:
    """Offer approval by rule as `automatic`."""
    register(NAME, AutomaticQueue)
