"""`tweetgen generate -n 1`, a cold process to its text: seconds, peak memory, and what was imported.

python -m benchmarks.cold_start [--model base] [--runs 7]
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

WATCH = (
    "import sys, atexit\n"
    "atexit.register(lambda: print('tensorflow' in sys.modules, file=sys.stderr))\n"
    "from tweetgen.cli import main\n"
    "main(sys.argv[1:])\n"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="base")
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    command = [sys.executable, "-c", WATCH, "generate", "-n", "1", "--model", given.model]
    seconds, memory, imported = [], [], set()
    for _ in range(given.runs):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.stdout, process.stderr
        if out is None or err is None:
            raise SystemExit("no pipes")
        imported.add(err.read().strip().splitlines()[-1])
        out.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"tweetgen generate failed with {status}")
        seconds.append(time.perf_counter() - start)
        memory.append(usage.ru_maxrss / 1024)
    print(
        f"median {statistics.median(seconds):.2f} s (least {min(seconds):.2f}), peak {max(memory):.0f} MiB, "
        f"TensorFlow imported: {', '.join(sorted(imported))}"
    )


if __name__ == "__main__":
    main()
