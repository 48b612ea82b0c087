"""Three days of schedule on a clock of our own: a small run of `benchmarks/simulate.py`, which says what must hold."""

import json
import subprocess
import sys
from pathlib import Path


def test_in_three_days_with_interruptions_every_slot_is_filled_or_explained(root: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.simulate", "--accounts", "30"]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert answer.stderr == ""
    told = json.loads(answer.stdout)
    assert told["faults"] == []
    assert answer.returncode == 0
    reasons = {what.partition(": ")[2] for what in told["became"]}
    assert {"", "no approved text", "paused", "service was not running"} <= reasons
