"""A training in a process of its own: nice, with a time limit, its last words kept; TensorFlow stays out of ours."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NICE = 19
#: beside the minutes of training themselves: starting, reading the corpus, the last check, writing (seconds)
BESIDE = 300.0
#: how long a child that was asked to stop may take (seconds); the best network so far is on disk already
PATIENCE = 3.0
_TAIL_BYTES, _TAIL_LINES = 4000, 20


@dataclass(frozen=True)
class Order:
    """What is to be trained."""

    base: Path
    model: str
    minutes: float
    #: None: every author of the corpus
    authors: Sequence[str] | None = None

    @property
    def limit(self) -> float:
        """Seconds after which the child is stopped."""
        return self.minutes * 60 + BESIDE

    def command(self) -> list[str]:
        """The command line of the child."""
        chosen = [] if self.authors is None else ["--users", ",".join(self.authors)]
        train = ["train", "--no-collect", "--model", self.model, "--minutes", str(self.minutes), *chosen]
        return [sys.executable, "-m", "tweetgen", "--instance", str(self.base), *train]


class Child:
    """One running training."""

    def __init__(self, order: Order, log: Path) -> None:
        """Start it; what it says goes to the file `log`, which is written anew."""
        self._order, self._log = order, log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as file:
            # a session of its own: Ctrl-C at the terminal is for the daemon, which then asks the child to stop
            self._process = subprocess.Popen(
                order.command(), stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
            )
        with suppress(OSError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICE)
        self._deadline = time.monotonic() + order.limit

    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self._process.poll() is not None

    def overdue(self) -> bool:
        """Whether its time is up."""
        return time.monotonic() > self._deadline

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does; kill it if it does not within `PATIENCE`."""
        for number in (signal.SIGINT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
                return

    def failure(self) -> str:
        """Why it ended without success, in one line with its last words; "" if all went well."""
        code = self._process.wait()
        if code == 0:
            return ""
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"the training of {self._order.model!r} {how}: {self.last_words()}"

    def last_words(self) -> str:
        """The end of what it said, and where the rest is."""
        return f"{tail(self._log) or 'it said nothing'} ({self._log})"


def tail(log: Path) -> str:
    """The last lines of a log as one line; "" where there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return " | ".join(line for line in map(str.strip, text.splitlines()[-_TAIL_LINES:]) if line)
