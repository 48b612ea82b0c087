"""Nats per character on tinyshakespeare: first nine tenths to train, last tenth held out, state carried through.

    python -m benchmarks.shakespeare [--seconds 90] [--set network.cells=192 …]

Characters as tokens. The text is one long stream: passages of 8,192 characters that follow one another without an end
of post. Scored in one go over the whole last tenth, from an empty state, as char-rnn and nanoGPT readers expect.
"""

import argparse
import gzip
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.reference import shared
from tweetgen.config import Config, adjusted_recipe
from tweetgen.model import vocabulary as vocabularies
from tweetgen.model.model import Model
from tweetgen.model.weights import Weights
from tweetgen.settings import Tokens
from tweetgen.training.backend import load_backend
from tweetgen.training.token_map import Passage, write

PASSAGE = 8192
#: what did best in the time, see LOG.md
CHANGES = ("network.attention=none", "network.embedding=64", "training.batch=32", "training.sequence=64")


def passages(text: str) -> Iterator[Passage]:
    for start in range(0, len(text), PASSAGE):
        yield Passage(text[start : start + PASSAGE], (0,), ends=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--set", dest="changes", action="append", default=[])
    given = parser.parse_args()
    load_backend()
    from tweetgen.training.trainer import Trainer

    with gzip.open(shared("tinyshakespeare.txt.gz"), "rt", encoding="utf-8") as file:
        text = file.read()
    border = len(text) * 9 // 10
    vocabulary = vocabularies.learn([text[:border]], Tokens(level="char"))
    recipe = adjusted_recipe(Config(), [*CHANGES, *given.changes], "--set")
    training = replace(recipe.training, minutes=given.seconds / 60, patience=1000)
    with tempfile.TemporaryDirectory() as folder:
        learnt = write(Path(folder) / "learnt", passages(text[:border]), vocabulary, 1)
        nothing = write(Path(folder) / "held_out", [], vocabulary, 1)
        shape = recipe.network
        trainer = Trainer(
            learnt, nothing, architecture=shape, training=training, vocabulary=vocabulary.size, labels={"author": 0}
        )
        outcome = trainer.run()
    model = Model(Weights(outcome.arrays, shape, vocabulary, {"author": ()}), "tinyshakespeare")
    nats = -model.log_likelihood(text[border:]) / (len(text) - border)
    speed = outcome.characters / outcome.seconds
    print(f"{nats:.3f} nats per character after {outcome.seconds:.0f} s, {speed:,.0f} characters/s")


if __name__ == "__main__":
    main()
