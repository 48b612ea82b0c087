"""Peak memory of `tweetgen train` on 46 million characters, against a hundredth of them.

python -m benchmarks.memory [--minutes 1]
"""

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from benchmarks.reference import shared


def peak(folder: Path, *arguments: str) -> float:
    """Peak resident memory of a command, in MiB."""
    process = subprocess.Popen([sys.executable, "-m", "tweetgen", "--instance", str(folder), *arguments])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"tweetgen {arguments[0]} failed with {status}")
    return usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    given = parser.parse_args()
    whole = shared("pretrain_titles.jsonl.gz")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        part = folder / "part.jsonl"
        with gzip.open(whole, "rt", encoding="utf-8") as lines:
            part.write_text("".join(islice(lines, 6_500)), encoding="utf-8")
        for title, file in (("a hundredth", part), ("all", whole)):
            instance = folder / title.replace(" ", "_")
            instance.mkdir()
            peak(instance, "import", str(file))
            used = peak(instance, "train", "--from", "scratch", "--minutes", str(given.minutes), "--model", "m")
            print(f"{title}: peak {used:.0f} MiB while training", flush=True)


if __name__ == "__main__":
    main()
