"""Nothing of a purged text is left in the files."""

import sqlite3
from pathlib import Path

import pytest

from tweetgen.domain import Post
from tweetgen.errors import Busy
from tweetgen.store import Store


def fill(store: Store) -> None:
    for start in range(0, 3000, 100):
        page = [
            Post(
                author=f"voice{n % 2}",
                text=f"{'private' if n % 2 else 'public'} thought {n}",
                id=str(n),
                source="s",
            )
            for n in range(start, start + 100)
        ]
        store.add_page("k", page, start)


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_nothing_of_a_purged_text_is_left_in_the_files(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/posts.db") as store:
        fill(store)
        assert b"private thought" in content(tmp_path)
        assert store.purge(author="voice1") == 1500
        left = content(tmp_path)
    assert b"private" not in left
    assert b"voice1" not in left
    assert left.count(b"public thought") == 1500


def test_nothing_is_deleted_while_another_program_would_keep_the_text(tmp_path: Path) -> None:
    path = tmp_path / "posts.db"
    with Store.open(f"sqlite:///{path}", patience=0.1) as store:
        fill(store)
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM posts").fetchone()
        store.add_page("k", [Post(author="voice0", text="later", id="later", source="s")])
        with pytest.raises(Busy, match="another program that reads it"):
            store.purge(author="voice1")
        assert len(list(store.posts(["voice1"]))) == 1500
        reader.close()
        assert store.purge(author="voice1") == 1500
        assert b"private" not in content(tmp_path)
