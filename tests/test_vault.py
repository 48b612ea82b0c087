"""Tokens are on disk whole before anybody uses them, nobody else reads them, and one at a time renews them."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tweetgen import vault
from tweetgen.app import App
from tweetgen.domain import Json
from tweetgen.errors import Busy, InputError, MissingDependency
from tweetgen.vault import FileVault, KeyringVault

HOLD = """
import sys
from pathlib import Path
from tweetgen.vault import FileVault
with FileVault(Path(sys.argv[1])).lock("x.ann"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def kept(tmp_path: Path) -> FileVault:
    return FileVault(tmp_path / "state/secrets")


@pytest.mark.parametrize("value", [{"access": "a1", "refresh": "r1"}, ["x"], "grüß", 3, None])
def test_what_is_put_is_what_one_gets(kept: FileVault, value: Json) -> None:
    assert kept.get("x.ann") is None
    kept.put("x.ann", {"old": True})
    kept.put("x.ann", value)
    assert kept.get("x.ann") == value
    assert kept.names() == ["x.ann"]


def test_only_its_owner_may_read_it_whatever_the_umask(kept: FileVault, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept.put("x.ann", "one")
        kept.put("x.ann", "two")
    finally:
        os.umask(before)
    folder = tmp_path / "state/secrets"
    assert (folder / "x.ann").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert kept.readable_by_others() == []
    (folder / "x.ann").chmod(0o644)
    assert kept.readable_by_others() == [folder / "x.ann"]


def test_a_file_made_readable_by_others_is_closed_again_with_the_next_token(kept: FileVault, tmp_path: Path) -> None:
    kept.put("x.ann", "one")
    (tmp_path / "state/secrets/x.ann").chmod(0o644)
    kept.put("x.ann", "two")
    assert kept.readable_by_others() == []


def test_a_write_that_fails_leaves_the_old_token(kept: FileVault, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.put("x.ann", "one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tweetgen.atomic.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        kept.put("x.ann", "two")
    assert kept.get("x.ann") == "one"


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "A", "x" * 101, "x\n"])
def test_a_name_that_could_lead_elsewhere_is_refused(kept: FileVault, name: str) -> None:
    with pytest.raises(InputError, match="is no name for a secret"):
        kept.get(name)
    with pytest.raises(InputError, match="is no name for a secret"):
        kept.put(name, 1)
    with pytest.raises(InputError, match="is no name for a secret"), kept.lock(name):
        pass


def test_a_damaged_file_is_told_without_what_is_in_it(kept: FileVault, tmp_path: Path) -> None:
    kept.put("x.ann", "one")
    (tmp_path / "state/secrets/x.ann").write_text('{"access": "hush')
    with pytest.raises(InputError, match="is damaged; remove it and log in anew") as caught:
        kept.get("x.ann")
    assert "hush" not in str(caught.value)


def test_a_lock_is_held_by_one_thread_at_a_time(kept: FileVault) -> None:
    inside, most = [0], [0]

    def renew() -> None:
        for _ in range(20):
            with kept.lock("x.ann"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                value = kept.get("x.ann")
                kept.put("x.ann", (value if isinstance(value, int) else 0) + 1)
                inside[0] -= 1

    threads = [threading.Thread(target=renew) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, kept.get("x.ann")) == ([1], 80)


def test_a_lock_held_by_another_process_is_waited_for_only_so_long_and_ends_with_it(
    kept: FileVault, tmp_path: Path
) -> None:
    program = [sys.executable, "-c", HOLD, str(tmp_path / "state/secrets")]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=r"x\.ann"), kept.lock("x.ann", seconds=0):
            pass
        with kept.lock("x.ben", seconds=0):  # other names are other locks
            pass
        other.kill()
        other.wait()
        with kept.lock("x.ann", seconds=0):
            pass


class FakeKeyring:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, name: str) -> str | None:
        if self.locked:
            raise RuntimeError("the keyring is locked, and hush")
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self.kept[service, name] = password


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    fake: Any = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", fake)
    return fake  # type: ignore[no-any-return]  # it stands where a module is expected


def test_a_keyring_keeps_tokens_out_of_every_file(keyring: FakeKeyring, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("secrets: keyring")
    app = App.open(tmp_path)
    app.host("destination.x", "").secrets.put("x.ann", {"access": "planted-token"})
    assert app.host("destination.x", "").secrets.get("x.ann") == {"access": "planted-token"}
    assert list(keyring.kept) == [(f"tweetgen {tmp_path}", "x.ann")]
    assert "planted-token" in app.secrets()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and "planted" in path.read_text()] == []


def test_a_locked_keyring_is_told_without_its_words(keyring: FakeKeyring, tmp_path: Path) -> None:
    keyring.locked = True
    with pytest.raises(InputError, match=r"the keyring: cannot be read .*; unlock it") as caught:
        KeyringVault(tmp_path, "tweetgen").get("x.ann")
    assert "hush" not in str(caught.value)


def test_without_the_library_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(MissingDependency, match=r"tweetgen\[keyring\]"):
        KeyringVault(tmp_path, "tweetgen")


def test_kept_tokens_are_known_to_whoever_must_not_tell_them(tmp_path: Path) -> None:
    app = App.open(tmp_path)
    assert app.secrets() == []
    app.host("destination.x").secrets.put("x.ann", {"access": "a-token", "scopes": ["read"], "expires_at": 7})
    assert app.secrets() == ["a-token", "read"]
    (app.state / vault.FOLDER / "x.ann").write_text("damaged")
    assert app.secrets() == []
