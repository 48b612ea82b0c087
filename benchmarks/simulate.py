"""Days of schedule in minutes: a thousand accounts on a clock of our own, through the store and the outbox.

python -m benchmarks.simulate [--accounts 1000] [--hours 72]

The clock goes through the night in which European clocks are put back. Reviewers approve now and then and never for
some accounts, some accounts are paused for a while, and the service is down for five hours and then starts anew. What
must hold is worked out apart, minute by minute: each account has every slot of its schedule exactly once, each is
filled or says why it is not, and no limit is broken. One line of JSON; the exit code says whether all of it held.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from tweetgen.domain import Action, Candidate, Decision, Slot, SlotState
from tweetgen.pipeline.due import fill
from tweetgen.pipeline.slots import Planner
from tweetgen.settings import Limits, Schedule
from tweetgen.store import NewCandidate, Store

START = datetime(2026, 10, 24, 6, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
#: hours after the start in which the service is down
DOWN = range(30, 35)
#: MiB that SQLite may still fill with pages, however long it runs
PAGE_CACHE = 32
GAP, PER_DAY = 20 * MINUTE, 6
ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Account:
    """What the simulation has to know of an account."""

    schedule: Schedule
    limits: Limits
    timezone: str
    #: how likely a reviewer is to approve a text for it within an hour
    diligence: float


@dataclass
class Simulation:
    """A service, its reviewers and its interruptions, on one store."""

    store: Store
    accounts: dict[str, Account]
    hours: int
    chance: random.Random
    sent: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)

    def run(self) -> None:
        """The whole time, minute by minute; the most memory used so far (MiB) is noted each hour."""
        planner = Planner(self.store)
        for minute in range(self.hours * 60 + 1):
            now, hour = START + minute * MINUTE, minute // 60
            if minute % 60 == 0:
                self._review(now)
                self._pause(hour, now)
                self.memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            if hour in DOWN:
                planner = Planner(self.store)
                continue
            planner.materialise(self.accounts, now)
            fill(self.store, self.accounts, lambda slot, now=now: self._place(slot, now), now)  # type: ignore[misc]

    def _place(self, slot: Slot, now: datetime) -> bool:
        rows = self.store.outbox.place(slot.account, slot, ["main"], now)
        self.sent[slot.account] += len(rows)
        return bool(rows)

    def _review(self, now: datetime) -> None:
        chosen = [name for name, account in self.accounts.items() if self.chance.random() < account.diligence]
        texts = [
            NewCandidate(name, Candidate(name, {}, "m", 1, (1.0,), True, -1.0), f"{name} {now}", {}, 0.0)
            for name in chosen
        ]
        for added in self.store.candidates.add(texts, now):
            decision = Decision(added.number, added.version, Action.APPROVE, "ann", "inbox")
            self.store.candidates.apply(decision, now)

    def _pause(self, hour: int, now: datetime) -> None:
        """Every tenth account for four hours in turn, once also everything for one."""
        for number, name in enumerate(self.accounts):
            if number % 10 == 0 and hour % 24 == number // 10 % 20:
                self.store.accounts.pause(name, "ann", "a look at it", now)
            if number % 10 == 0 and hour % 24 == number // 10 % 20 + 4:
                self.store.accounts.resume(name)
        if hour == 50:
            self.store.accounts.pause("*", "ann", "a look at all", now)
        if hour == 51:
            self.store.accounts.resume("*")


def invent(count: int) -> dict[str, Account]:
    """Accounts of all kinds: times of day, weekdays, cron, `every`; skip, one and all."""
    chance = random.Random(1)
    accounts = {}
    for number in range(count):
        clock = f"{chance.randrange(24):02}:{chance.choice((0, 10, 30)):02}"
        post = (clock, f"{chance.choice(_WEEKDAYS)} 02:30", "30 1,13 * * *", "every 8h")[: chance.randint(1, 4)]
        catch_up = chance.choice(("skip", "one", "all"))
        schedule = Schedule(post=post, catch_up=catch_up, jitter=5 * MINUTE)  # type: ignore[arg-type]
        limits = Limits(gap=GAP, per_day=PER_DAY, quiet=("23:45-00:15",))
        accounts[f"account{number:04}"] = Account(schedule, limits, chance.choice(ZONES), chance.choice((0, 0.1, 0.5)))
    return accounts


def expected(account: Account, end: datetime) -> set[str]:
    """The keys its slots must have, found by walking through the minutes and looking at the clock."""
    zone, keys, seen = ZoneInfo(account.timezone), set(), set()
    at = START + MINUTE
    while at <= end:
        wall = at.astimezone(zone).replace(tzinfo=None)
        shown = f"{wall:%Y-%m-%dT%H:%M}"
        due = shown not in seen and any(_shows(text, wall) for text in account.schedule.post)
        seen.add(shown)
        if due:
            keys.add(shown)
        if "every 8h" in account.schedule.post and at.hour % 8 == 0 and at.minute == 0:
            keys.add(f"{at:%Y-%m-%dT%H:%M:%SZ}")
        at += MINUTE
    return keys


def _shows(text: str, wall: datetime) -> bool:
    if text == "30 1,13 * * *":
        return wall.hour in (1, 13) and wall.minute == 30
    *days, clock = text.split()
    return f"{wall:%H:%M}" == clock and (not days or _WEEKDAYS[wall.weekday()] in days)


def faults(simulation: Simulation) -> list[str]:
    """Whatever is not as it must be, one line each."""
    end = START + simulation.hours * HOUR
    found = []
    for name, account in simulation.accounts.items():
        slots = [slot for slot in simulation.store.slots.past(name, "post", 10_000, [*SlotState]) if slot.due_at <= end]
        keys = Counter(slot.key for slot in slots)
        wanted = expected(account, end)
        late = expected(account, end - account.schedule.jitter)
        if not (late <= keys.keys() <= wanted and max(keys.values(), default=1) == 1):
            found.append(f"{name}: slots {sorted(keys.keys() ^ wanted)} are too many or too few")
        found += [
            f"{name}: slot {slot.key} is {slot.state} without a reason" for slot in slots if _unexplained(slot, end)
        ]
        sent = sorted(simulation.store.slots.filled([name], "post", START - HOUR).get(name, []))
        if len(sent) != simulation.sent[name]:
            found.append(f"{name}: {len(sent)} slots filled, {simulation.sent[name]} texts placed")
        if any(later - earlier < GAP for earlier, later in pairwise(sent)):
            found.append(f"{name}: two posts within the gap")
        days = Counter(at.astimezone(ZoneInfo(account.timezone)).date() for at in sent)
        if max(days.values(), default=0) > PER_DAY:
            found.append(f"{name}: too many posts on one day")
    return found


def _unexplained(slot: Slot, end: datetime) -> bool:
    """Neither filled nor with a reason, or waiting for longer than any may."""
    if slot.state is SlotState.FILLED:
        return False
    too_long = slot.state is SlotState.OPEN and slot.due_at < end - Schedule().late - HOUR
    return too_long or not slot.reason


def report(simulation: Simulation, seconds: float) -> dict[str, object]:
    """What happened, in numbers."""
    slots = simulation.store.slots.past(None, "post", 10_000_000, [*SlotState])
    end = START + simulation.hours * HOUR
    became = Counter(f"{slot.state}: {slot.reason}".rstrip(": ") for slot in slots if slot.due_at <= end)
    memory = simulation.memory
    return {
        "accounts": len(simulation.accounts),
        "hours": simulation.hours,
        "seconds": round(seconds, 1),
        "slots": sum(became.values()),
        "became": dict(became.most_common()),
        "memory_mib": {"third": round(memory[len(memory) // 3]), "end": round(memory[-1])},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--hours", type=int, default=72)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'simulated.db'}") as store:
        simulation = Simulation(store, invent(given.accounts), given.hours, random.Random(2))
        start = time.perf_counter()
        simulation.run()
        told = report(simulation, time.perf_counter() - start)
        wrong = faults(simulation)
    third, end = simulation.memory[len(simulation.memory) // 3], simulation.memory[-1]
    if end > third + PAGE_CACHE:
        wrong.append(f"memory grew from {third:.0f} to {end:.0f} MiB")
    print(json.dumps(told | {"faults": wrong[:20]}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
