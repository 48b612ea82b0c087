"""Ways of writing on the benchmark authors: a sweep, guidance from 0.5 to 3, and writing many to keep few.

    python -m benchmarks.decoding WEIGHTS [--samples 500] [--minutes 20] [--parts sweep,guidance,ranked]

WEIGHTS must know the benchmark authors (`python -m benchmarks.held_out -o WEIGHTS`). Real posts are `users.heldout`,
never learnt from; the judges learn from `users.train`. The score is that of `tweetgen tune`, pipeline/distance.py: 0 is
as real posts are. Prints tables for LOG.md; guidance and ranking are measured in the way that won the sweep.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random

from benchmarks.reference import posts
from tweetgen.app import App
from tweetgen.corpus.overlap.build import Indexable
from tweetgen.corpus.overlap.writer import Writer
from tweetgen.domain import Candidate
from tweetgen.measures.baselines import Counted
from tweetgen.model.model import Model
from tweetgen.pipeline.distance import TERMS, difference, measures, score
from tweetgen.pipeline.evaluate import some
from tweetgen.pipeline.filter import judge
from tweetgen.pipeline.generate import Wish, generate
from tweetgen.pipeline.index import FOLDER
from tweetgen.pipeline.rank import likelihoods, rank, usual, weighted
from tweetgen.pipeline.samples import Sample, write_samples
from tweetgen.pipeline.texts import Text
from tweetgen.pipeline.tune import PROOF, Tried, Tuner
from tweetgen.pipeline.ways import described
from tweetgen.pipeline.yardstick import Beside, Yardstick
from tweetgen.settings import Ranking, Weights, Writing

GUIDANCE = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
#: texts written for each that is kept
SHARES = (1, 3, 5, 10)
#: posts by which an author's likelihoods are told to be usual, and characters that the judge of fluency learns from
_USUAL, _FLUENT = 200, 1_000_000


@dataclass
class Bench:
    """A model and the posts of its authors."""

    model: Model
    authors: list[str]
    learnt: list[Text]
    real: list[Text]
    samples: int

    def __post_init__(self) -> None:
        self.yardstick = Yardstick(self.learnt, self.real, PROOF * self.samples)

    @cached_property
    def counted(self) -> Counted:
        return Counted([text.text for text in self.learnt], _FLUENT)

    def write(self, count: int, seed: int, writing: Writing) -> list[Sample]:
        return write_samples(self.model, count, seed, writing, self.authors)

    def fluency(self, texts: Sequence[str]) -> float:
        """Bits per character by an order-5 model of real posts: below theirs is bland, above is garbled."""
        return self.counted.read(texts).witten_bell


def sweep(bench: Bench, present: Writing, minutes: float) -> Writing:
    until = time.monotonic() + 60 * minutes
    found = Tuner(bench.write, bench.yardstick, bench.samples, 0, lambda: time.monotonic() < until).tune(present)
    table("tried", [(described(one.writing), one) for one in sorted(found.tried, key=lambda one: one.score)])
    table("proved on new texts", [(described(one.writing), one) for one in found.proved])
    if found.gain is not None:
        gain = found.gain
        told = f"{-gain.mean:.3f} (95 %: {-gain.high:.3f} to {-gain.low:.3f})"
        kept = "" if gain.better else ", which may be chance: the latter is kept"
        print(f"\nThe best is {told} nearer to real posts than {described(present)}{kept}.")
    return found.chosen


def guided(bench: Bench, way: Writing) -> None:
    """Attribution and fluency over the strength of guidance."""
    rows = []
    for strength in GUIDANCE:
        samples = bench.write(bench.samples, 0, replace(way, guidance=strength))
        found = measures(bench.yardstick.beside(samples))
        fluency = bench.fluency([sample.text for sample in samples])
        rows.append((f"guidance {strength:g}", Tried(way, score(found), found), f"{fluency:.3f}"))
    table(f"{described(replace(way, guidance=1.0))}, with", rows, "bits/character by order 5")
    print(f"\nReal posts: {bench.fluency([text.text for text in bench.yardstick.real]):.3f} bits per character.")


def ranked(bench: Bench, way: Writing) -> None:
    """Write many, filter, rank, keep few: what it is worth beside keeping all."""
    rows, sides = [], list[Beside]()
    with instance(bench) as app:
        for share in SHARES:
            samples = kept(bench, app, way, share)
            side = bench.yardstick.beside(samples)
            sides.append(side)
            rows.append((f"one of {share} kept", Tried(way, score(measures(side)), measures(side)), f"{len(samples)}"))
    table(f"{described(way)}, filtered", rows, "texts")
    for share, side in list(zip(SHARES, sides, strict=True))[1:]:
        if len(side.ours.lengths) == len(sides[0].ours.lengths):
            gain = difference(side, sides[0])
            print(f"\none of {share}: {-gain.mean:+.3f} (95 %: {-gain.high:+.3f} to {-gain.low:+.3f}) over keeping all")


def kept(bench: Bench, app: App, way: Writing, share: int) -> list[Sample]:
    """As many of each author, the best of `share` times as many, as for review."""
    filters, each = app.filters(), max(bench.samples // len(bench.authors), 1)
    weights, samples = weighted(Weights()), list[Sample]()
    for number, author in enumerate(bench.authors):
        # what is dropped is not to be made up for by texts ranked lower
        asked = [Wish({author: 1.0}, 2 * each * share, number << 32, writing=way)]
        written: list[Candidate] = generate(bench.model, asked)[0]
        good = [judged for one in written if (judged := judge(one, filters)).kept][: each * share]
        own = [text.text for text in bench.learnt if text.author == author]
        among = usual(likelihoods(bench.model, some_of(own), [{author: 1.0}] * len(some_of(own))))
        likely = likelihoods(bench.model, [one.candidate.text for one in good], [{author: 1.0}] * len(good))
        best = rank(good, likely, among, app.corpus, [], Ranking(explore=0), each, weights, Random(0))
        samples += [Sample(author, one.judged.candidate.text, one.judged.candidate.complete) for one in best]
    return samples


def some_of(texts: Sequence[str]) -> list[str]:
    return [text.text for text in some([Text("", text) for text in texts], _USUAL)]


@contextmanager
def instance(bench: Bench) -> Iterator[App]:
    """An instance that has the learnt posts in its index, and the filters of an account that names none."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "config.yaml").write_text("{}")
        with Writer(base / "state" / FOLDER) as writer:
            writer.add([Indexable(number, text.author, text.text) for number, text in enumerate(bench.learnt, 1)])
        app = App.open(base)
        try:
            yield app
        finally:
            app.close()


