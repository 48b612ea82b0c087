"""An idle daemon of many accounts: resident memory and share of a core, as JSON.

python -m benchmarks.daemon [--accounts 100] [--seconds 60]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from tweetgen.domain import Candidate
from tweetgen.store import NewCandidate, Store

#: kept in stock, so that nothing is to be written
STOCK = 10
ACCOUNT = """
voice: {}
stock: %d
destinations: [file: {path: posted.jsonl}]
schedule: {post: ["23:%02d"], collect: every 6d}
""".replace("%d", str(STOCK))
#: seconds until everything is loaded and planned
SETTLE = 20


def lay_out(folder: Path, accounts: int) -> None:
    """An instance whose accounts lack nothing."""
    (folder / "accounts").mkdir()
    (folder / "config.yaml").write_text("web: {port: 0}\n")
    now = datetime.now(UTC)
    stocked = []
    for number in range(accounts):
        name = f"account_{number}"
        (folder / "accounts" / f"{name}.yaml").write_text(ACCOUNT % (number % 60))
        stocked += [stocked_text(name, f"text {number} {place}", now) for place in range(STOCK)]
    with Store.open(f"sqlite:///{folder / 'state' / 'tweetgen.db'}") as store:
        store.candidates.add(stocked, now)


def stocked_text(account: str, text: str, now: datetime) -> NewCandidate:
    """A candidate that waits for a week."""
    written = Candidate(text, {}, "base", 0, (1.0,), True, -1.0)
    return NewCandidate(account, written, text, {}, 0.0, (), None, False, now + timedelta(days=7))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lay_out(Path(name), given.accounts)
        command = [sys.executable, "-m", "tweetgen", "--instance", name, "serve"]
        serving = psutil.Popen(command, stderr=subprocess.DEVNULL)
        try:
            time.sleep(SETTLE)
            before = serving.cpu_times()
            time.sleep(given.seconds)
            after = serving.cpu_times()
            memory = serving.memory_info().rss / 2**20
            tensorflow = any("tensorflow" in mapped.path for mapped in serving.memory_maps())
        finally:
            serving.terminate()
            serving.wait(15)
    spent = after.user + after.system - before.user - before.system
    print(
        json.dumps(
            {
                "accounts": given.accounts,
                "resident_mib": round(memory, 1),
                "percent_of_a_core": round(100 * spent / given.seconds, 2),
                "tensorflow": tensorflow,
            }
        )
    )


if __name__ == "__main__":
    main()
