"""Texts through the outbox to local files, database and files synced to disk at every step: sends a second.

python -m benchmarks.dispatch [--texts 3000] [--accounts 10] [--senders 4] [--keyless]
"""

import argparse
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tweetgen.app import App
from tweetgen.domain import Action, Candidate, Decision, Outgoing, Receipt, SendState
from tweetgen.interfaces import Destination
from tweetgen.pipeline.delivery import Channel, Judge
from tweetgen.pipeline.dispatch import Dispatcher, Timing
from tweetgen.store import NewCandidate, Store


class Keyless:
    """The same destination, its keys kept secret."""

    keyed = False

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        self.settle = destination.settle

    def publish(self, outgoing: Outgoing) -> Receipt:
        """As it does."""
        return self._destination.publish(outgoing)

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """As it does."""
        return self._destination.find(outgoing)


def instance(folder: Path, accounts: int) -> App:
    """One whose accounts each publish into a file."""
    (folder / "accounts").mkdir()
    (folder / "config.yaml").write_text("{}\n", encoding="utf-8")
    for number in range(accounts):
        account = f"destinations: [file: {{path: out/{number}.jsonl}}]\n"
        (folder / f"accounts/account{number}.yaml").write_text(account, encoding="utf-8")
    return App.open(folder)


def channels(app: App, keyless: bool) -> list[Channel]:
    """Every destination of every account."""
    made = []
    for account in app.accounts:
        for one in app.destinations(account):
            destination = Keyless(one.destination) if keyless else one.destination
            made.append(Channel(account, one.name, destination, one.on_unknown, one.settle, 8))
    return made


def fill(store: Store, accounts: list[str], count: int) -> float:
    """Approve and place `count` texts; the seconds that placing took."""
    now, seconds = datetime.now(UTC), 0.0
    for number in range(count):
        account, words = accounts[number % len(accounts)], f"text {number}"
        candidate = Candidate(words, {}, "base", number, (1.0,), True, -1.0)
        (added,) = store.candidates.add([NewCandidate(account, candidate, words, {}, 0.0)], now)
        store.candidates.apply(Decision(added.number, added.version, Action.APPROVE, "ann", "inbox"), now)
        slot = store.slots.book(account, "post", now, now)
        start = time.perf_counter()
        store.outbox.place(account, slot, ["file"], now)
        seconds += time.perf_counter() - start
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--accounts", type=int, default=10)
    parser.add_argument("--senders", type=int, default=4, help="destinations sent to at a time")
    parser.add_argument("--keyless", action="store_true", help="one text a commit, as for a destination without keys")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = instance(Path(folder), given.accounts)
        placing = fill(app.store, list(app.accounts), given.texts)
        made = {channel.key: channel for channel in channels(app, given.keyless)}
        timing = Timing(lambda: datetime.now(UTC))
        dispatcher = Dispatcher(app.store, "benchmark", made, timing, Judge(random.Random(1)))
        start = time.perf_counter()
        attempts = dispatcher.drain(given.senders)
        seconds = time.perf_counter() - start
        sent = sum(count for (_, state), count in app.store.outbox.counts().items() if state is SendState.SENT)
        lines = sum(path.read_text("utf-8").count("\n") for path in Path(folder).glob("out/*.jsonl"))
        app.close()
    if not attempts == sent == lines == given.texts:
        raise SystemExit(f"{given.texts} texts, {attempts} attempts, {sent} sent, {lines} arrived")
    kind = "without keys" if given.keyless else "with keys"
    print(f"{sent:,} texts {kind}: {sent / seconds:,.0f} sent a second; placing {given.texts / placing:,.0f} a second")


if __name__ == "__main__":
    main()
