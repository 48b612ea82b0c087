"""`tweetgen backup` and `restore`: the database as it was, and nothing sent twice because of it."""

import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tweetgen.domain import Post
from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def database(folder: Path) -> str:
    (folder / "state").mkdir()
    return f"sqlite:///{folder / 'state/tweetgen.db'}"


def write(database: str, text: str) -> None:
    with Store.open(database) as store:
        store.add_page(None, [Post("ada", text, text, "test")])


def texts(database: str) -> list[str]:
    with Store.open(database) as store:
        return [stored.post.text for stored in store.posts()]


def test_a_backup_brings_back_what_was(tweetgen: Run, folder: Path, database: str) -> None:
    write(database, "fog")
    code, out, _ = tweetgen("backup", "copy.db")
    assert (code, out.startswith("written: copy.db (")) == (0, True)
    write(database, "gone again")
    code, out, _ = tweetgen("restore", "copy.db")
    assert code == 0
    assert "the database before: " in out
    assert "All accounts are paused" in out
    assert texts(database) == ["fog"]
    with Store.open(database) as store:
        assert store.accounts.is_paused("whoever")


def test_texts_that_may_have_been_sent_are_told_of(
    tweetgen: Run, folder: Path, database: str, place: Callable[..., object], approve: Callable[..., int]
) -> None:
    with Store.open(database) as store:
        place(store, "on its way")
        approve(store, "ready")
    tweetgen("backup", "copy.db")
    out = tweetgen("restore", "copy.db")[1]
    assert "1 text may have been sent since; look at each: tweetgen outbox --state needs_human" in out
    assert "to be reviewed again, for they may have been posted since: 1 text; see: tweetgen review" in out
    with Store.open(database) as store:
        (waiting,) = store.candidates.pending()
        assert (waiting.text, store.candidates.approved(waiting.account)) == ("ready", [])
        assert waiting.version > 1, "so that no rule approves it"


def test_what_other_tools_restored_is_held_back(
    tweetgen: Run, folder: Path, database: str, approve: Callable[..., int]
) -> None:
    with Store.open(database) as store:
        approve(store, "ready")
    code, out, _ = tweetgen("restore", "--hold-back")
    assert (code, out.splitlines()[0]) == (0, "held back")
    assert "to be reviewed again, for they may have been posted since: 1 text; see: tweetgen review" in out
    assert tweetgen("restore")[0] == 2


def test_nothing_is_restored_while_a_service_runs(tweetgen: Run, folder: Path, database: str) -> None:
    write(database, "fog")
    tweetgen("backup", "copy.db")
    with Store.open(database) as store:
        now = datetime.now(UTC)
        store.daemons.beat("here:1:x", now, now, {})
    code, _, err = tweetgen("restore", "copy.db")
    assert (code, err) == (2, "tweetgen: the database is in use by the service here:1:x; stop that first\n")


def test_a_service_that_was_killed_keeps_nothing_from_being_restored(
    tweetgen: Run, folder: Path, database: str
) -> None:
    write(database, "fog")
    tweetgen("backup", "copy.db")
    killed = subprocess.Popen([sys.executable, "-c", ""])
    with Store.open(database) as store:
        now = datetime.now(UTC)
        store.daemons.beat(f"{socket.gethostname()}:{killed.pid}:x", now, now, {})
    killed.wait()
    assert "No service runs" in tweetgen("status")[1]
    assert tweetgen("restore", "copy.db")[0] == 0


def test_a_backup_replaces_no_file_unless_told_to(tweetgen: Run, folder: Path, database: str) -> None:
    (folder / "mine").write_text("mine")
    code, _, err = tweetgen("backup", "mine")
    assert (code, "is there already" in err, (folder / "mine").read_text()) == (2, True, "mine")
    assert tweetgen("backup", "mine", "--force")[0] == 0


def test_a_broken_backup_changes_nothing(tweetgen: Run, folder: Path, database: str) -> None:
    write(database, "fog")
    (folder / "copy.db").write_text("no database at all" * 100)
    assert tweetgen("restore", "copy.db")[0] == 2
    assert texts(database) == ["fog"]


def test_a_database_that_cannot_be_read_may_be_replaced(tweetgen: Run, folder: Path, database: str) -> None:
    write(database, "fog")
    tweetgen("backup", "copy.db")
    for file in (folder / "state").glob("tweetgen.db*"):
        file.write_bytes(b"\xff" * 5000)
    code, _, err = tweetgen("restore", "copy.db")
    assert (code, err) == (0, "")
    assert texts(database) == ["fog"]
