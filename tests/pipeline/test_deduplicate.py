"""Near-duplicates are found after collecting, in batches, and each post is looked at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tweetgen.corpus.duplicates import band_keys
from tweetgen.domain import Post
from tweetgen.pipeline.deduplicate import Deduplicated, find_duplicates
from tweetgen.store import Fingerprint, Store

LINES = [
    "The lighthouse keeper polished the great lamp before the storm came in",
    "Nobody at the bakery remembers who ordered seven hundred almond croissants",
    "A small robot learnt to whistle and would not stop until Tuesday evening",
    "Grandmother's rule for chess was simple: never trust a smiling bishop",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/posts.db") as opened:
        yield opened


def add(store: Store, *texts: str) -> None:
    known = sum(1 for _ in store.posts())
    page = [Post(author="ada", text=text, id=str(known + n), source="s") for n, text in enumerate(texts)]
    store.add_page(None, page)


def clusters(store: Store) -> list[int | None]:
    return [stored.cluster for stored in store.posts()]


def test_repeated_posts_join_the_cluster_of_the_first(store: Store) -> None:
    add(store, LINES[0], LINES[1], LINES[0].upper() + "!", LINES[2], LINES[0] + " https://example.org/x")
    assert find_duplicates(store) == Deduplicated(posts=5, duplicates=2)
    assert clusters(store) == [1, 2, 1, 4, 1]


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_the_size_of_batches_makes_no_difference(store: Store, batch: int) -> None:
    add(store, LINES[0], LINES[1], LINES[0], LINES[2], LINES[1], LINES[0], LINES[3])
    find_duplicates(store, batch=batch)
    assert clusters(store) == [1, 2, 1, 4, 2, 1, 7]


def test_only_new_posts_are_looked_at(store: Store) -> None:
    add(store, LINES[0], LINES[1])
    find_duplicates(store)
    add(store, LINES[1] + "…", LINES[2])
    assert find_duplicates(store) == Deduplicated(posts=2, duplicates=1)
    assert clusters(store) == [1, 2, 2, 4]
    assert find_duplicates(store) == Deduplicated(0, 0)


def test_a_search_that_was_stopped_goes_on(store: Store) -> None:
    add(store, LINES[0], LINES[1], LINES[0], LINES[1], LINES[2])

    def stop(found: Deduplicated) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_duplicates(store, stop, batch=2)
    assert clusters(store) == [1, 2, None, None, None]
    assert find_duplicates(store, batch=2) == Deduplicated(posts=3, duplicates=2)
    assert clusters(store) == [1, 2, 1, 2, 5]


def test_what_another_program_clustered_meanwhile_is_seen(store: Store) -> None:
    add(store, LINES[0], LINES[1], LINES[2], LINES[1])

    def meanwhile(found: Deduplicated) -> None:
        if found.posts == 1:  # the other takes the second and the third post
            _cluster_as_another_program(store, [waiting.number for waiting in store.unclustered(2)])

    find_duplicates(store, meanwhile, batch=1)
    assert clusters(store) == [1, 2, 3, 2]


def _cluster_as_another_program(store: Store, numbers: list[int]) -> None:
    texts = [store.text(number) for number in numbers]
    keys = band_keys(texts)
    store.set_clusters(
        [Fingerprint(n, n, row.astype("<i8").tobytes()) for n, row in zip(numbers, keys, strict=True)]
    )


def test_keys_of_another_version_do_no_harm(store: Store) -> None:
    add(store, LINES[0])
    store.set_clusters([Fingerprint(1, 1, b"odd")])
    add(store, LINES[0], LINES[0])
    find_duplicates(store)
    assert clusters(store) == [1, 2, 2]


def test_after_a_purge_the_rest_of_a_cluster_finds_together_again(store: Store) -> None:
    store.add_page(None, [Post(author="bo", text=LINES[0], id="x", source="s")])
    add(store, LINES[0], LINES[1], LINES[0])
    find_duplicates(store)
    assert clusters(store) == [1, 1, 3, 1]
    store.purge(author="bo")
    find_duplicates(store)
    assert clusters(store) == [2, 3, 2]
