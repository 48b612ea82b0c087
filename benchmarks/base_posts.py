"""The posts that the shipped weights learn from, as JSON Lines: the open collections less the labels left out.

`python -m benchmarks.base_posts > posts.jsonl`; `make base` imports what it prints.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reference import shared

COLLECTIONS = ("pretrain.jsonl.gz", "pretrain_titles.jsonl.gz")
LEFT_OUT = Path(__file__).parents[1] / "weights/left_out.txt"


def left_out(path: Path = LEFT_OUT) -> frozenset[str]:
    """The labels that `path` names, one a line; `#` begins a remark."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def posts() -> Iterator[str]:
    """Every post of the collections as one line of JSON, less those whose author is left out."""
    unwanted = left_out()
    for name in COLLECTIONS:
        with gzip.open(shared(name), "rt", encoding="utf-8") as lines:
            yield from (line for line in lines if json.loads(line)["author"] not in unwanted)


if __name__ == "__main__":
    sys.stdout.writelines(posts())
