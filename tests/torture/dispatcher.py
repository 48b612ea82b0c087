"""A daemon that is killed again and again: `python dispatcher.py` reads its orders, a JSON object, from stdin.

It imports everything once and then forks, so that a killed child is followed by the next within milliseconds; nothing
but the database and the service outlives a child. Faults come in through the hooks everybody has: `Boundary`, and an
event of the database's engine before each commit.
"""

import http.client
import importlib
import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import event

from tweetgen.domain import Outgoing, Receipt, SendState
from tweetgen.errors import NotSent, Throttled
from tweetgen.host import InstanceHost, Parts
from tweetgen.interfaces import Destination
from tweetgen.pipeline import dispatch, reconcile
from tweetgen.pipeline.delivery import Backoff, Channel, Judge
from tweetgen.pipeline.dispatch import Dispatcher, Timing
from tweetgen.pipeline.reconcile import Reconciler
from tweetgen.settings import OnUnknown
from tweetgen.store import Store
from tweetgen.vault import FileVault

#: every moment a child may be killed at
FAILPOINTS = ("commit", *dispatch.BOUNDARIES, *reconcile.BOUNDARIES)
_OPEN = (SendState.READY, SendState.RETRY, SendState.SENDING, SendState.UNKNOWN)
_SPARE, _BACKOFF = timedelta(seconds=0.35), timedelta(seconds=0.03)


@dataclass(frozen=True)
class Orders:
    """What to run, and how it is to be killed."""

    database: str
    service: str
    accounts: list[str]
    on_unknown: OnUnknown
    keyed: bool
    settle: float
    seed: int
    #: at these failpoints, each at its first passing, its second …
    failpoints: list[tuple[str, int]]
    #: at so many random moments
    kills: int = 0
    #: so many at once; those not killed are stopped past their lease and continued
    processes: int = 1
    #: in the end, run on until nothing is open
    finish: bool = True
    #: by account the settings of a destination `x`; without any, all go to a service of our own
    x: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: seconds that one attempt may take
    limit: float = 0.25
    #: of the folder for what destinations keep
    state: str = ""

    @property
    def longest(self) -> timedelta:
        """That one attempt may take."""
        return timedelta(seconds=self.limit)


class Remote:
    """The destination under torture."""

    def __init__(self, url: str, keyed: bool, settle: float) -> None:
        self.keyed, self.settle = keyed, timedelta(seconds=settle)
        self._host = urlsplit(url).netloc

    def publish(self, outgoing: Outgoing) -> Receipt:
        connection = http.client.HTTPConnection(self._host)
        try:
            connection.connect()
        except OSError as error:
            raise NotSent(str(error)) from error
        connection.request("POST", "/", json.dumps({"key": outgoing.key}))
        response = connection.getresponse()
        body = response.read()
        if response.status == 429:
            wait = json.loads(body).get("wait")
            raise Throttled("too many", wait and datetime.now(UTC) + timedelta(seconds=wait))
        if response.status != 201:
            raise OSError(f"status {response.status}")
        return Receipt(json.loads(body)["id"])

    def find(self, outgoing: Outgoing) -> Receipt | None:
        connection = http.client.HTTPConnection(self._host, timeout=5)
        connection.request("GET", f"/?key={outgoing.key}")
        found = json.loads(connection.getresponse().read())["id"]
        return found and Receipt(found)


def destination(orders: Orders, account: str, store: Store) -> Destination:
    """Where an account's texts go; on X with the true host, its limits and budget in the same store."""
    if account not in orders.x:
        return Remote(orders.service, orders.keyed, orders.settle)
    from tweetgen_plugins.destination_x import XDestination

    folder = Path(orders.state)
    parts = Parts(lambda: store, _nobody, _nobody, lambda: FileVault(folder))
    host = InstanceHost("destination.x", account, ZoneInfo("UTC"), folder, True, parts)
    made: Destination = XDestination(XDestination.Settings.model_validate(orders.x[account]), host)
    return made


def _nobody() -> Any:
    raise AssertionError("a destination asks for nothing of the kind")


def work(orders: Orders, seed: int, boundary: Callable[[str], None], until_done: bool) -> None:
    """What a daemon does: send, reconcile, for ever or until nothing is open."""
    with Store.open(orders.database) as store:
        event.listen(store._engine, "commit", lambda _: boundary("commit"))
        settle = timedelta(seconds=orders.settle)
        made = [
            Channel(name, "main", destination(orders, name, store), orders.on_unknown, settle, 10_000)
            for name in orders.accounts
        ]
        channels = {channel.key: channel for channel in made}
        timing, chance = Timing(lambda: datetime.now(UTC), orders.longest, _SPARE), random.Random(seed)
        backoff = Backoff(_BACKOFF, _BACKOFF * 4)
        owner = f"torture:{os.getpid()}:{seed}"
        sender = Dispatcher(store, owner, channels, timing, Judge(chance, backoff), boundary=boundary)
        asker = Reconciler(store, channels, timing, chance, backoff, boundary=boundary)
        if until_done:  # what the killing left to do; nothing left means that some kills met an idle process
            print(len(store.outbox.list(states=_OPEN, limit=1_000_000)), flush=True)
        while True:
            done = sender.send_next() + asker.run()
            if until_done and not store.outbox.list(states=_OPEN, limit=1):
                return
            if not done:
                time.sleep(0.005)


def fork(orders: Orders, seed: int, boundary: Callable[[str], None], until_done: bool = False) -> int:
    """A child at work; its process id."""
    child = os.fork()
    if child:
        return child
    try:
        work(orders, seed, boundary, until_done)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def killer(failpoint: str, passing: int) -> Callable[[str], None]:
    """Ends the process at once when it passes there for the `passing`th time."""
    left = [passing]

    def pass_by(name: str) -> None:
        if name == failpoint:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    return pass_by


def at_failpoints(orders: Orders) -> None:
    """One child after the other, each killed at its failpoint; one that does not get there in time is killed anyhow."""
    for seed, (failpoint, passing) in enumerate(orders.failpoints):
        child = fork(orders, seed, killer(failpoint, passing))
        deadline = time.monotonic() + 10
        while not os.waitpid(child, os.WNOHANG)[0]:
            if time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
            time.sleep(0.002)


def at_random(orders: Orders) -> None:
    """As many children at once as ordered; at each random moment one is killed and replaced, or stopped for a while."""
    chance = random.Random(orders.seed)
    children = [fork(orders, seed, lambda _: None) for seed in range(orders.processes)]
    for kill in range(orders.kills):
        time.sleep(chance.uniform(0.01, 0.12) / orders.processes)
        place = chance.randrange(orders.processes)
        if orders.processes > 1 and chance.random() < 0.05:
            os.kill(children[place], signal.SIGSTOP)
            time.sleep((orders.longest + _SPARE).total_seconds() * 1.5)
            os.kill(children[place], signal.SIGCONT)
        os.kill(children[place], signal.SIGKILL)
        os.waitpid(children[place], 0)
        children[place] = fork(orders, 1000 + kill, lambda _: None)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def main() -> None:
    logging.disable()  # what goes wrong here is meant to
    orders = Orders(**json.load(sys.stdin))
    if orders.x:
        # imported once, before there are children
        importlib.import_module("tweetgen_plugins._x.tweepy_client")
        # what cannot be asked now is asked again sooner than anybody but us would
        reconcile._LATER = timedelta(seconds=0.05)
    at_failpoints(orders)
    if orders.kills:
        at_random(orders)
    if orders.finish:
        _, status = os.waitpid(fork(orders, 7, lambda _: None, until_done=True), 0)
        sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
