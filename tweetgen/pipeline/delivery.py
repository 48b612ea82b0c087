"""What each answer of a destination, or none, means for the text that was sent there."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tweetgen.domain import Event, Receipt, SendState, Severity
from tweetgen.errors import DeliveryError, Duplicate, InputError, NotSent, ReauthRequired, Refused, Throttled
from tweetgen.interfaces import Destination, Threading
from tweetgen.settings import OnUnknown
from tweetgen.store.outbox_row import ChannelName, Ending, OutboxRow

#: called with the name of each moment between a commit and a send, so that a test can end the process right there
Boundary = Callable[[str], None]
#: tells observers
Tell = Callable[[Event], None]
#: after how much of a destination's time to settle it is asked whether a text arrived
CHECKS = (1 / 90, 1 / 15, 1 / 3, 1.0)


def nothing(_: object) -> None:
    """For callbacks nobody asked for."""


@dataclass(frozen=True)
class Channel:
    """One destination of one account, as it is configured."""

    account: str
    #: unique within the account
    name: str
    destination: Destination
    on_unknown: OnUnknown
    #: how long after a request that was cut off the text may still appear there
    settle: timedelta
    #: tries before a dead letter
    attempts: int

    @property
    def key(self) -> ChannelName:
        """Under which the store keeps it."""
        return self.account, self.name


@dataclass(frozen=True)
class Backoff:
    """Exponential, with full jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015)."""

    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=1)

    def delay(self, attempt: int, chance: random.Random) -> timedelta:
        """Any time from nothing to twice as much with each attempt; `attempt`: 1 for the first."""
        most = min(self.first.total_seconds() * 2.0 ** min(attempt - 1, 30), self.longest.total_seconds())
        return timedelta(seconds=chance.uniform(0, most))


@dataclass(frozen=True)
class Judge:
    """Turns what a destination said into the row's next state."""

    chance: random.Random
    backoff: Backoff = Backoff()

    def arrived(self, row: OutboxRow, channel: Channel, answer: object, now: datetime) -> Ending:
        """It returned: with a receipt, or with nonsense, of which nobody knows what it means."""
        if isinstance(answer, Receipt):
            return Ending(SendState.SENT, receipt=answer)
        return self.unknown(channel, now, f"it answered no receipt but {type(answer).__name__}")

    def failed(self, row: OutboxRow, channel: Channel, error: Exception, now: datetime) -> Ending:
        """It raised; what each kind means is told in `errors`."""
        match error:
            case NotSent():
                return self._again(row, channel, _one_line(error), now)
            case Throttled():
                return Ending(SendState.RETRY, _one_line(error), self.wait_until(row, error, now), counted=False)
            case ReauthRequired():
                return Ending(SendState.RETRY, _one_line(error), counted=False)
            case Duplicate() if row.unknown_at is not None:
                return Ending(SendState.SENT, receipt=Receipt())
            case Refused():
                return Ending(SendState.FAILED, _one_line(error))
        return self.unknown(channel, now, _one_line(error))

    def unknown(self, channel: Channel, now: datetime, why: str) -> Ending:
        """Nobody knows whether it arrived."""
        return Ending(SendState.UNKNOWN, why, next_check(channel, now, now))

    def wait_until(self, row: OutboxRow, error: Throttled, now: datetime) -> datetime:
        """When a destination that asked to wait may be tried again."""
        until = error.until
        if until is None or until.tzinfo is None:
            return now + self.backoff.first + self.backoff.delay(row.attempts + 1, self.chance)
        return max(until.astimezone(UTC), now + timedelta(seconds=1))

    def _again(self, row: OutboxRow, channel: Channel, why: str, now: datetime) -> Ending:
        if row.attempts >= channel.attempts:
            return Ending(SendState.FAILED, f"given up after {row.attempts} attempts: {why}")
        return Ending(SendState.RETRY, why, now + self.backoff.delay(row.attempts, self.chance))


def parts_of(destination: Destination, text: str) -> Sequence[str]:
    """What a destination makes of a text, one after the other. Raises `InputError` where it cannot say."""
    if not isinstance(destination, Threading):
        return [text]
    try:
        parts = [str(part) for part in destination.split(text)]
    except Exception as error:
        why = f"its destination cannot divide it ({type(error).__name__}: {_one_line(error)})"
        raise InputError(f"the text {text[:40]!r}", why, "reject it, or mend that") from error
    return parts or [text]


def next_check(channel: Channel, since: datetime, now: datetime) -> datetime:
    """When to look at a row whose outcome is unknown `since` then; at once where the destination is not to be asked."""
    if channel.on_unknown != "reconcile" or channel.destination.keyed:
        return now
    for share in CHECKS:
        moment = since + channel.settle * share
        if moment > now:
            return moment
    return now + channel.settle * CHECKS[0]


def cause_of(row: OutboxRow) -> str:
    """Under which observers hear of a text; over once somebody has seen to it, or it arrived after all."""
    return f"outbox:{row.number}"


def budget_cause(account: str, destination: str) -> str:
    """Under which observers hear of money that is spent; over once something is sent there again."""
    return f"budget:{account}:{destination}"


def login_cause(account: str, destination: str) -> str:
    """Under which observers hear of a login to renew; over once the destination is unblocked."""
    return f"login:{account}:{destination}"


def event_of(row: OutboxRow, ending: Ending, now: datetime) -> Event | None:
    """What observers are told of it, None where nobody needs to hear of it."""
    where = f"outbox {row.number} ({row.account} to {row.destination})"
    see = f"tweetgen outbox show {row.number}"
    if ending.state is SendState.FAILED:
        message = f"{where}: not sent, {ending.error}; see: {see}"
        return Event("dead_letter", row.account, Severity.WARNING, message, cause_of(row), now)
    if ending.state is SendState.NEEDS_HUMAN:
        message = f"{where}: nobody knows whether it arrived; look there, then see: {see}"
        return Event("unknown", row.account, Severity.ACTION, message, cause_of(row), now)
    return None


def _one_line(error: Exception) -> str:
    told = " ".join(str(error).split())
    return told if isinstance(error, DeliveryError) and told else f"{type(error).__name__}: {told}".rstrip(": ")
