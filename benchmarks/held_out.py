"""Bits per character on the benchmark authors' held-out posts, after training on their others.

    python -m benchmarks.held_out [--minutes 5] [--from WEIGHTS] [--set network.cells=256 …] [--no-label]

The product's own road: `train_on`, then the weights file scored in numpy on `users.heldout` (which no training sees),
by the definition in docs/glossary.md. The product holds out a tenth of `users.train` besides, and learns from the rest.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.reference import posts
from tweetgen.config import Config, adjusted_recipe
from tweetgen.pipeline.evaluate import measure
from tweetgen.pipeline.texts import Text
from tweetgen.pipeline.train import Listener, train_on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--from", dest="start", help="a weights file to start from; default: from scratch")
    parser.add_argument("--set", dest="changes", action="append", default=[])
    parser.add_argument("--no-label", action="store_true", help="train one network on all posts as nobody's")
    parser.add_argument("--full", action="store_true", help="score the wrong labels and attribution as well (minutes)")
    parser.add_argument("-o", "--output", help="keep the weights file here")
    given = parser.parse_args()
    recipe = adjusted_recipe(Config(), given.changes, "--set")
    recipe = replace(recipe, training=replace(recipe.training, minutes=given.minutes))
    texts: dict[str, list[str]] = {}
    for author, text in posts("users.train.jsonl.gz"):
        texts.setdefault("everybody" if given.no_label else author, []).append(text)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(given.output or Path(folder) / "benchmark.safetensors")
        model = train_on(texts, target, start=given.start, recipe=recipe, listener=Listener())
        size = target.stat().st_size
    held_out = [Text(author, text) for author, text in posts("users.heldout.jsonl.gz")]
    found = measure(model, held_out, quick=not given.full)
    told = {"settings": given.changes, "bytes": size, "seconds": model.report["seconds"]}
    told |= {"trained_characters": model.report["characters"], **found.total.to_json()}
    print(json.dumps(told | {"attribution": found.attribution}))


if __name__ == "__main__":
    main()
