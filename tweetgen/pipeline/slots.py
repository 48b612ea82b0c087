"""Makes the slots of all accounts ahead of time, from their schedules; a tick looks at those that have run short."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol
from zoneinfo import ZoneInfo

from tweetgen.schedule import expressions, jitter, occurrences
from tweetgen.settings import Schedule
from tweetgen.store import Store
from tweetgen.store.planning import STEPS, Plan, Wanted

#: so far ahead slots are made, each time less than half of it is left
HORIZON = timedelta(days=2)
# after a longer time without a service, slots of earlier days are not even written down as missed
_LOOK_BACK = timedelta(days=7)
# a plan that reaches further than the horizon by more than this was made while the clock was ahead
_ASTRAY = timedelta(hours=1)
#: accounts planned in one transaction
BATCH = 500


class Scheduled(Protocol):
    """What a planner must know of an account; "" with the instance's own schedule is one too."""

    @property
    def schedule(self) -> Schedule: ...

    @property
    def timezone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Materialised:
    """What one tick did."""

    #: new slots
    made: int
    #: slots that a changed schedule does not have any more
    withdrawn: int
    #: accounts that wait for the next tick, because this one had enough to do
    behind: int


@dataclass(slots=True)
class _Known:
    """How far an account is planned, and from what."""

    digest: str
    until: datetime
    #: the very settings that `digest` was made of, None where it came from the store
    scheduled: Scheduled | None = None


@dataclass
class Planner:
    """Keeps slots ready in the store; several processes may each have one, and all find the same."""

    store: Store
    horizon: timedelta = HORIZON
    _known: dict[str, _Known] = field(default_factory=dict)
    _expressions: dict[str, expressions.Expression] = field(default_factory=dict)
    _loaded: bool = False

    def materialise(self, accounts: Mapping[str, Scheduled], now: datetime, most: int = BATCH) -> Materialised:
        """Make the slots up to the horizon of `most` accounts that need it, those first that need it most.

        An account met for the first time is enabled: it gets no slot that was due before `now`. A changed schedule or
        time zone takes out what is still to come and was not moved or made by hand. Slots of posts that were due while
        no service ran are made too, so that they are made up for or explained; of other steps only the last one.
        """
        self._load()
        short = sorted(self._short(accounts, now))
        names = [name for _, name in short[:most]]
        self.store.accounts.enable_all([name for name in names if name not in self._known], now)
        plans = [self._plan(name, accounts[name], now) for name in names]
        planned = self.store.slots.plan(plans, now)
        for plan in plans:
            self._known[plan.account] = _Known(plan.schedule, plan.until, accounts[plan.account])
        return Materialised(planned.made, planned.withdrawn, len(short) - len(plans))

    def forget_others(self, accounts: Collection[str], now: datetime) -> int:
        """Take out what is still to come of accounts that are in no file any more; how many slots.

        `accounts`: all of the instance, served by this process or not, and "" if it has a schedule of its own.
        """
        self._load()
        gone = [name for name in self._known if name not in accounts]
        for name in gone:
            del self._known[name]
        return self.store.slots.forget(gone, now) if gone else 0

    def _load(self) -> None:
        if not self._loaded:
            self._known = {name: _Known(*plan) for name, plan in self.store.slots.plans().items()}
            self._loaded = True

    def _short(self, accounts: Mapping[str, Scheduled], now: datetime) -> Iterator[tuple[datetime, str]]:
        """How far accounts are planned for which that is not enough, or that have changed."""
        soon, astray = now + self.horizon / 2, now + self.horizon + _ASTRAY
        for name, account in accounts.items():  # of 100,000 in every tick: nothing dear for those with nothing to do
            known = self._known.get(name)
            if known is None or (known.scheduled is not account and _digest(account) != known.digest):
                yield now, name
                continue
            known.scheduled = account
            if not soon <= known.until <= astray:
                yield min(known.until, soon), name

    def _plan(self, name: str, account: Scheduled, now: datetime) -> Plan:
        known, digest = self._known.get(name), _digest(account)
        until = now + self.horizon
        if known is not None and known.digest == digest and known.until <= until + _ASTRAY:
            after = max(known.until, now - _LOOK_BACK)
            return Plan(name, digest, until, list(self._wanted(name, account, after, until, now)))
        # of an edited schedule, what chance has put off until after now belongs to an occurrence before it
        after = now - account.schedule.jitter if known is not None else now
        wanted = self._wanted(name, account, after, until, now)
        return Plan(name, digest, until, [one for one in wanted if one[2] > now], replace=True)

    def _wanted(
        self, name: str, account: Scheduled, after: datetime, until: datetime, now: datetime
    ) -> Iterator[Wanted]:
        zone, schedule = ZoneInfo(account.timezone), account.schedule
        for step in STEPS:
            for text in getattr(schedule, step):
                found = [(one.key, one.due_at) for one in occurrences(self._parsed(text), zone, after, until)]
                if step == "post":
                    found = [(key, due_at + jitter(name, key, schedule.jitter)) for key, due_at in found]
                else:
                    found = found[max(0, sum(due_at <= now for _, due_at in found) - 1) :]
                yield from ((step, key, due_at) for key, due_at in found)

    def _parsed(self, text: str) -> expressions.Expression:
        if text not in self._expressions:
            self._expressions[text] = expressions.parse(text)
        return self._expressions[text]


def _digest(account: Scheduled) -> str:
    """The same for schedules that give the same slots, in every process."""
    schedule = account.schedule
    told = (account.timezone, *(getattr(schedule, step) for step in STEPS), schedule.jitter.total_seconds())
    return blake2b(repr(told).encode(), digest_size=16).hexdigest()
