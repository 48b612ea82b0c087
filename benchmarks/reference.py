"""The benchmark data that the project never contains: `$TWEETGEN_SHARED`, else `../shared` beside the checkout."""

import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tweetgen.corpus.plain import plain

ROOT = Path(__file__).resolve().parent.parent
Posts = list[tuple[str, str]]


def shared(name: str) -> Path:
    """A file of the benchmark data; leaves with a line of explanation where it is absent."""
    path = Path(os.environ.get("TWEETGEN_SHARED", ROOT.parent / "shared")) / "data" / name
    if not path.exists():
        sys.exit(f"{path} is not here: this benchmark needs the shared data (set TWEETGEN_SHARED)")
    return path


def posts(name: str) -> Posts:
    """Authors and texts of a JSON Lines file, cleaned in the benchmark's own way."""
    return list(_posts(name))


def _posts(name: str) -> Iterator[tuple[str, str]]:
    with gzip.open(shared(name), "rt", encoding="utf-8") as lines:
        for line in lines:
            post = json.loads(line)
            if text := plain(post["text"]):
                yield post["author"], text
