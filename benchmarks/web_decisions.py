"""Decisions through the API by many clients at once: how many a second, none lost, none doubled; one line of JSON.

python -m benchmarks.web_decisions [--clients 16] [--decisions 6000] [--pending 20000] [--listeners 2]

`tweetgen web` runs as a process of its own over an SQLite file. Each client is a thread with a connection kept open,
and decides about candidates of its own; every tenth is decided about by two clients at once, of which one must be
refused. In the end each client's ledger is held against the audit log. Clients and server share the machine.
"""

import argparse
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.review import instance
from tweetgen.domain import Action
from tweetgen.store import Store

_WANTED = ("approve", "reject", "skip")


class Client:
    """One reviewer's program."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._headers = {"Content-Type": "application/json", "X-Tweetgen-Token": token}
        #: (candidate, action, version after it) of every decision that was taken
        self.ledger: list[tuple[int, str, int]] = []
        self.refused = 0
        self.seconds: list[float] = []

    def decide(self, number: int, action: str) -> None:
        body = json.dumps({"version": 1, "action": action})
        start = time.perf_counter()
        self._connection.request("POST", f"/api/v1/candidates/{number}/decisions", body, self._headers)
        answer = self._connection.getresponse()
        content = json.loads(answer.read())
        self.seconds.append(time.perf_counter() - start)
        if answer.status == 200:
            self.ledger.append((number, action, content["version"]))
        elif answer.status == 409:
            self.refused += 1
        else:
            raise RuntimeError(f"{answer.status}: {content}")


class Pages:
    """`tweetgen web` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tweetgen", "--instance", str(folder), "web", "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[0]

    def cpu(self) -> float:
        """Seconds that its process has worked so far; on a busy machine these tell more than the clock."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def token(self) -> str:
        """Of our forms, as any page has it."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc)
        connection.request("GET", "/status-that-is-not-there")
        page = connection.getresponse().read().decode()
        connection.request("GET", "/review")
        page += connection.getresponse().read().decode()
        found = re.search(r'name="tweetgen-token" content="(\w+)"', page)
        assert found is not None, page
        return found[1]


def work(numbers: list[int], clients: list[Client]) -> float:
    """All candidates decided about; the seconds it took."""
    chance = random.Random(1)
    own = [numbers[place :: len(clients)] for place in range(len(clients))]
    # every tenth is somebody else's, too
    shares = [share + own[place - 1][::10] for place, share in enumerate(own)]
    for share in shares:
        chance.shuffle(share)
    failures: list[Exception] = []

    def run(client: Client, share: list[int], seed: int) -> None:
        wishes = random.Random(seed)
        try:
            for number in share:
                client.decide(number, wishes.choice(_WANTED))
        except Exception as error:
            failures.append(error)

    threads = [
        threading.Thread(target=run, args=(*pair, seed)) for seed, pair in enumerate(zip(clients, shares, strict=True))
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - start
    if failures:
        raise failures[0]
    return taken


def check(folder: Path, clients: list[Client]) -> dict[str, Any]:
    """Whether what the clients were told is what the audit log holds."""
    told = sorted(entry for client in clients for entry in client.ledger)
    with Store.open(f"sqlite:///{folder / 'state' / 'tweetgen.db'}") as store:
        kept = sorted(_log(store))
        audit = store.candidates.verify_log()
    lost = len(set(told) - set(kept))
    doubled = len(kept) - len({number for number, *_ in kept})
    return {
        "lost": lost,
        "doubled": doubled,
        "never_told": len(set(kept) - set(told)),
        "log_whole": audit.broken is None,
    }


def _log(store: Store) -> Iterator[tuple[int, str, int]]:
    before = None
    while page := store.candidates.decisions(limit=5000, before=before):
        yield from ((one.candidate, str(one.action), one.version) for one in page if one.action is not Action.SUBMIT)
        before = page[-1].number


def listen(url: str, count: int) -> None:
    """Open pages, which hear of every decision meanwhile."""

    def run() -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        connection.request("GET", "/api/v1/review/events")
        answer = connection.getresponse()
        while answer.readline():
            pass

    for _ in range(count):
        threading.Thread(target=run, daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--decisions", type=int, default=6000)
    parser.add_argument("--pending", type=int, default=20_000)
    parser.add_argument("--listeners", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        instance(folder, given.pending)
        pages = Pages(folder)
        try:
            token = pages.token()
            listen(pages.url, given.listeners)
            clients = [Client(pages.url, token) for _ in range(given.clients)]
            before = pages.cpu()
            seconds = work(list(range(1, given.decisions + 1)), clients)
            cpu = pages.cpu() - before
        finally:
            pages.process.terminate()
            pages.process.wait()
        milliseconds = sorted(1000 * one for client in clients for one in client.seconds)
        taken = sum(len(client.ledger) for client in clients)
        report = {
            "clients": given.clients,
            "decided": taken,
            "refused": sum(client.refused for client in clients),
            "a_second": round(taken / seconds),
            "answers_a_second": round(len(milliseconds) / seconds),
            "median_ms": round(statistics.median(milliseconds), 1),
            "server_cpu_ms_each": round(1000 * cpu / len(milliseconds), 2),
            "p95_ms": round(milliseconds[int(0.95 * (len(milliseconds) - 1))], 1),
            **check(folder, clients),
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
