"""A million posts from JSON Lines into SQLite: seconds and peak memory, near-duplicates beside.

python -m benchmarks.collect [--posts 1000000]
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def write_posts(path: Path, count: int) -> None:
    """Made-up posts of some fifteen made-up words by 2,500 authors."""
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvw", k=draw.randint(2, 9))) for _ in range(20_000)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = " ".join(draw.choices(words, k=draw.randint(5, 25)))
            post = {"author": f"voice{draw.randint(0, 2500)}", "text": text, "id": str(10**18 + number)}
            file.write(json.dumps(post | {"created_at": "2021-03-04T05:06:07Z"}) + "\n")


STEPS = {
    "collect": "collect(store, sources)",
    "near-duplicates": "find_duplicates(store)",
}
SCRIPT = """
from pathlib import Path
from tweetgen.app import App
from tweetgen.pipeline.collect import collect
from tweetgen.pipeline.deduplicate import find_duplicates
app = App.open(Path.cwd())
store = app.store
sources = [app.source("jsonl", {"path": "posts.jsonl"})]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_posts(Path(folder) / "posts.jsonl", given.posts)
        for name, step in STEPS.items():
            start = time.perf_counter()
            process = subprocess.Popen([sys.executable, "-c", f"{SCRIPT}{step}"], cwd=folder)
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                raise SystemExit(f"{name} failed with {status}")
            seconds = time.perf_counter() - start
            peak = usage.ru_maxrss / 1024
            print(f"{name}: {given.posts:,} posts in {seconds:.0f} s, peak {peak:.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
