"""How much of what a model writes stands word for word in what it learnt: runs of 50 characters and more.

    python -m benchmarks.memorised weights/base.safetensors INSTANCE [--samples 10000]

INSTANCE is the folder whose store the model learnt from. Texts are written without a prefix: as nobody, or evenly as
the model's authors; at temperature 1, and at 0.7, where repeating is likelier.
"""

import argparse
import json
from pathlib import Path

from tweetgen.model.model import Model
from tweetgen.pipeline.samples import write_samples
from tweetgen.pipeline.texts import cleaned_texts, cleaning_of
from tweetgen.settings import Writing
from tweetgen.store import Store

#: characters of a run
RUN = 50


def windows(text: str) -> set[str]:
    """Every run of the text."""
    return {text[start : start + RUN] for start in range(len(text) - RUN + 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--samples", type=int, default=10_000)
    given = parser.parse_args()
    model = Model.load(given.weights)
    written = {
        temperature: [
            sample.text for sample in write_samples(model, given.samples, 0, Writing(temperature=(temperature,)))
        ]
        for temperature in (1.0, 0.7)
    }
    wanted = set().union(*(windows(text) for texts in written.values() for text in texts))
    found: set[str] = set()
    with Store.open(f"sqlite:///{given.instance / 'state/tweetgen.db'}") as store:
        for text, _ in cleaned_texts(store, cleaning_of(model.origin)):
            if len(text.text) >= RUN:
                found |= windows(text.text) & wanted
    for temperature, texts in written.items():
        copied = [text for text in texts if not windows(text).isdisjoint(found)]
        print(json.dumps({"temperature": temperature, "samples": len(texts), "memorised": len(copied) / len(texts)}))


if __name__ == "__main__":
    main()
