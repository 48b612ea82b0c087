"""Copies of a database in use, and their return: nothing that may have been sent is sent again."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from tweetgen.domain import Post, SendState, SlotState
from tweetgen.errors import StoreError
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY
from tweetgen.store.engine import reading, writing
from tweetgen.store.tables import outbox, plans, slots

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
UNDER_WAY = {SendState.READY, SendState.RETRY, SendState.SENDING, SendState.UNKNOWN}
DONE = set(SendState) - UNDER_WAY


def _post(ident: str) -> Post:
    return Post(author="ada", text=f"text {ident}", id=ident, source="jsonl")


def _ids(url: str) -> list[str]:
    with Store.open(url) as store:
        return [stored.post.id for stored in store.posts()]


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _under_way(store: Store) -> None:
    """One row of the outbox in every state, slots before and after, an approved account at work."""
    store.accounts.enable("keeper", NOON - 24 * HOUR)
    store.leases.take("train", "host:1:a", NOON, NOON + HOUR)
    store.daemons.beat("host:1:a", NOON, NOON, {})
    store.journal.begin("dispatch", "keeper", "host:1:a", NOON)
    rows = [
        {"account": "keeper", "destination": "main", "candidate": n, "slot": n, "key": state, "text": "t"}
        | {"text_hash": "h", "state": state, "not_before": NOON, "created_at": NOON, "fence": 3, "owner": "o"}
        for n, state in enumerate(SendState)
    ]
    due = [
        {"account": "keeper", "step": "post", "key": str(hours), "due_at": NOON + hours * HOUR}
        | {"state": SlotState.OPEN, "changed_at": NOON}
        for hours in (1, 2, 72)
    ]
    with writing(store._engine) as connection:
        connection.execute(insert(outbox), rows)
        connection.execute(insert(slots), due)
        connection.execute(insert(plans).values(account="keeper", schedule="x", until=NOON + HOUR))


@pytest.fixture
def backup(sqlite: str, tmp_path: Path) -> Path:
    """A backup made at noon, of a database with one post and much under way."""
    path = tmp_path / "backup.db"
    with Store.open(sqlite) as store:
        store.add_page("k", [_post("before")], 1)
        _under_way(store)
        store.backup(path, NOON)
        store.add_page("k", [_post("after")], 2)
    return path


def test_a_backup_is_one_file_with_everything_that_was_committed(backup: Path, sqlite: str) -> None:
    assert _ids(f"sqlite:///{backup}") == ["before"]
    with Store.open(sqlite) as store:
        (noted,) = store.journal.last("backup")
    assert (noted.outcome, noted.detail, noted.ended_at) == ("ok", str(backup), NOON)


def test_a_backup_leaves_no_other_file(backup: Path) -> None:
    assert sorted(path.name for path in backup.parent.iterdir()) == ["backup.db", "state"]


def test_others_read_and_write_while_a_backup_is_made(sqlite: str, tmp_path: Path) -> None:
    with Store.open(sqlite) as store, Store.open(sqlite, patience=0.1) as other:
        store.add_page("k", [_post("1")])
        reader = other.posts()
        next(reader)
        store.backup(tmp_path / "backup.db", NOON)
        other.add_page("k", [_post("2")])
        assert list(reader) == []
    assert _ids(f"sqlite:///{tmp_path}/backup.db") == ["1"]


def test_a_backup_replaces_an_older_one_and_only_when_it_is_whole(backup: Path, sqlite: str) -> None:
    before = backup.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Store.open(sqlite) as store:
        store.add_page("k", [Post("a", "t" * 3000, str(n), "s") for n in range(500)])
        store.checkpoint()  # so that noting the backup fits below the limit
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
            with pytest.raises(StoreError, match=r"backup\.db.*(full|failed)"):
                store.backup(backup, NOON + HOUR)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)
        assert backup.read_bytes() == before
        store.backup(backup, NOON + HOUR)
    assert len(_ids(f"sqlite:///{backup}")) == 502


def test_a_backup_that_cannot_be_written_is_told(backup: Path, sqlite: str, tmp_path: Path) -> None:
    with Store.open(sqlite) as store:
        with pytest.raises(StoreError, match=r"nowhere.*cannot be written \(No such file or directory\); check"):
            store.backup(tmp_path / "nowhere" / "backup.db", NOON)
        with pytest.raises(StoreError, match="the backup would replace the database itself; name another file"):
            store.backup(_file(sqlite), NOON)
        assert store.journal.last("backup")[0].outcome == "failed"


def test_a_damaged_database_gives_no_backup(sqlite: str, tmp_path: Path) -> None:
    with Store.open(sqlite) as store:
        store.add_page("k", [Post("a", "t" * 2000, str(n), "s") for n in range(200)])
    with _file(sqlite).open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 4096 * 4)
    with Store.open(sqlite) as store, pytest.raises(StoreError, match="damaged"):
        store.backup(tmp_path / "backup.db", NOON)
    assert not (tmp_path / "backup.db").exists()


def test_restoring_brings_back_what_was_and_keeps_what_is_replaced(backup: Path, sqlite: str) -> None:
    restored = Store.restore(sqlite, backup, NOON + 48 * HOUR)
    assert _ids(sqlite) == ["before"]
    assert restored.replaced is not None
    assert restored.replaced.name == "posts.db.replaced-20260303T120000Z"
    assert _ids(f"sqlite:///{restored.replaced}") == ["before", "after"]
    assert restored.held.taken_at == NOON
    assert not list(_file(sqlite).parent.glob(".restore*"))


def test_nothing_restored_is_sent_by_itself(backup: Path, sqlite: str) -> None:
    restored = Store.restore(sqlite, backup, NOON + 48 * HOUR)
    assert (restored.held.texts, restored.held.slots, restored.held.in_review) == (4, 2, 0)
    with Store.open(sqlite) as store, reading(store._engine) as connection:
        rows = {row.key: row for row in connection.execute(select(outbox))}
        found = connection.execute(select(slots.c.state).order_by(slots.c.due_at)).scalars().all()
        planned = connection.execute(select(plans)).all()
    assert {rows[state].state for state in DONE} == DONE
    for state in UNDER_WAY:
        assert (rows[state].state, rows[state].fence, rows[state].owner) == (SendState.NEEDS_HUMAN, 4, None)
        assert "may have been sent since 2026-03-01 12:00 UTC" in rows[state].error
    assert found == [SlotState.MISSED, SlotState.MISSED, SlotState.OPEN]
    assert planned == []


def test_a_restored_store_waits_for_somebody(backup: Path, sqlite: str) -> None:
    now = NOON + 48 * HOUR
    Store.restore(sqlite, backup, now)
    with Store.open(sqlite) as store:
        assert store.accounts.is_paused("keeper")
        assert store.accounts.is_paused("made after the backup")
        assert "look through them, then resume" in store.accounts.states()[EVERY].pause_reason
        assert store.accounts.states()["keeper"].enabled_at == now
        assert store.leases.holder("train", NOON) is None
        assert store.daemons.alive(NOON) == []
        assert {entry.outcome for entry in store.journal.last()} == {"failed"}


def test_the_tools_of_postgresql_are_named_and_what_they_restore_can_be_held_back(
    postgresql: str, tmp_path: Path
) -> None:
    with Store.open(postgresql) as store:
        _under_way(store)
        with pytest.raises(StoreError, match=r"PostgreSQL has its own tools for this; pg_dump --format=custom"):
            store.backup(tmp_path / "backup.db", NOON)
        held = store.quarantine(NOON + 48 * HOUR)
        assert (held.texts, held.slots, held.in_review) == (4, 2, 0)
        assert store.accounts.is_paused("keeper")
    with pytest.raises(StoreError, match="pg_restore"):
        Store.restore(postgresql, tmp_path / "backup.db", NOON)


def test_where_no_database_is_the_backup_becomes_it(backup: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "posts.db"
    target.parent.mkdir()
    target.with_name("posts.db-wal").write_bytes(b"of another")
    assert Store.restore(f"sqlite:///{target}", backup, NOON).replaced is None
    assert _ids(f"sqlite:///{target}") == ["before"]


@pytest.mark.parametrize("content", [b"no database at all\n" * 500, None])
def test_a_database_that_cannot_be_read_is_replaced_and_kept(backup: Path, sqlite: str, content: bytes | None) -> None:
    target = _file(sqlite)
    if content is None:
        os.truncate(target, target.stat().st_size // 2)
        content = target.read_bytes()
    target.write_bytes(content)
    replaced = Store.restore(sqlite, backup, NOON).replaced
    assert replaced is not None
    assert _ids(sqlite) == ["before"]


def test_a_database_that_a_program_has_open_is_not_replaced(backup: Path, sqlite: str) -> None:
    code = (
        "import sys, sqlite3; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM posts').fetchone()\n"
        "print('open', flush=True); sys.stdin.read(1)"
    )
    command = [sys.executable, "-c", code, str(_file(sqlite))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(StoreError, match="another program has it open; stop tweetgen, then restore"):
            Store.restore(sqlite, backup, NOON, patience=0.1)
        other.communicate(b"x")
    assert _ids(sqlite) == ["before", "after"]


def test_what_is_no_backup_is_refused_and_the_database_left_alone(backup: Path, sqlite: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"no database at all\n" * 500)
    with pytest.raises(StoreError, match=r"bad: this is not a database"):
        Store.restore(sqlite, bad, NOON)
    bad.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises(StoreError, match="damaged"):
        Store.restore(sqlite, bad, NOON)
    bad.write_bytes(b"")
    with pytest.raises(StoreError, match="no backup of a tweetgen database"):
        Store.restore(sqlite, bad, NOON)
    with pytest.raises(StoreError, match="there is no such file; name the backup"):
        Store.restore(sqlite, tmp_path / "nothing", NOON)
    with pytest.raises(StoreError, match="the backup is the database itself"):
        Store.restore(sqlite, _file(sqlite), NOON)
    assert _ids(sqlite) == ["before", "after"]


def test_a_backup_of_another_program_s_database_is_refused(backup: Path, sqlite: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE posts (title TEXT)")
    other.close()
    with pytest.raises(StoreError, match="no backup of a tweetgen database; name another file"):
        Store.restore(sqlite, tmp_path / "other.db", NOON)
