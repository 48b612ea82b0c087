"""What becomes of slots whose time has come: filled, waiting, or missed with a reason."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from tweetgen.domain import Slot
from tweetgen.errors import StoreError, TweetgenError
from tweetgen.pipeline.limits import REACH, earliest
from tweetgen.schedule import lateness
from tweetgen.settings import Limits, Schedule
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY
from tweetgen.store.slots import Missed, Waiting

#: gives an approved text to a slot; False where there is none
Place = Callable[[Slot], bool]

#: later than this a slot counts as late
GRACE = lateness.GRACE
# a slot that waits for a text is looked at again after this
_AGAIN = timedelta(seconds=30)

NO_TEXT = "no approved text"
PAUSED = "paused"
NOT_RUNNING = "service was not running"
GONE = "the account is gone"


class Posting(Protocol):
    """What must be known of an account that posts."""

    @property
    def schedule(self) -> Schedule: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def timezone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Filled:
    """What one look at the due slots came to, as numbers of slots."""

    filled: int = 0
    waiting: int = 0
    missed: int = 0


def fill(
    store: Store,
    accounts: Mapping[str, Posting],
    place: Place,
    now: datetime,
    limit: int = 1000,
    chosen: Collection[str] | None = None,
) -> Filled:
    """Look at the post slots that are due, at most `limit`, and see that each is filled, waits or is missed.

    `catch_up: all` fills every slot up to `late` after its time; `one`, of those of an account that are later than
    `GRACE` or were held by a pause, only the newest, so that nothing comes in a burst; `skip` none of those. The limits
    of the account, all destinations together, count the slots that were filled.

    `chosen`: look at these accounts only; None: at all, and miss the slots of those that `accounts` does not have.
    Errors of one account (but for those of the store) let its slot wait, with the error as the reason.
    """
    due = store.slots.due(now, "post", limit, chosen)
    if not due:
        return Filled()
    names = list(dict.fromkeys(slot.account for slot in due))
    look = _Look(store, accounts, place, now)
    look.read(names)
    changes: list[Waiting | Missed] = []
    for account, group in groupby(store.slots.open_before(names, "post", now), key=lambda slot: slot.account):
        changes += look.decide(account, list(group))
    store.slots.put(changes, now)
    missed = sum(isinstance(change, Missed) for change in changes)
    return Filled(look.filled, len(changes) - missed, missed)


class _Look:
    """One look at the due slots of some accounts."""

    def __init__(self, store: Store, accounts: Mapping[str, Posting], place: Place, now: datetime) -> None:
        self._store, self._accounts, self._place, self._now = store, accounts, place, now
        self._paused: Collection[str] = ()
        self._sent: defaultdict[str, list[datetime]] = defaultdict(list)
        self._approved: Collection[str] = ()
        self.filled = 0

    def read(self, names: Sequence[str]) -> None:
        """All that has to be known of these accounts, in a few questions."""
        known = {name: self._accounts[name] for name in names if name in self._accounts}
        limited = {name: account for name, account in known.items() if _is_limited(account)}
        if limited:
            # slots are found by when they were due, and may be filled as much later as `late` says
            reach = max(max(REACH, one.limits.gap) + patience(one.schedule) for one in limited.values())
            self._sent.update(self._store.slots.filled(list(limited), "post", self._now - reach))
        self._paused = self._store.accounts.paused()
        self._approved = self._store.slots.with_text(names, self._now)

    def decide(self, name: str, slots: Sequence[Slot]) -> list[Waiting | Missed]:
        """What becomes of the due slots of one account, the oldest first; one that is filled needs no change."""
        account = self._accounts.get(name)
        if account is None:
            return [Missed(slot.number, GONE) for slot in slots]
        changes: list[Waiting | Missed] = []
        for slot in slots:
            # a pause is no restart, for which the grace is meant: what it held does not come in a burst
            late = self._now > slot.due_at + GRACE or slot.reason == PAUSED
            overtaken = slot is not slots[-1] and late
            if overtaken and account.schedule.catch_up != "all":
                changes.append(Missed(slot.number, slot.reason or NOT_RUNNING))
            elif change := self._decide(name, account, slot):
                changes.append(change)
            else:
                self.filled += 1
        return changes

    def _decide(self, name: str, account: Posting, slot: Slot) -> Waiting | Missed | None:
        """None: it was filled."""
        now, last, again = self._now, slot.due_at + patience(account.schedule), self._now + _AGAIN
        if now > last:
            return Missed(slot.number, slot.reason or NOT_RUNNING)
        if name in self._paused or EVERY in self._paused:
            return Waiting(slot.number, again, PAUSED)
        at, reason = earliest(account.limits, ZoneInfo(account.timezone), now, self._sent[name])
        if at > last:
            return Missed(slot.number, reason)
        if at > now:
            return Waiting(slot.number, at, reason)
        if reason := self._hindrance(name, slot):
            return Waiting(slot.number, again, reason)
        self._sent[name].append(now)
        return None

    def _hindrance(self, name: str, slot: Slot) -> str:
        """Why the slot could not be filled, "" if it was."""
        if name not in self._approved:
            return NO_TEXT
        try:
            return "" if self._place(slot) else NO_TEXT
        except StoreError:
            raise
        except TweetgenError as error:
            return str(error)


def patience(schedule: Schedule) -> timedelta:
    """How long after its time a post may still be made."""
    return lateness.patience(schedule.catch_up, schedule.late)


def _is_limited(account: Posting) -> bool:
    limits = account.limits
    return limits.per_hour is not None or limits.per_day is not None or limits.gap > timedelta(0)
