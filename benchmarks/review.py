"""From a key to the next candidate in `tweetgen review`, through a real terminal: milliseconds, as one line of JSON.

python -m benchmarks.review [--pending 100000] [--keys 300]

The program runs in a pseudo-terminal over an SQLite store with that many candidates pending. A key counts as answered
when the screen that names the next candidate has been read whole.
"""

import argparse
import fcntl
import json
import os
import pty
import random
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tweetgen.domain import Candidate, Nearest, Outcome, Verdict
from tweetgen.store import NewCandidate, Store

LINES, COLUMNS = 40, 120
_BATCH = 10_000
#: the last thing that a screen shows
_END = b"q quit"


def candidates(count: int, now: datetime) -> Iterator[NewCandidate]:
    """Invented ones, of all scores."""
    chance = random.Random(1)
    words = ["fog", "lamp", "sea", "kettle", "boat", "gull", "rope", "tide", "bell", "rain"]
    verdicts = tuple(Verdict(name, Outcome.KEEP, "nothing to say") for name in ("length", "overlap", "history"))
    for seed in range(count):
        text = f"log {seed}: " + " ".join(chance.choices(words, k=20))
        written = Candidate(text, {"ada": 1.0}, "base", seed, (0.8,), True, -42.0)
        scores = {name: chance.random() for name in ("author", "fluency", "novelty", "variety")}
        nearest = Nearest("the lamp burns and the sea is loud", "ada", 2, 0.2)
        expires = now + timedelta(days=7)
        yield NewCandidate("keeper", written, text, scores, sum(scores.values()), verdicts, nearest, False, expires)


def instance(folder: Path, count: int) -> float:
    """An instance with that many candidates pending; the seconds it took to send them to review."""
    (folder / "accounts").mkdir()
    (folder / "accounts" / "keeper.yaml").write_text("about: a lighthouse\n")
    (folder / "config.yaml").write_text("database: state/tweetgen.db\n")
    now = datetime.now(UTC)
    waiting = list(candidates(count, now))
    start = time.perf_counter()
    with Store.open(f"sqlite:///{folder / 'state' / 'tweetgen.db'}") as store:
        for begin in range(0, count, _BATCH):
            store.candidates.add(waiting[begin : begin + _BATCH], now)
    return time.perf_counter() - start


class Terminal:
    """`tweetgen review` in a pseudo-terminal."""

    def __init__(self, folder: Path) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tweetgen", "--instance", folder, "review"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(theirs)

    def press(self, key: str) -> None:
        os.write(self._ours, key.encode())

    def screen(self, seconds: float = 60) -> str:
        """The next screen, read whole."""
        seen, ends = b"", time.monotonic() + seconds
        while _END not in seen:
            if not select.select([self._ours], [], [], max(0.0, ends - time.monotonic()))[0]:
                raise TimeoutError(f"no screen within {seconds} s: {seen!r}")
            seen += os.read(self._ours, 65_536)
        return seen.decode(errors="replace")


def measure(folder: Path, keys: int) -> dict[str, Any]:
    """Approve, reject and skip in turn; the time from each key to the next candidate, in milliseconds."""
    start = time.perf_counter()
    terminal = Terminal(folder)
    shown = _number(terminal.screen())
    report: dict[str, Any] = {"first_screen_ms": round(1000 * (time.perf_counter() - start))}
    for name, pressed in (("approve", "a"), ("skip", " "), ("reject", "x1"), ("undo", "u")):
        taken = []
        for _ in range(keys):
            for key in pressed[:-1]:
                terminal.press(key)
                terminal.screen()
            start = time.perf_counter()
            terminal.press(pressed[-1])
            following = _number(terminal.screen())
            taken.append(1000 * (time.perf_counter() - start))
            assert following != shown, "the screen shows the same candidate again"
            shown = following
        report[f"{name}_ms"] = _told(taken)
    terminal.press("q")
    terminal.process.wait(timeout=30)
    return report


def _number(screen: str) -> int:
    found = re.search(r"candidate (\d+)", screen)
    assert found is not None, screen
    return int(found[1])


def _told(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "median": round(statistics.median(ordered), 1),
        "p99": round(ordered[int(0.99 * (len(ordered) - 1))], 1),
        "longest": round(ordered[-1], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pending", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=300, help="of each kind")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        added = instance(folder, given.pending)
        report: dict[str, Any] = {"pending": given.pending, "added_a_second": round(given.pending / added)}
        report.update(measure(folder, given.keys))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
