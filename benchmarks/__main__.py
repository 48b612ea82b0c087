"""Runs the benchmarks named on the command line, or lists them: `python -m benchmarks [NAME …] [--all]`.

Each is a module of its own with options of its own: `python -m benchmarks.held_out --help`.
"""

import argparse
import subprocess
import sys

BENCHMARKS = {
    "training": "characters learnt a second",
    "generate": "characters written a second",
    "cold_start": "from the command to the first text, and its memory",
    "held_out": "bits per character after five minutes, on the benchmark authors (needs ../shared)",
    "decoding": "ways of writing on the benchmark authors: a sweep, guidance, ranking (needs ../shared and weights)",
    "shakespeare": "nats per character on tinyshakespeare (needs ../shared)",
    "slots": "due slots found and planned among 100,000 accounts",
    "simulate": "72 hours of schedule with 1,000 accounts, every slot filled or explained",
    "collect": "a million posts into the store",
    "collect_x": "a hundred thousand posts from a small X into the store, and what of it is our own time",
    "x_client": "a hundred thousand posts read from a small X, and what of it is our own time",
    "candidates": "candidates written, filtered and ranked a second, against a million posts",
    "review": "from a key to the next of 100,000 candidates, through a real terminal",
    "web_decisions": "decisions through the API by 16 clients, held against the audit log",
    "web_playground": "from a key to the network's first words on screen, in Chromium",
    "web_review": "from a key to the next of 100,000 candidates in Chromium, and the page's first load",
    "filters": "microseconds of each filter for a candidate",
    "dispatch": "texts through the outbox to a local file a second",
    "daemon": "memory and share of a core of an idle service of 100 accounts",
    "memory": "memory of training on 46 million characters (needs ../shared)",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="NAME")
    parser.add_argument("--all", action="store_true", help="one after the other; takes about half an hour")
    given = parser.parse_args()
    names = list(BENCHMARKS) if given.all else given.names
    if not names:
        for name, what in BENCHMARKS.items():
            print(f"python -m benchmarks.{name:12} {what}")
    for name in names:
        print(f"\n== {name}: {BENCHMARKS[name]}", flush=True)
        if code := subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
