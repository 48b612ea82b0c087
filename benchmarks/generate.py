"""Characters a second that a model writes: alone, in batches, truncated, guided.

    python benchmarks/generate.py                                  the reference network with made-up numbers
    python benchmarks/generate.py weights/base.safetensors --as A  or a real one

Texts of made-up weights end after some thirty tokens. Medians of several runs; characters are counted on what was
written. Beside the clock stands the time on the processors: where others use the machine, that is the steadier.
"""

import argparse
import statistics
import time
from string import ascii_lowercase
from typing import Any

import numpy as np

from tweetgen.model.model import Model
from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import Vocabulary, learn
from tweetgen.model.weights import Weights
from tweetgen.settings import Architecture, Tokens

#: texts at a time, and the way of writing beside temperature 1
CASES: list[tuple[int, dict[str, Any]]] = [
    *((count, {}) for count in (1, 64, 256, 1000)),
    *((count, {"top_p": 0.9}) for count in (1, 64, 256)),
    (256, {"repetition_penalty": 1.2}),
    (256, {"guidance": 1.5}),
]
#: what changes made-up texts too much to tell anything
REAL_CASES: list[tuple[int, dict[str, Any]]] = [(256, {"top_k": 50}), (256, {"min_p": 0.05})]


def made_up(architecture: Architecture, size: int) -> Weights:
    """Weights without sense, of the given shape; one token in thirty is END, single bytes are rare."""
    vocabulary = vocabulary_of(size)
    labels = {"author": tuple(f"author {number}" for number in range(16))}
    random = np.random.default_rng(0)
    shapes = expected_shapes(architecture, vocabulary.size, labels)
    arrays = {name: random.normal(0, 0.05, shape).astype(np.float32) for name, shape in shapes.items()}
    bias = arrays["logits.bias" if architecture.tied else "readout.bias"]
    rare = [token for token, spelling in enumerate(vocabulary.token_bytes) if len(spelling) == 1]
    bias[rare] = -8
    bias[0] = np.log((vocabulary.size - len(rare)) / 29)
    return Weights(arrays, architecture, vocabulary, labels)


def vocabulary_of(size: int) -> Vocabulary:
    """Subwords of made-up words, some three characters each."""
    random = np.random.default_rng(1)
    words = ["".join(random.choice(list(ascii_lowercase), random.integers(1, 9))) for _ in range(20_000)]
    texts = (" ".join(random.choice(words, 12)) for _ in range(20_000))
    return learn(texts, Tokens(size=size))


def measure(model: Model, author: str | None, count: int, seed: int, way: dict[str, Any]) -> tuple[float, float]:
    """Characters per second on the clock, and per second of processor time."""
    clock, processors = time.perf_counter(), time.process_time()
    texts = model.generate(count, author, seed=seed, **({"temperature": 1.0} | way))
    clock, processors = time.perf_counter() - clock, time.process_time() - processors
    characters = sum(map(len, texts))
    return characters / clock, characters / processors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="?", help="a weights file; made-up numbers without one")
    parser.add_argument("--as", dest="author", help="an author; default: the first")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    model = Model.load(options.weights) if options.weights else Model(made_up(Architecture(), 4000), "made up")
    author = options.author or next(iter(model.authors), None)
    texts = model.generate(500, author, seed=1_000_000, temperature=1.0)
    tokens = [len(each) + 1 for each in model.vocabulary.encode_batch(texts)]
    lengths = f"{np.mean(tokens):.0f} tokens, {np.mean([len(text) for text in texts]):.0f} characters"
    print(f"{model.name}: {model.vocabulary.size} tokens known; texts of {lengths} on average")
    for count, way in CASES + (REAL_CASES if options.weights else []):
        runs = max(options.runs, 200 // count)
        found = [measure(model, author, count, count * run, way) for run in range(runs)]
        clock, processors = (statistics.median(numbers) for numbers in zip(*found, strict=True))
        best = max(numbers[0] for numbers in found)
        name = ", ".join([f"{count} at a time", *(f"{key} {value}" for key, value in way.items())])
        print(f"{name:35}{clock:9,.0f} characters/s (best {best:,.0f}; {processors:,.0f} per processor second)")


if __name__ == "__main__":
    main()