def table(title: str, rows: "Sequence[tuple[str, Tried] | tuple[str, Tried, str]]", more: str = "") -> None:
    names = [name for name in TERMS if name in rows[0][1].measures]
    print(f"\n| {title} | score | {' | '.join(TERMS[name].heading for name in names)} |{f' {more} |' if more else ''}")
    print("|---" + "|---:" * (len(names) + 1 + bool(more)) + "|")
    for name, tried, *last in rows:
        shares = " | ".join(f"{tried.measures[each][0]:.1%}" for each in names)
        print(f"| {name} | {tried.score:.3f} | {shares} |{f' {last[0]} |' if last else ''}")
    real = " | ".join(f"{rows[0][1].measures[each][1]:.1%}" for each in names)
    print(f"| real posts | | {real} |{' |' if more else ''}", flush=True)


def bench_of(weights: str, samples: int, most: int) -> Bench:
    model = Model.load(weights)
    sides = [[Text(*post) for post in posts(f"users.{side}.jsonl.gz")] for side in ("train", "heldout")]
    authors = sorted({text.author for text in sides[1]} & set(model.authors))[:most]
    if not authors:
        raise SystemExit(f"{weights} knows none of the benchmark authors")
    learnt, real = ([text for text in side if text.author in authors] for side in sides)
    return Bench(model, authors, learnt, real, samples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="?", help="without it, nothing is measured")
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--authors", type=int, default=16, help="the first of them alone")
    parser.add_argument("--minutes", type=float, default=20, help="for the sweep")
    parser.add_argument("--parts", default="sweep,guidance,ranked", help="some of these, with commas between")
    given = parser.parse_args()
    if given.weights is None:
        print("needs a weights file that knows the benchmark authors; see --help")
        return
    bench, way = bench_of(given.weights, given.samples, given.authors), Writing()
    for part in given.parts.split(","):
        print(f"\n== {part}", flush=True)
        if part == "sweep":
            way = sweep(bench, way, given.minutes)
        elif part == "guidance":
            guided(bench, way)
        else:
            ranked(bench, way)


if __name__ == "__main__":
    main()
