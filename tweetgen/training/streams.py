"""Endless streams of posts for training, in an order that a seed fixes and that can be resumed anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.vocabulary import END
from tweetgen.training.token_map import TokenMap

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Batch:
    """A step's worth of every stream; all arrays time-major."""

    #: (time, batch): what the network reads; END begins a post
    tokens: Ints
    #: (time, batch, labels): label rows, 0 = none
    labels: Ints
    #: (time, batch): what comes next
    targets: Ints
    #: (time, batch): 1 where the target counts, 0 on padding
    weights: NDArray[np.float32]


class Streams:
    """`batch` endless streams over a shuffled corpus, `sequence` tokens of each at a time.

    Whichever stream runs dry takes the next post of the epoch's order, so that no token is padding and every post is
    read whole, from its start. `balance` b draws authors (the first label) in proportion to tokens^b: 1 reads every
    post once an epoch; below 1, small authors come more often and large ones more rarely. `label_dropout` is the
    share of posts read as nobody's, without any label; of the others each label but the first is hidden as often, so
    that a text can be asked for with some of them.
    """

    def __init__(
        self,
        corpus: TokenMap,
        *,
        batch: int,
        sequence: int,
        seed: int,
        balance: float = 1.0,
        label_dropout: float = 0.0,
    ) -> None:
        self._corpus, self._batch, self._sequence = corpus, batch, sequence
        self._seed, self._balance, self._label_dropout = seed, balance, label_dropout
        self.epoch = 0
        self._next = 0
        #: passage read by each stream (-1: none), how far, and which of its labels are hidden, a bit each
        self._open: NDArray[np.int64] = np.full((batch, 3), -1, np.int64)
        self._order, self._hidden = self._plan()

    @property
    def progress(self) -> float:
        """Epochs read, as a fraction."""
        return self.epoch + self._next / max(1, len(self._order))

    def _plan(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """This epoch's order of passages, and which labels each passage of the corpus hides, a bit each."""
        random = np.random.default_rng([self._seed, self.epoch])
        order = random.permutation(_balanced(self._corpus, self._balance, random))
        count = len(self._corpus)
        hidden = np.where(random.random(count) < self._label_dropout, -1, 0)  # all bits
        for label in range(1, self._corpus.labels.shape[1]):
            hidden |= (random.random(count) < self._label_dropout).astype(np.int64) << label
        return order, hidden

    def __iter__(self) -> Iterator[Batch]:
        while True:
            yield self.read()

    def read(self) -> Batch:
        """The next `sequence` tokens of every stream."""
        shape = (self._sequence, self._batch)
        tokens, targets = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        labels = np.zeros((*shape, self._corpus.labels.shape[1]), np.int32)
        for row in range(self._batch):
            filled = 0
            while filled < self._sequence:
                filled += self._pour(row, filled, tokens[:, row], labels[:, row], targets[:, row])
        return Batch(tokens, labels, targets, np.ones(shape, np.float32))

    def _pour(self, row: int, start: int, tokens: Ints, labels: Ints, targets: Ints) -> int:
        """Fill one stream from `start` on with what is left of its passage; return how many positions it took."""
        if self._open[row, 0] < 0:
            passage = self._take()
            self._open[row] = passage, 0, self._hidden[passage]
        passage, offset, hidden = (int(value) for value in self._open[row])
        begin, end = (int(value) for value in self._corpus.offsets[passage : passage + 2])
        positions = end - begin + int(self._corpus.ends[passage])
        count = min(positions - offset, self._sequence - start)
        inputs, wanted = _slice(self._corpus.tokens, begin, end, offset, count)
        tokens[start : start + count], targets[start : start + count] = inputs, wanted
        if hidden != -1:
            shown = [not hidden >> label & 1 for label in range(labels.shape[-1])]
            labels[start : start + count] = self._corpus.labels[passage] * shown
        done = offset + count >= positions
        self._open[row] = (-1, -1, -1) if done else (passage, offset + count, hidden)
        return count

    def _take(self) -> int:
        if self._next >= len(self._order):
            self.epoch, self._next = self.epoch + 1, 0
            self._order, self._hidden = self._plan()
        self._next += 1
        return int(self._order[self._next - 1])

    def position(self) -> dict[str, Any]:
        """Where reading stands, for `seek`."""
        return {"epoch": self.epoch, "next": self._next, "open": self._open.tolist()}

    def seek(self, position: dict[str, Any]) -> None:
        """Go on from a `position()` of streams made with the same arguments."""
        self.epoch, self._next = int(position["epoch"]), int(position["next"])
        self._order, self._hidden = self._plan()
        self._open = np.array(position["open"], np.int64)


def _slice(tokens: NDArray[np.unsignedinteger[Any]], begin: int, end: int, offset: int, count: int) -> tuple[Any, Any]:
    """Inputs and targets of `count` positions from `offset`: inputs are END t1 t2 …, targets t1 t2 … END."""
    padded = np.empty(count + 1, np.int32)
    first, last = begin + offset - 1, begin + offset + count
    body = tokens[max(first, begin) : min(last, end)]
    skip = 1 if offset == 0 else 0
    padded[:skip] = END
    padded[skip : skip + len(body)] = body
    padded[skip + len(body) :] = END
    return padded[:-1], padded[1:]


def _balanced(corpus: TokenMap, balance: float, random: np.random.Generator) -> NDArray[np.int64]:
    """The passages of one epoch: each once if balance is 1, else as many of each author as its weight allows."""
    usable = np.flatnonzero((corpus.offsets[1:] - corpus.offsets[:-1] + corpus.ends) > 0)
    if balance == 1.0 or corpus.labels.shape[1] == 0 or len(usable) == 0:
        return usable
    authors = corpus.labels[usable, 0]
    sizes = np.bincount(authors, weights=(corpus.offsets[1:] - corpus.offsets[:-1])[usable] + 1)
    shares = np.where(sizes > 0, np.maximum(sizes, 1) ** balance, 0)
    wanted = shares / shares.sum() * sizes.sum() / np.maximum(sizes, 1)  # how often each author's posts come
    often = wanted[authors]
    copies = np.floor(often).astype(np.int64) + (random.random(len(usable)) < often % 1)
    return np.repeat(usable, copies) if copies.any() else usable


def once(
    corpus: TokenMap, passages: NDArray[np.int64], *, batch: int, sequence: int, labelled: bool
) -> Iterator[Batch]:
    """Read each of `passages` once, whole and from its start, for measuring; the rest of the last batches is padding.

    `labelled=False` reads all of them as nobody's.
    """
    lengths = (corpus.offsets[1:] - corpus.offsets[:-1] + corpus.ends)[passages]
    rows: list[list[int]] = [[] for _ in range(batch)]
    filled = np.zeros(batch, np.int64)
    for index in np.argsort(-lengths, kind="stable"):
        row = int(filled.argmin())
        rows[row].append(int(passages[index]))
        filled[row] += lengths[index]
    steps = -(-int(filled.max(initial=0)) // sequence)
    shape = (steps * sequence, batch)
    tokens, targets, weights = (
        np.zeros(shape, np.int32),
        np.zeros(shape, np.int32),
        np.zeros(shape, np.float32),
    )
    labels = np.zeros((*shape, corpus.labels.shape[1]), np.int32)
    for row, members in enumerate(rows):
        at = 0
        for passage in members:
            begin, end = int(corpus.offsets[passage]), int(corpus.offsets[passage + 1])
            count = end - begin + int(corpus.ends[passage])
            tokens[at : at + count, row], targets[at : at + count, row] = _slice(
                corpus.tokens, begin, end, 0, count
            )
            weights[at : at + count, row] = 1
            if labelled:
                labels[at : at + count, row] = corpus.labels[passage]
            at += count
    for step in range(0, shape[0], sequence):
        part = slice(step, step + sequence)
        yield Batch(tokens[part], labels[part], targets[part], weights[part])
