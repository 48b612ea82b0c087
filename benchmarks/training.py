"""Characters learnt a second, at the two shapes whose speed is promised.

python -m benchmarks.training [--steps 60]

Made-up tokens, so it runs anywhere; time is per step, compiling left out, median over steps. Characters per token are
those of 4,000 pieces on the benchmark authors (1 for characters).
"""

import argparse
import statistics
import time

import numpy as np

from tweetgen.settings import Architecture, Training
from tweetgen.training.backend import load_backend

#: name, shape, vocabulary, characters per token, streams
SHAPES = [
    ("char level, 2×LSTM 128, vocabulary 400", Architecture(cell="lstm", tied=False), 400, 1.0, 64),
    ("reference, 2×GRU 128, 4,000 pieces tied, average attention", Architecture(), 4001, 3.166, 32),
]
SEQUENCE = 64


def characters_per_second(shape: Architecture, vocabulary: int, per_token: float, batch: int, steps: int) -> float:
    """Median over `steps` training steps."""
    import keras

    from tweetgen.training.network import Network
    from tweetgen.training.optimizer import Muon

    network = Network(shape, vocabulary, {"author": 16}, batch=batch)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = Muon(1e-2, network.matrices(), clip=1.0, decay=Training().weight_decay)
    network.compile(optimizer=optimizer, loss=loss, jit_compile=True)
    random = np.random.default_rng(0)
    size = (SEQUENCE, batch)
    tokens = np.where(random.random(size) < 0.03, 0, random.integers(1, vocabulary, size)).astype(np.int32)
    labels = random.integers(0, 17, (*size, 1)).astype(np.int32)
    targets = random.integers(0, vocabulary, size).astype(np.int32)
    times = []
    for _ in range(steps + 5):
        start = time.perf_counter()
        network.train_on_batch({"tokens": tokens, "labels": labels}, targets, sample_weight=np.ones(size, np.float32))
        times.append(time.perf_counter() - start)
    return tokens.size * per_token / statistics.median(times[5:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=60)
    given = parser.parse_args()
    load_backend()
    for name, shape, vocabulary, per_token, batch in SHAPES:
        found = characters_per_second(shape, vocabulary, per_token, batch, given.steps)
        print(f"{name}: {found:,.0f} characters/s", flush=True)


if __name__ == "__main__":
    main()
