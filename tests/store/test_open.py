"""Opening databases of every sort, and what is said of those that cannot be used."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Connection, create_engine, event, text

from tweetgen.domain import Post
from tweetgen.errors import MissingDependency, StoreError
from tweetgen.store import Store, engine
from tweetgen.store.schema import HEAD

POST = Post(author="ada", text="kept", id="1", source="jsonl")


def test_a_new_file_and_its_folders_are_made(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/a/b/posts.db").close()
    assert (tmp_path / "a/b/posts.db").is_file()


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "posts.db").touch()
    with Store.open(f"sqlite:///{tmp_path}/posts.db") as store:
        assert store.add_page("k", [POST]).new == 1


def test_what_was_stored_is_there_when_opened_again(url: str) -> None:
    with Store.open(url) as store:
        store.add_page("k", [POST], 7)
    with Store.open(url) as store:
        assert [stored.post for stored in store.posts()] == [POST]
        assert store.cursor("k") == 7


def test_a_new_database_opened_by_several_programs_at_once(url: str) -> None:
    program = (
        "import sys; from tweetgen.store import Store; from tweetgen.domain import Post\n"
        "sys.stdin.read(1)\n"
        "with Store.open(sys.argv[1]) as store:\n"
        "    store.add_page('k', [Post(author='a', text='t', id=sys.argv[2], source='s')])\n"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", program, url, str(n)], stdin=subprocess.PIPE, text=True)
        for n in range(3)
    ]
    for one in programs:  # all have imported what they need, and start at once
        assert one.stdin is not None
        one.stdin.close()
    assert [one.wait(timeout=60) for one in programs] == [0, 0, 0]
    with Store.open(url) as store:
        assert sorted(stored.post.id for stored in store.posts()) == ["0", "1", "2"]


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    Store.open(url).close()
    raw = create_engine(url)
    with raw.begin() as connection:
        connection.execute(text("UPDATE tweetgen_schema SET version_num = '9876'"))
    raw.dispose()
    with pytest.raises(StoreError, match=f"newer tweetgen wrote it .*9876.*{HEAD}.*; update tweetgen"):
        Store.open(url)


def test_a_database_of_another_program_is_refused_and_left_alone(url: str, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    raw = create_engine(url)
    with raw.begin() as connection:
        connection.execute(text("CREATE TABLE posts (title text)"))
    with pytest.raises(StoreError, match="`posts` is another program's; name another database"):
        Store.open(url)
    with raw.begin() as connection:
        assert connection.execute(text("SELECT * FROM posts")).keys() == ["title"]
    raw.dispose()


@pytest.mark.parametrize("content", [b"no database at all, just text\n" * 50, b"\x00\xff" * 4000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "posts.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"posts\.db: this is not a database .*; name another file"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_cut_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "posts.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.add_page("k", [Post(author="a", text="t" * 2000, id=str(n), source="s") for n in range(200)])
    os.truncate(path, path.stat().st_size // 2)
    with (
        pytest.raises(StoreError, match=r"damaged .*restore it from a copy"),
        Store.open(f"sqlite:///{path}") as store,
    ):
        list(store.posts())


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"this is a folder .*; name a file in it"):
        Store.open(f"sqlite:///{tmp_path}")


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    with pytest.raises(StoreError, match=r"its folder cannot be made .*; name another place"):
        Store.open(f"sqlite:///{tmp_path}/state/posts.db")


def test_a_database_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/posts.db"
    Store.open(url).close()
    with Store.open(f"sqlite:///file:{tmp_path}/posts.db?mode=ro&uri=true") as store:
        assert list(store.posts()) == []
        with pytest.raises(StoreError, match=r"may only be read .*; make the file and its folder writable"):
            store.add_page("k", [POST])


def test_a_locked_database_is_told_after_some_patience(tmp_path: Path) -> None:
    path = tmp_path / "posts.db"
    with Store.open(f"sqlite:///{path}", patience=0.05) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program holds it locked"):
            store.add_page("k", [POST])
        other.execute("ROLLBACK")
        other.close()
        assert store.add_page("k", [POST]).new == 1


def test_who_waits_for_a_lock_is_told_before_long(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_SOON", 0.02)
    path = tmp_path / "posts.db"
    with Store.open(f"sqlite:///{path}", patience=60) as store:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")

        def let_go() -> None:
            while not caplog.messages:
                time.sleep(0.01)
            other.execute("ROLLBACK")

        freeing = Thread(target=let_go)
        freeing.start()
        assert store.add_page("k", [POST]).new == 1
        freeing.join()
        other.close()
    assert caplog.messages == [
        f"{path} is locked by another program; waiting up to 60 s more for it (which one: fuser -v {path})"
    ]


def test_who_waits_for_a_program_that_makes_the_database_is_told_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_SOON", 0.05)
    path = tmp_path / "posts.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another program holds it locked"):
        Store.open(f"sqlite:///{path}", patience=0.3)
    other.close()
    assert len(caplog.messages) == 1


def test_opening_waits_for_a_program_that_makes_the_database(tmp_path: Path) -> None:
    path = tmp_path / "posts.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another program holds it locked"):
        Store.open(f"sqlite:///{path}", patience=0.1)
    other.close()
    Store.open(f"sqlite:///{path}", patience=0.1).close()


def test_a_full_disk_is_told_and_what_was_committed_stays(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/posts.db"
    with Store.open(url) as store:
        store.add_page("k", [POST], "before")
        store._engine.dispose()
        event.listen(store._engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 20"))
        page = [Post(author="bo", text="t" * 3000, id=str(n), source="s") for n in range(500)]
        with pytest.raises(StoreError, match=r"the disk is full .*free some space.*what was committed is kept"):
            store.add_page("k", page, "after")
    with Store.open(url) as store:
        assert [stored.post for stored in store.posts()] == [POST]
        assert store.cursor("k") == "before"
        assert store.add_page("k", page, "after").new == 500


def test_a_write_that_fails_is_told_and_what_was_committed_stays(tmp_path: Path) -> None:
    """Writing beyond a limit of the file system fails as a failing disk does."""
    url = f"sqlite:///{tmp_path}/posts.db"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    page = [Post(author="bo", text="t" * 3000, id=str(n), source="s") for n in range(500)]
    try:
        with Store.open(url) as store:
            store.add_page("k", [POST], "before")
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
            with pytest.raises(StoreError, match="what was committed is kept"):
                store.add_page("k", page, "after")
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            assert [stored.post for stored in store.posts()] == [POST]
            assert store.add_page("k", page, "after").new == 500
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("posts.db", "no database URL; write sqlite:///FILE or postgresql"),
        ("", "no database URL"),
        ("mysql://host/name", "mysql is not supported; use sqlite:///FILE or postgresql"),
        ("sqlite://", "in memory would forget everything; name a file"),
        ("sqlite:///:memory:", "in memory would forget everything; name a file"),
    ],
)
def test_a_url_we_cannot_serve_is_told(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        Store.open(url)


def test_a_missing_postgresql_database_is_told(server: str) -> None:
    with pytest.raises(StoreError, match=r"does not exist.*; see that|no such database .*; create it"):
        Store.open(f"postgresql://postgres@/nosuch?host={server}")


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="see that the server runs and the URL is right") as caught:
        Store.open(f"postgresql+psycopg://me:hunter2@/posts?host={tmp_path}")
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_its_driver_postgresql_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependency, match=r"tweetgen\[postgresql\]"):
        Store.open("postgresql://host/name")


def test_sqlite_is_told_how_to_behave(sqlite: str) -> None:
    Store.open(sqlite).close()
    opened = engine.connect(engine.parse(sqlite), patience=1)
    with opened.connect() as connection:
        asked = ["journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout"]
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    opened.dispose()
    assert found == ["wal", 1, 1, 1, 1000]


def test_a_durable_transaction_waits_for_the_disk_and_only_that_one(sqlite: str) -> None:
    Store.open(sqlite).close()
    opened = engine.connect(engine.parse(sqlite), patience=1)

    def level(connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0)

    with engine.writing(opened, durable=True) as connection:
        assert level(connection) == 2
    with engine.writing(opened) as connection:
        assert level(connection) == 1
    with pytest.raises(ZeroDivisionError), engine.writing(opened, durable=True) as connection:
        raise ZeroDivisionError
    with engine.reading(opened) as connection:
        assert level(connection) == 1
    opened.dispose()
