"""Microseconds that each filter takes for a candidate, and how many real posts it would drop: one JSON object each.

python -m benchmarks.filters [--posts 5000]

`overlap` and `history` are measured where they have something to compare with: `benchmarks.candidates`.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from benchmarks.reference import posts
from tweetgen.domain import Candidate, Outcome
from tweetgen.interfaces import Filter, Host
from tweetgen.plugins import Plugins

SETTINGS: dict[str, dict[str, object]] = {
    "length": {},
    "mentions": {},
    "links": {},
    "blocklist": {},
    "complete": {},
    "language": {"allow": ["en"]},
    "regex": {"patterns": [r"(?i)\b(buy|sell) now\b", r"(\w+\s?)*!!$"]},
}
LONGEST = 3_000  # microseconds, all filters together


def texts(count: int) -> list[str]:
    """Real posts where they are here, else invented ones; without what was cleaned out before training."""
    if (Path(__file__).parents[2] / "shared/data/users.heldout.jsonl.gz").exists():
        return [text for _, text in posts("users.heldout.jsonl.gz")][:count]
    return list(_invented(count))


def _invented(count: int) -> Iterator[str]:
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvw", k=draw.randint(2, 9))) for _ in range(20_000)]
    for _ in range(count):
        yield " ".join(draw.choices([*words, "🐐", "it’s", "(so)", "!"], k=draw.randint(5, 40)))


def measure(judge: Filter, candidates: list[Candidate]) -> tuple[list[float], int]:
    """Microseconds for each candidate, and how many were dropped."""
    judge.judge(candidates[0])  # what is loaded when first needed
    spent, dropped = [], 0
    for candidate in candidates:
        start = time.perf_counter()
        verdict = judge.judge(candidate)
        spent.append(1e6 * (time.perf_counter() - start))
        dropped += verdict.outcome is Outcome.DROP
    return spent, dropped


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=5_000)
    given = parser.parse_args()
    plugins = Plugins.load()
    candidates = [
        Candidate(text, {}, "benchmark", 0, (1.0,), complete=True, log_likelihood=0.0) for text in texts(given.posts)
    ]
    mean = 0.0
    for name, settings in SETTINGS.items():
        offer = plugins.filters.get(name)
        judge = offer.make(offer.settings.model_validate(settings), cast(Host, None))
        spent, dropped = measure(judge, candidates)
        mean += statistics.mean(spent)
        found = {"filter": name, "mean_us": statistics.mean(spent), "p99_us": statistics.quantiles(spent, n=100)[98]}
        rounded = {key: round(value, 1) if isinstance(value, float) else value for key, value in found.items()}
        print(json.dumps({**rounded, "dropped": dropped, "candidates": len(candidates)}), flush=True)
    print(json.dumps({"filter": "all", "mean_us": round(mean, 1), "wanted_us": LONGEST}))
    return int(mean > LONGEST)


if __name__ == "__main__":
    sys.exit(main())
