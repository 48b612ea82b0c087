"""Clusters: who joins whom, and that nothing already decided ever moves."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.corpus.duplicates import BANDS, ClusterIndex, band_keys, similar

TALES = [
    "the keeper of the lamp went down to the harbour and bought two pounds of fresh herring",
    "my neighbour keeps eleven geese in the yard and every one of them knows the way to my kitchen",
    "nobody told the trains about the holiday so they went round and round without a soul in them",
]
VARIANTS = st.tuples(
    st.sampled_from([*TALES, "lol", "good morning", ""]),
    st.sampled_from(
        [("", ""), ("geese", "ducks"), ("the", "a"), ("herring", "bread and two of tea"), ("o", "oo")]
    ),
    st.sampled_from(["", "!", " https://t.co/abc", " and that was that", "👍"]),
).map(lambda parts: parts[0].replace(*parts[1], 1) + parts[2] if parts[1][0] else parts[0] + parts[2])


def empty() -> ClusterIndex:
    return ClusterIndex(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, BANDS), np.int64))


def cluster(texts: Sequence[str], batch: int, index: ClusterIndex | None = None, first: int = 0) -> list[int]:
    index = index or empty()
    clusters: list[int] = []
    for start in range(first, len(texts), batch):
        part = texts[start : start + batch]
        numbers = range(start, start + len(part))
        clusters += index.assign(numbers, part, band_keys(part), lambda number: texts[number])
    return clusters


def test_copies_join_the_first() -> None:
    texts = [TALES[0], TALES[1], TALES[0] + "!!", TALES[0].upper(), TALES[2], TALES[1] + " https://t.co/x"]
    assert cluster(texts, batch=10) == [0, 1, 0, 0, 4, 1]
    assert cluster(texts, batch=1) == [0, 1, 0, 0, 4, 1]


def test_no_posts_have_no_clusters() -> None:
    index = empty()
    assert index.assign([], [], band_keys([]), lambda number: "") == []
    assert cluster([TALES[0], TALES[0]], batch=2, index=index) == [0, 0]


def test_short_texts_join_only_their_equals() -> None:
    assert cluster(["lol", "lola", "LOL!", "lol 👍", ":)", ":("], batch=6) == [0, 1, 0, 0, 4, 5]


def test_a_post_between_two_clusters_joins_the_earlier_and_moves_none() -> None:
    words = [
        *("one", "two", "three", "four", "five", "six", "seven"),
        *("eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"),
    ]
    left, middle, right = " ".join(words[:12]), " ".join(words[1:13]), " ".join(words[2:])
    assert similar(left, middle)
    assert similar(middle, right)
    assert not similar(left, right)
    assert cluster([right, left, middle, right], batch=4) == [0, 1, 0, 0]


def test_numbers_need_not_follow_each_other() -> None:
    index = empty()
    texts = {7: TALES[0], 90: TALES[1], 1000: TALES[0], 2**40: TALES[1]}
    for number, text in texts.items():
        expected = {7: 7, 90: 90, 1000: 7, 2**40: 90}[number]
        assert index.assign([number], [text], band_keys([text]), texts.__getitem__) == [expected]


@given(st.lists(VARIANTS, max_size=30), st.integers(1, 30), st.integers(0, 30))
def test_batches_and_restarts_make_no_difference(texts: list[str], batch: int, restart: int) -> None:
    whole = cluster(texts, batch=len(texts) + 1)
    assert cluster(texts, batch) == whole
    seen = min(restart, len(texts))
    order = np.random.default_rng(0).permutation(seen)
    index = ClusterIndex(order, np.array(whole[:seen], np.int64)[order], band_keys(texts[:seen])[order])
    assert whole[:seen] + cluster(texts, batch, index, seen) == whole


@given(st.lists(VARIANTS, max_size=30))
def test_every_cluster_is_its_first_post_and_everybody_resembles_one_before(texts: list[str]) -> None:
    clusters = cluster(texts, batch=7)
    for number, chosen in enumerate(clusters):
        if chosen == number:
            continue
        assert clusters[chosen] == chosen
        assert any(clusters[i] == chosen and similar(texts[i], texts[number]) for i in range(number))


@given(st.lists(VARIANTS, min_size=1, max_size=20), st.data())
def test_an_exact_copy_always_finds_its_cluster(texts: list[str], data: st.DataObject) -> None:
    copied = data.draw(st.integers(0, len(texts) - 1))
    clusters = cluster([*texts, texts[copied]], batch=5)
    assert clusters[-1] <= clusters[copied]


@pytest.mark.parametrize("batch", [50, 1000])
def test_what_everybody_writes_costs_little(batch: int) -> None:
    texts = [f"good morning everybody in the harbour town{'!' * (i % 7)}" for i in range(1000)]
    asked = 0

    def text_of(number: int) -> str:
        nonlocal asked
        asked += 1
        return texts[number]

    index = empty()
    clusters: list[int] = []
    for start in range(0, 1000, batch):
        part = texts[start : start + batch]
        clusters += index.assign(range(start, start + batch), part, band_keys(part), text_of)
    assert set(clusters) == {0}
    assert asked <= 1000


def test_a_key_shared_by_thousands_of_unlike_posts_costs_little() -> None:
    texts = [f"{chr(97 + i % 26)}{i} quite another story {i * i}" * 2 for i in range(300)]
    keys = band_keys(["one and the same text, as far as the keys go"] * 300)
    asked = 0

    def text_of(number: int) -> str:
        nonlocal asked
        asked += 1
        return f"nothing like it {number}"

    index = empty()
    for number, text in enumerate(texts):
        index.assign([number], [text], keys[number : number + 1], text_of)
    assert asked <= 300 * 4
