"""Whether a database is whole and can be written to."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tweetgen.errors import StoreError
from tweetgen.store import Store


def test_a_sound_database_has_nothing_to_tell(store: Store) -> None:
    assert store.examine() == []


def test_what_is_damaged_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    Store.open(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'decisions_account'").fetchone()
    with file.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    with Store.open(f"sqlite:///{file}") as store:
        try:
            told = store.examine()
        except StoreError as error:
            told = [str(error)]
    assert told


def test_a_database_that_cannot_be_written_to_is_an_error(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    with Store.open(url, patience=0.1) as store, closing(sqlite3.connect(tmp_path / "x.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            store.examine()
