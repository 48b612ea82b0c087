"""Candidates written, filtered and ranked a second against a million posts, and look-ups in the index of overlaps.

python -m benchmarks.candidates [--posts 1000000] [--candidates 1000] [--model NAME] [--index FOLDER]
"""

import argparse
import gzip
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.collect import write_posts
from tweetgen.app import App
from tweetgen.config import Account
from tweetgen.corpus.overlap.build import Indexable
from tweetgen.corpus.overlap.writer import Writer
from tweetgen.model.model import Model
from tweetgen.pipeline.filter import judge
from tweetgen.pipeline.generate import Wish, generate
from tweetgen.pipeline.index import FOLDER, open_index
from tweetgen.pipeline.rank import likelihoods, rank, usual, weighted

SHARED = Path(os.environ.get("TWEETGEN_SHARED", "../shared")) / "data"
FILES = ("pretrain_titles", "pretrain", "pretrain_other")
BATCH = 20
_AT_ONCE = 20_000


def posts(folder: Path) -> Iterator[dict[str, str]]:
    """Real posts where they are to be had, else invented ones."""
    paths = [SHARED / f"{name}.jsonl.gz" for name in FILES]
    if not all(path.exists() for path in paths):
        invented = folder / "posts.jsonl"
        write_posts(invented, 1_000_000)
        paths = [invented]
    for path in paths:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            yield from map(json.loads, lines)


def build(folder: Path, found: Iterable[dict[str, str]]) -> dict[str, Any]:
    """Index the posts; how long it took and what it needs."""
    start, before = time.perf_counter(), _peak()
    numbered = (Indexable(number, post["author"], post["text"]) for number, post in enumerate(found, 1))
    with Writer(folder) as writer:
        while batch := list(islice(numbered, _AT_ONCE)):
            writer.add(batch)
        segments = [len(segment) for segment in writer.segments]
    size = sum(path.stat().st_size for path in folder.iterdir())
    return {
        "index_posts": sum(segments),
        "index_segments": segments,
        "index_seconds": round(time.perf_counter() - start, 1),
        "index_megabytes": round(size / 1e6),
        # mapped pages of the index count here, though the system may take them back
        "index_peak_mib": round(_peak() - before),
    }


def look_up(folder: Path, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds of a look-up: both answers, each text once."""
    start = time.perf_counter()
    index = open_index(folder)
    opened = time.perf_counter() - start
    spent = []
    for text in texts:
        start = time.perf_counter()
        index.shared_words(text)
        index.nearest(text)
        spent.append(time.perf_counter() - start)
    spent.sort()
    return {
        "open_ms": round(1000 * opened, 2),
        "overlap_mean_ms": round(1000 * sum(spent) / len(spent), 3),
        "overlap_p50_ms": round(1000 * spent[len(spent) // 2], 3),
        "overlap_p99_ms": round(1000 * spent[len(spent) * 99 // 100], 3),
    }


def produce(app: App, account: Account, model: Model, count: int) -> dict[str, float]:
    """Seconds of each step for `count` candidates, in batches of as many as are written for one slot."""
    spent: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        spent[step] = spent.get(step, 0.0) + time.perf_counter() - start
        return result

    filters, corpus, chance = app.filters("one"), app.corpus, Random(1)
    wishes = [Wish(account.voice, BATCH, 1000 * place) for place in range(count // BATCH)]
    written = timed("write", lambda: generate(model, wishes))
    kept = timed("filter", lambda: [[j for one in batch if (j := judge(one, filters)).kept] for batch in written])
    texts = [one.candidate.text for batch in kept for one in batch]
    likely = iter(timed("score", lambda: likelihoods(model, texts, [account.voice] * len(texts))))
    for batch in kept:
        own = [next(likely) for _ in batch]
        if len(own) > 1:
            overall, among = weighted(account.ranking.weights), usual(own)
            best = partial(rank, batch, own, among, corpus, texts[:300], account.ranking, 3, overall, chance)
            timed("rank", best)
    rates = {f"{step}_ms_each": round(1000 * seconds / count, 3) for step, seconds in spent.items()}
    return {**rates, "kept": len(texts), "candidates_a_second": round(count / sum(spent.values()), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--candidates", type=int, default=1000)
    parser.add_argument("--model", help="a name or a path; the shipped base without")
    parser.add_argument("--index", type=Path, help="an instance's state folder, built there once and then reused")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        index = given.index or base / "state" / FOLDER
        told: dict[str, Any] = {}
        if not index.exists():
            told |= build(index, islice(posts(base), given.posts))
        model = Model.load(given.model)
        (base / "accounts").mkdir()
        (base / "config.yaml").write_text("{}")
        (base / "accounts" / "one.yaml").write_text(json.dumps({"voice": dict.fromkeys(model.authors[:1], 1)}))
        if given.index:
            (base / "state").mkdir()
            (base / "state" / FOLDER).symlink_to(given.index.resolve())
        app = App.open(base)
        try:
            told |= look_up(index, model.generate(given.candidates, seed=7))
            told |= produce(app, app.account("one"), model, given.candidates)
        finally:
            app.close()
    print(json.dumps(told, indent=1))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
