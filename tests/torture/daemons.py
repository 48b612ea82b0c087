"""The real `tweetgen serve` on an instance of its own, several at once if need be, killed again and again.

It is not told that it is under torture: it reads a configuration like anybody's, and its clock ticks as it always does.
Only what would have to be waited out is cut short, in the store: the leases of the dead, and pauses between attempts.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from tweetgen.domain import SendState
from tweetgen.errors import StoreError
from tweetgen.pipeline.dispatch import Timing
from tweetgen.store import Store
from tweetgen.store.engine import writing
from tweetgen.store.tables import channels, outbox

_LIMIT = timedelta(seconds=1)
_LEASE = _LIMIT + Timing.spare
_CONFIG = "database: {database}\nplugins: [plugins]\nweb: {{port: 0}}\nservice: {{plugin_timeout: {limit:g}s}}\n"
_ACCOUNT = """
destinations: [{kind}: {{url: "{url}", allow_private: true, keyed: {keyed}}}]
on_unknown: {on_unknown}
attempts: 1000
schedule: {{catch_up: all}}
filters: []
ranking: {{keep: 1}}
stock: 1
"""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_PAUSING = (SendState.READY, SendState.RETRY, SendState.UNKNOWN)
_OPEN = (*_PAUSING, SendState.SENDING)
#: a daemon is killed within so many seconds after it has shown a sign of life …
_LIFE = 1.5
#: … but some, as often as this, before they could
_EARLY = 0.15
#: seconds within which a daemon begins, and within which the last one settles everything, on however busy a machine
_BEGINS, _LONGEST = 90, 180
#: how likely a daemon is put to sleep at a kill, while no other sleeps
_SLEEP = 0.5

Process = subprocess.Popen[bytes]


class Daemons:
    """All that serve one instance, one after the other and at once."""

    def __init__(self, folder: Path, store: Store, database: str, accounts: Sequence[str]) -> None:
        self._folder, self._store, self._database, self._accounts = folder, store, database, accounts
        self._chance = random.Random(1)
        #: process ids
        self._dead: set[int] = set()
        #: one that sleeps past its lease, and until when
        self._asleep: tuple[Process, float] | None = None
        #: of each text that has no slot yet, whose it is
        self._to_book: list[str] = []
        #: how many slept so long or got to their failpoint; texts that those who were killed were just sending
        self.slept = self.reached = self.interrupted = 0

    def configure(self, url: str, on_unknown: str, keyed: bool, fatal: bool = False) -> None:
        """Write the files of the instance; `fatal`: with the plugin that kills at failpoints."""
        for name in ("accounts", "plugins"):
            (self._folder / name).mkdir(parents=True)
        kind = "fatal" if fatal else "webhook"
        if fatal:
            shutil.copy(Path(__file__).with_name("fatal.py"), self._folder / "plugins")
        config = _CONFIG.format(database=self._database.removeprefix("sqlite:///"), limit=_LIMIT.total_seconds())
        (self._folder / "config.yaml").write_text(config, "utf-8")
        account = _ACCOUNT.format(kind=kind, url=url, keyed=json.dumps(keyed), on_unknown=on_unknown)
        for name in self._accounts:
            (self._folder / "accounts" / f"{name}.yaml").write_text(account, "utf-8")

    def fill(self, texts: int, approve: Callable[..., int]) -> None:
        """Approve `texts`, which are given their slots while it is killed, and each account's stock."""
        self._to_book = [self._accounts[number % len(self._accounts)] for number in range(texts)]
        for number, account in enumerate([*self._to_book, *self._accounts]):
            approve(self._store, f"text {number}", account, datetime.now(UTC))

    def torture(self, kills: int, processes: int, sleep: bool) -> int:
        """So many at once, killed so often at random moments; how much was left to do then.

        `sleep`: now and then one is stopped past its lease while the others are killed; a moment after it woke up, it
        is killed as well.
        """
        share = len(self._to_book) // kills
        serving = [self._begin() for _ in range(processes)]
        try:
            for _ in range(kills):
                self._meanwhile(share)
                victim = self._victim(serving)
                if sleep and self._asleep is None and self._chance.random() < _SLEEP:
                    self._put_to_sleep(victim)
                    victim = self._victim(serving)
                self._kill(victim)
                serving[serving.index(victim)] = self._begin()
        finally:
            self._asleep = None
            for one in serving:
                self._kill(one)
        return self.left()

    def torture_at(self, failpoints: Sequence[tuple[str, int]]) -> int:
        """One after the other, each killed when it passes its failpoint that often; how much was left to do then.

        One that does not get there in time is killed anyhow.
        """
        share = len(self._to_book) // len(failpoints)
        for name, passing in failpoints:
            self._meanwhile(share)
            process = self._begin(FATAL=f"{name} {passing}")
            try:
                assert process.wait(_BEGINS) == -signal.SIGKILL, self.said()
                self.reached += 1
            except subprocess.TimeoutExpired:
                pass
            finally:
                self._kill(process)
        return self.left()

    def finish(self) -> None:
        """Serve until everything is settled, and end as one should."""
        last, deadline = self._begin(), time.monotonic() + _LONGEST
        try:
            self._wait_for_life(last)  # before, it would not notice that it is to end
            while self.left():
                assert last.poll() is None, self.said()
                assert time.monotonic() < deadline, self.said()
                self._meanwhile(len(self._to_book))
                time.sleep(0.2)
            last.terminate()
            assert last.wait(_LONGEST) == 0, self.said()
        finally:
            last.kill()
            last.wait()

    def left(self) -> int:
        """How many texts are still to be placed, sent or found out about."""
        counts = self._store.outbox.counts()
        waiting = len(self._store.slots.upcoming(step="post", limit=1_000_000)) + len(self._to_book)
        return waiting + sum(count for (_, state), count in counts.items() if state in _OPEN)

    def said(self) -> str:
        """What all of them logged."""
        return (self._folder / "serve.log").read_text("utf-8")

    def told(self) -> str:
        """What they were killed in the middle of."""
        slept = f", {self.slept} of these after a sleep past the lease" if self.slept else ""
        reached = f", {self.reached} of these at their failpoint" if self.reached else ""
        return f"{slept}{reached}, in the middle of {self.interrupted} texts"

    # ── one of them ──

    def _begin(self, **environment: str) -> Process:
        command = [sys.executable, "-m", "tweetgen", "--instance", str(self._folder), "serve"]
        with (self._folder / "serve.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **environment})

    def _victim(self, serving: Sequence[Process]) -> Process:
        """The sleeper, a moment after it woke up, if its time has come; else any that is awake, at a random moment."""
        asleep, until = self._asleep or (None, 0.0)
        if asleep is not None and time.monotonic() > until:
            self._asleep = None
            self.slept += 1
            asleep.send_signal(signal.SIGCONT)
            time.sleep(self._chance.uniform(0, 0.5))
            return asleep
        chosen = self._chance.choice([one for one in serving if one is not asleep])
        if self._chance.random() < _EARLY:
            time.sleep(self._chance.uniform(0, 1))
        else:
            self._wait_for_life(chosen)
            time.sleep(self._chance.uniform(0, _LIFE))
        return chosen

    def _wait_for_life(self, process: Process) -> None:
        deadline = time.monotonic() + _BEGINS
        while not any(one.details["pid"] == process.pid for one in self._store.daemons.alive(_LONG_AGO)):
            # a sleeper may have the store locked, and then others cannot begin
            assert self._asleep is not None or (process.poll() is None and time.monotonic() < deadline), self.said()
            if process.poll() is not None or time.monotonic() > deadline:
                break
            time.sleep(0.02)

    def _put_to_sleep(self, process: Process) -> None:
        process.send_signal(signal.SIGSTOP)
        self._asleep = process, time.monotonic() + _LEASE.total_seconds() + 1

    def _kill(self, process: Process) -> None:
        process.kill()
        process.wait()
        self._dead.add(process.pid)
        self._meanwhile()

    # ── what happens around them ──

    def _meanwhile(self, slots: int = 0) -> None:
        """So many slots come due, and what waits for time alone, a dead one's lease or a pause, waits no longer."""
        with suppress(StoreError):  # a sleeper has it locked; the next time will do
            self._end_waiting(datetime.now(UTC))
            for _ in range(slots):
                if self._to_book:
                    now = datetime.now(UTC)
                    due_at = now + timedelta(seconds=self._chance.uniform(0, _LIFE))
                    self._store.slots.book(self._to_book[-1], "post", due_at, now)
                    self._to_book.pop()

    def _end_waiting(self, now: datetime) -> None:
        sending = self._store.outbox.list(states=[SendState.SENDING], limit=1_000_000)
        of_dead = [row for row in sending if int(str(row.owner).split(":")[1]) in self._dead]
        lost = [row.number for row in of_dead if (row.lease_until or now) > now]
        with writing(self._store._engine) as connection:
            connection.execute(update(outbox).where(outbox.c.number.in_(lost)).values(lease_until=now))
            connection.execute(update(outbox).where(outbox.c.state.in_(_PAUSING)).values(not_before=now))
            connection.execute(update(channels).values(wait_until=now))
        self.interrupted += len(lost)
