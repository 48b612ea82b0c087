"""The overlap index follows the store: what is new is added once, what was purged leaves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tweetgen.corpus.overlap.writer import Writer
from tweetgen.domain import Post
from tweetgen.pipeline import index
from tweetgen.pipeline.index import Indexed, keep_up, keep_up_if_free, open_index
from tweetgen.store import Store

SECRET = "the secret of the lamp is oil"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/posts.db") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "overlap"


def add(store: Store, author: str, *texts: str) -> None:
    store.add_page(None, [Post(author=author, text=text, id=text, source="test") for text in texts])


def test_only_what_is_new_is_added(store: Store, folder: Path) -> None:
    add(store, "ada", "the gull stole the rope", "the tide came in")
    assert keep_up(store, folder) == Indexed(added=2)
    add(store, "bob", SECRET)
    assert keep_up(store, folder) == Indexed(added=1)
    assert keep_up(store, folder) == Indexed()
    assert open_index(folder).shared_words(SECRET) == (7, SECRET)


def test_a_purged_post_leaves_the_index(store: Store, folder: Path) -> None:
    add(store, "ada", "the gull stole the rope", "the tide came in")
    add(store, "bob", SECRET)
    add(store, "ada", "a lamp in the fog")
    keep_up(store, folder)
    store.purge(author="bob")
    assert keep_up(store, folder) == Indexed(removed=1)
    found = open_index(folder)
    assert (len(found), found.shared_words(SECRET)[0]) == (3, 0)
    assert found.shared_words("a lamp in the fog")[0] == 5
    assert not any(SECRET.encode() in path.read_bytes() for path in folder.iterdir())


def test_the_newest_post_may_be_purged_and_others_come_after_it(store: Store, folder: Path) -> None:
    add(store, "ada", "the gull stole the rope")
    add(store, "bob", SECRET)
    keep_up(store, folder)
    store.purge(author="bob")
    add(store, "ada", "a lamp in the fog")
    assert keep_up(store, folder) == Indexed(added=1, removed=1)
    assert len(open_index(folder)) == 2


def test_an_emptied_store_empties_the_index(store: Store, folder: Path) -> None:
    add(store, "bob", SECRET)
    keep_up(store, folder)
    store.purge(author="bob")
    assert keep_up(store, folder) == Indexed(removed=1)
    assert len(open_index(folder)) == 0


def test_another_store_is_indexed_anew(store: Store, folder: Path, tmp_path: Path) -> None:
    add(store, "ada", "the gull stole the rope", "the tide came in")
    keep_up(store, folder)
    with Store.open(f"sqlite:///{tmp_path}/other.db") as other:
        add(other, "bob", "one", SECRET)
        assert keep_up(other, folder) == Indexed(added=2)
    assert open_index(folder).shared_words("the gull stole the rope")[0] == 0


def test_what_was_done_before_a_failure_stays(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_BATCH", 2)
    add(store, "ada", "one", "two", "three", "four", "five")

    def stop(done: Indexed) -> None:
        if done.added == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_up(store, folder, stop)
    assert len(open_index(folder)) == 4
    assert keep_up(store, folder) == Indexed(added=1)


def test_an_index_that_is_being_kept_up_is_left_alone(store: Store, folder: Path) -> None:
    add(store, "ada", "one")
    with Writer(folder):
        assert keep_up_if_free(store, folder) == Indexed()
    assert keep_up_if_free(store, folder) == Indexed(added=1)
