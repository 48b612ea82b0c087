"""Streams of posts: each read whole, from END to END, as often as it should, and resumable anywhere."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.model.vocabulary import END
from tweetgen.training.streams import Batch, Streams, once
from tweetgen.training.token_map import TokenMap

Numbered = Callable[..., TokenMap]


class Read(NamedTuple):
    """One passage as a stream gave it."""

    tokens: list[int]
    targets: list[int]
    labels: list[int]


def rows(batches: Iterable[Batch]) -> list[list[Read]]:
    """What each stream gave, cut where END begins a passage; the last of each may be cut short."""
    parts = list(batches)
    tokens, targets, labels, weights = (
        np.concatenate([getattr(each, name) for each in parts]) for name in ("tokens", "targets", "labels", "weights")
    )
    found = []
    for row in range(tokens.shape[1]):
        real = weights[:, row] > 0
        columns = (tokens[real, row], targets[real, row], labels[real, row, 0])
        starts = [*np.flatnonzero(columns[0] == END).tolist(), int(real.sum())]
        found.append([Read(*(column[a:b].tolist() for column in columns)) for a, b in pairwise(starts)])
    return found


def number(read: Read) -> int:
    """Which passage it is."""
    return (read.targets[0] - 1) // 100


def is_whole(read: Read, corpus: TokenMap) -> bool:
    passage = number(read)
    tokens = corpus.tokens[corpus.offsets[passage] : corpus.offsets[passage + 1]].tolist()
    targets = [*tokens, END] if corpus.ends[passage] else tokens
    return read.tokens == [END, *tokens][: len(targets)] and read.targets == targets


lengths = st.lists(st.integers(1, 12), min_size=1, max_size=12)


@given(lengths=lengths, batch=st.integers(1, 4), sequence=st.integers(1, 9), seed=st.integers(0, 3), data=st.data())
def test_every_passage_is_read_whole_from_its_start_with_targets_one_ahead(
    numbered: Numbered, lengths: list[int], batch: int, sequence: int, seed: int, data: st.DataObject
) -> None:
    ends = data.draw(st.lists(st.booleans(), min_size=len(lengths), max_size=len(lengths)))
    corpus = numbered(lengths, ends=ends)
    streams = Streams(corpus, batch=batch, sequence=sequence, seed=seed)
    steps = 2 + 3 * sum(lengths) // (batch * sequence)
    batches = list(islice(streams, steps))
    assert all(each.tokens.shape == (sequence, batch) and each.weights.all() for each in batches)
    for row in rows(batches):
        assert row[0].tokens[0] == END
        assert all(is_whole(read, corpus) for read in row[:-1])


@given(lengths=lengths, batch=st.integers(1, 4))
def test_every_passage_comes_once_an_epoch(numbered: Numbered, lengths: list[int], batch: int) -> None:
    streams = Streams(numbered(lengths), batch=batch, sequence=5, seed=0)
    batches = list(islice(streams, 1 + 4 * sum(lengths) // (5 * batch)))
    counts = Counter(number(read) for row in rows(batches) for read in row)
    taken = [counts[passage] for passage in range(len(lengths))]
    assert max(taken) - min(taken) <= 1
    assert streams.progress == pytest.approx(sum(taken) / len(lengths), abs=1e-9)


def test_each_epoch_and_each_seed_has_its_own_order(numbered: Numbered) -> None:
    def orders(seed: int) -> list[list[int]]:
        streams = Streams(numbered([1] * 30), batch=1, sequence=60, seed=seed)
        return [[number(read) for read in rows([streams.read()])[0]] for _ in range(3)]

    first = orders(1)
    assert all(sorted(order) == list(range(30)) for order in first)
    assert first == orders(1)
    assert len({tuple(order) for order in (*first, *orders(2))}) == 6


def tokens_by_author(corpus: TokenMap, balance: float, epochs: int = 60) -> np.ndarray:
    streams = Streams(corpus, batch=1, sequence=50, seed=3, balance=balance)
    heard: Counter[int] = Counter()
    while streams.epoch < epochs:
        heard.update(streams.read().labels.ravel().tolist())
    return np.array([heard[author] for author in sorted(heard)], float)


def test_balance_draws_authors_by_their_tokens_to_that_power(numbered: Numbered) -> None:
    corpus = numbered([9] * 64 + [4] * 8 + [1] * 5, authors=[1] * 64 + [2] * 8 + [3] * 5)
    sizes = np.array([640.0, 40.0, 10.0])
    for balance in (1.0, 0.5, 0.0):
        found = tokens_by_author(corpus, balance)
        np.testing.assert_allclose(found / found.sum(), sizes**balance / (sizes**balance).sum(), atol=0.03)
    total = tokens_by_author(corpus, 0.0).sum() / 60
    assert total == pytest.approx(sizes.sum(), rel=0.1), "an epoch is about as long as the corpus"


def test_one_author_alone_is_balanced_already(numbered: Numbered) -> None:
    for count in (1, 2, 7):
        streams = Streams(numbered([3] * count), batch=1, sequence=4 * count, seed=0, balance=0.3)
        counts = Counter(number(read) for read in rows(islice(streams, 10))[0])
        assert set(counts) == set(range(count))


def test_labels_are_hidden_from_a_share_of_posts_and_of_these_whole(numbered: Numbered) -> None:
    """Also of a post that is still being read when an epoch ends."""
    corpus = numbered([17] * 40, authors=list(range(1, 41)))
    streams = Streams(corpus, batch=7, sequence=10, seed=0, label_dropout=0.3)
    found = [read for row in rows(islice(streams, 700)) for read in row]
    assert {len(set(read.labels)) for read in found} == {1}
    assert all(read.labels[0] in (0, number(read) + 1) for read in found)
    hidden = np.mean([read.labels[0] == 0 for read in found])
    assert hidden == pytest.approx(0.3, abs=0.05)
    plain = Streams(corpus, batch=7, sequence=10, seed=0)
    assert all(read.labels[0] for row in rows(islice(plain, 50)) for read in row)


def test_each_further_label_is_hidden_by_itself_as_often(numbered: Numbered) -> None:
    corpus = numbered([5] * 400, authors=[1] * 400)
    corpus = replace(corpus, labels=np.ones((400, 3), np.int32))
    batches = list(islice(Streams(corpus, batch=4, sequence=6, seed=0, label_dropout=0.3), 100))
    shown = np.concatenate([batch.labels[batch.tokens == END] for batch in batches]).astype(bool)
    author, kind, length = shown.T
    assert author.mean() == pytest.approx(0.7, abs=0.06)
    assert not kind[~author].any(), "as nobody's, a post has no label at all"
    assert kind[author].mean() == pytest.approx(0.7, abs=0.08)
    assert (kind & length)[author].mean() == pytest.approx(0.49, abs=0.08)


@pytest.mark.parametrize("before", [0, 1, 7, 40])
def test_seeking_goes_on_exactly(numbered: Numbered, before: int) -> None:
    corpus = numbered([3, 8, 1, 12, 5, 30], authors=[1, 1, 2, 2, 3, 3])
    options = {"batch": 3, "sequence": 4, "seed": 5, "balance": 0.5, "label_dropout": 0.4}
    streams = Streams(corpus, **options)  # type: ignore[arg-type]
    for _ in range(before):
        streams.read()
    position = streams.position()
    expected = list(islice(streams, 30))
    again = Streams(corpus, **options)  # type: ignore[arg-type]
    again.seek(position)
    for one, other in zip(expected, islice(again, 30), strict=True):
        for name in ("tokens", "targets", "labels", "weights"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert streams.position() == again.position()


@given(
    lengths=lengths,
    batch=st.integers(1, 4),
    sequence=st.integers(1, 9),
    labelled=st.booleans(),
    data=st.data(),
)
def test_once_reads_the_chosen_passages_once_and_pads_the_rest_without_weight(
    numbered: Numbered, lengths: list[int], batch: int, sequence: int, labelled: bool, data: st.DataObject
) -> None:
    ends = data.draw(st.lists(st.booleans(), min_size=len(lengths), max_size=len(lengths)))
    chosen = data.draw(st.lists(st.sampled_from(range(len(lengths))), unique=True))
    corpus = numbered(lengths, authors=list(range(1, len(lengths) + 1)), ends=ends)
    batches = list(once(corpus, np.array(chosen, np.int64), batch=batch, sequence=sequence, labelled=labelled))
    found = [read for row in rows(batches) for read in row] if batches else []
    assert sorted(number(read) for read in found) == sorted(chosen)
    assert all(is_whole(read, corpus) for read in found)
    assert all(set(read.labels) == {number(read) + 1 if labelled else 0} for read in found)
    assert sum(each.weights.sum() for each in batches) == sum(lengths[i] + ends[i] for i in chosen)


def test_a_passage_that_another_follows_learns_no_end(numbered: Numbered) -> None:
    corpus = numbered([3, 4], ends=[False, True])
    found = rows(islice(Streams(corpus, batch=1, sequence=8, seed=0), 9))[0][:-1]
    assert {number(read): read.targets[-1] == END for read in found} == {0: False, 1: True}
