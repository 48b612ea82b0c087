"""Files appear whole or not at all, and what was there before stays until then."""

import errno
import os
import stat
from pathlib import Path

import pytest

from tweetgen.atomic import replacing, write_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "kept.txt"
    written.write_text("old")
    return written


def test_bytes_and_texts_are_written(path: Path) -> None:
    write_whole(path, "grüß 🌫\n")
    assert path.read_bytes() == "grüß 🌫\n".encode()
    write_whole(path.with_name("new"), b"\xff")
    assert path.with_name("new").read_bytes() == b"\xff"
    assert names(path.parent) == ["kept.txt", "new"]


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_whatever_breaks_in_leaves_the_old_file_alone(path: Path, error: BaseException) -> None:
    def break_off() -> None:
        with replacing(path) as file:
            file.write(b"ne")
            file.flush()
            assert path.read_text() == "old"
            raise error

    with pytest.raises(type(error)):
        break_off()
    assert path.read_text() == "old"
    assert names(path.parent) == ["kept.txt"]


def test_file_and_folder_are_on_disk_before_and_after_the_renaming(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[bool, str]] = []

    def fsync(handle: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(handle).st_mode), path.read_text()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(path, "new")
    assert synced == [(False, "old"), (True, "new")]


def test_permissions_stay_and_new_files_are_not_their_owners_alone(path: Path) -> None:
    path.chmod(0o640)
    write_whole(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640
    ordinary = path.with_name("ordinary")
    ordinary.touch()
    write_whole(path.with_name("ours"), "x")
    assert path.with_name("ours").stat().st_mode == ordinary.stat().st_mode


def test_a_link_keeps_leading_where_it_led(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path.name)
    write_whole(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_a_pipe_is_written_to_and_not_replaced(path: Path) -> None:
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, "through")
    assert os.read(reader, 100) == b"through"
    assert pipe.is_fifo()
    os.close(reader)


def test_errors_name_the_file_and_not_a_temporary_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = path.parent / "nowhere" / "x"
    with pytest.raises(FileNotFoundError) as caught:
        write_whole(lost, "x")
    assert caught.value.filename == str(lost)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as refused:
        write_whole(path, "new")
    assert refused.value.filename == str(path)
