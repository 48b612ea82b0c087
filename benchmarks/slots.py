"""Due slots found and planned among many accounts, on SQLite: seconds a tick, as one line of JSON.

python -m benchmarks.slots [--accounts 100000] [--ticks 60]

Each account posts at three times of its own a day with some minutes of jitter, collects every six hours, and has a
limit per day, a gap and quiet hours. After the first start, which plans all of them a batch a tick, the clock goes on
in ticks of 30 seconds: slots that run short are made, and what is due is found and decided about. No text is approved:
the dearest case, since every slot that is due waits and is looked at again.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tweetgen.pipeline.due import fill
from tweetgen.pipeline.slots import Planner
from tweetgen.settings import Limits, Schedule
from tweetgen.store import Store

TICK = timedelta(seconds=30)
START = datetime(2026, 3, 28, 12, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe")


@dataclass(frozen=True)
class Account:
    """What slots have to know of an account."""

    schedule: Schedule
    limits: Limits
    timezone: str


def invent(count: int, posts: int = 3) -> dict[str, Account]:
    """Accounts by name, each with times of its own."""
    chance = random.Random(1)
    limits = Limits(per_day=20, gap=timedelta(minutes=10), quiet=("23:30-06:00",))
    accounts = {}
    for number in range(count):
        times = tuple(f"{chance.randrange(24):02}:{chance.randrange(60):02}" for _ in range(posts))
        schedule = Schedule(collect=("every 6h",), post=times, jitter=timedelta(minutes=10))
        accounts[f"account{number:06}"] = Account(schedule, limits, chance.choice(ZONES))
    return accounts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--ticks", type=int, default=60)
    given = parser.parse_args()
    accounts = invent(given.accounts)
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'slots.db'}") as store:
        planner, now, first = Planner(store), START, []
        behind = 1
        while behind:
            start = time.perf_counter()
            behind = planner.materialise(accounts, now).behind
            first.append(time.perf_counter() - start)
        # a day on, half of what was made is used up, and batch by batch runs short
        now += timedelta(days=1)
        plans, looks, seen = [], [], 0
        for _ in range(given.ticks):
            now += TICK
            start = time.perf_counter()
            planner.materialise(accounts, now)
            planned = time.perf_counter()
            done = fill(store, accounts, lambda _: False, now)
            looks.append(time.perf_counter() - planned)
            plans.append(planned - start)
            seen += done.waiting + done.missed
        ticks = [plan + look for plan, look in zip(plans, looks, strict=True)]
        start = time.perf_counter()
        Planner(store).materialise(accounts, now)
        report = {
            "accounts": given.accounts,
            "first_start": told(first) | {"sum": round(sum(first), 1)},
            "plan": told(plans),
            "look": told(looks),
            "tick": told(ticks),
            "slots_decided": seen,
            "restart": round(time.perf_counter() - start, 3),
        }
    print(json.dumps(report))


def told(seconds: Sequence[float]) -> dict[str, float]:
    """How long something took, in seconds."""
    return {
        "ticks": len(seconds),
        "median": round(statistics.median(seconds), 3),
        "longest": round(max(seconds), 3),
    }


if __name__ == "__main__":
    main()
