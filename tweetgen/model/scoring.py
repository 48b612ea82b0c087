"""How likely texts are under the network, in nats, END counted."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import Floats, one_blas_thread
from tweetgen.model.network import Network

#: padded tokens read at a time, and rows of logits made at a time: what the caches like
_TOKENS_AT_ONCE = 4096
_LOGITS_AT_ONCE = 128


def log_likelihoods(
    network: Network, sequences: Sequence[Sequence[int]], labels: Floats, threads: int | None = None
) -> NDArray[np.float64]:
    """Natural-log likelihood of each post (rows,), from token ids without END and label vectors (rows, L)."""
    result = np.zeros(len(sequences))
    score = partial(_score, network, sequences, labels)
    with one_blas_thread(), ThreadPoolExecutor(threads or available_threads()) as pool:
        for rows, values in pool.map(score, _batches(sequences)):
            result[rows] = values
    return result


def available_threads() -> int:
    """How many threads this process may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _batches(sequences: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Row numbers of posts of like length."""
    batch: list[int] = []
    for row in sorted(range(len(sequences)), key=lambda row: len(sequences[row])):
        if batch and (len(batch) + 1) * (len(sequences[row]) + 1) > _TOKENS_AT_ONCE:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _score(
    network: Network, sequences: Sequence[Sequence[int]], labels: Floats, rows: list[int]
) -> tuple[list[int], NDArray[np.float64]]:
    longest = max(len(sequences[row]) for row in rows)
    tokens = np.zeros((len(rows), longest + 2), np.int64)  # END, the post, END, padding
    for place, row in enumerate(rows):
        tokens[place, 1 : len(sequences[row]) + 1] = sequences[row]
    known = network.known(tokens[:, :-1], labels[rows])
    lengths = np.array([len(sequences[row]) + 1 for row in rows])
    step, place_of = np.nonzero(np.arange(longest + 1)[:, None] < lengths)
    values = np.zeros(len(rows))
    for start in range(0, len(step), _LOGITS_AT_ONCE):
        steps, places = step[start : start + _LOGITS_AT_ONCE], place_of[start : start + _LOGITS_AT_ONCE]
        logits = network.read_out(known[steps, places], labels[np.array(rows)[places]])
        np.add.at(values, places, token_log_likelihoods(logits, tokens[places, steps + 1]))
    return rows, values


def token_log_likelihoods(logits: Floats, tokens: NDArray[np.integer]) -> Floats:
    """ln p of one token a row, (rows, V) and (rows,) to (rows,); `logits` are overwritten."""
    logits -= logits.max(axis=1, keepdims=True)
    chosen: Floats = logits[np.arange(len(tokens)), tokens]
    np.exp(logits, out=logits)
    total: Floats = logits.sum(axis=1)
    return chosen - np.log(total)
