"""Lines at the end of a file: whole after a kill, and none lost to a disk, a lock or a rotation."""

import fcntl
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tweetgen_plugins._disk import lines
from tweetgen_plugins.destination_file import FileDestination

from tweetgen.errors import NotSent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


@pytest.fixture
def destination(host: Any, path: Path) -> FileDestination:
    return FileDestination(FileDestination.Settings(path="posts.jsonl"), host)


def _keys(path: Path) -> list[str]:
    return [json.loads(line)["key"] for line in path.read_bytes().splitlines()]


def test_a_line_holds_all_a_reader_needs(destination: FileDestination, path: Path, outgoing: Any) -> None:
    assert destination.publish(outgoing("grüße")).id == "k1"
    assert json.loads(path.read_text("utf-8")) == {
        "key": "k1",
        "account": "keeper",
        "text": "grüße",
        "published_at": "2024-11-16T00:00:00+00:00",
        "part": 0,
        "after": None,
    }


@pytest.mark.parametrize("cut", [1, 20, -1, -2])
def test_half_a_line_left_by_a_kill_goes_and_its_text_comes_whole(
    destination: FileDestination, path: Path, outgoing: Any, cut: int
) -> None:
    for key in ("k1", "k2"):
        destination.publish(outgoing(key=key))
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second[:-1][:cut] if cut > 0 else first + second[: cut - 1])
    assert destination.find(outgoing(key="k2")) is None
    destination.publish(outgoing(key="k3"))
    destination.publish(outgoing(key="k2"))
    assert _keys(path) == ["k1", "k3", "k2"]


def test_a_last_line_without_its_end_is_kept(destination: FileDestination, path: Path, outgoing: Any) -> None:
    destination.publish(outgoing())
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert destination.find(outgoing()) is not None
    destination.publish(outgoing(key="k2"))
    assert _keys(path) == ["k1", "k2"]


def test_a_last_line_longer_than_any_of_ours_is_kept(
    destination: FileDestination, path: Path, outgoing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_LONGEST_LINE", 500)
    path.write_bytes(b"x" * 501)
    destination.publish(outgoing())
    assert path.read_bytes().startswith(b"x" * 501 + b"\n{")


def test_what_others_wrote_into_the_file_is_left_alone(destination: FileDestination, path: Path, outgoing: Any) -> None:
    path.write_text('not JSON "k1"\n[1]\n\n{"key": 3}\n')
    assert destination.find(outgoing()) is None
    destination.publish(outgoing())
    assert path.read_text().startswith('not JSON "k1"\n[1]\n\n{"key": 3}\n{')


def test_a_key_within_a_text_is_no_key(destination: FileDestination, outgoing: Any) -> None:
    destination.publish(outgoing('{"key": "k2"}, "k2"'))
    assert destination.find(outgoing(key="k2")) is None


@pytest.mark.parametrize("chunk", [1, 7, 50, 64, 1000])
def test_a_key_is_found_wherever_a_long_file_is_cut_for_the_search(
    destination: FileDestination, outgoing: Any, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    for number in range(9):
        destination.publish(outgoing("k2" * number, key=f"k{number}"))
    monkeypatch.setattr(lines, "_CHUNK", chunk)
    assert [destination.find(outgoing(key=f"k{number}")) is not None for number in range(11)] == [True] * 9 + [
        False
    ] * 2


def test_what_was_published_survives_sigkill_as_whole_lines(path: Path, tmp_path: Path) -> None:
    code = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from tweetgen.domain import Outgoing
from tweetgen_plugins.destination_file import FileDestination
now = datetime.now(UTC)
host = SimpleNamespace(base=Path(sys.argv[1]), now=lambda: now)
destination = FileDestination(FileDestination.Settings(path="posts.jsonl"), host)
for number in range(100_000):
    destination.publish(Outgoing("keeper", "text " * 50, f"k{number}", now, 1))
    print(number, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(40):
            process.stdout.readline()
        process.kill()
        last = int([b"39", *process.stdout.read().split()][-1])
    whole = path.read_bytes().rpartition(b"\n")[0].splitlines()
    assert [json.loads(line)["key"] for line in whole][: last + 1] == [f"k{number}" for number in range(last + 1)]


def test_a_full_disk_keeps_no_half_line_and_is_told(destination: FileDestination, path: Path, outgoing: Any) -> None:
    """Writing beyond a limit of the file system fails as a full disk does."""
    destination.publish(outgoing())
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        with pytest.raises(NotSent, match=r"posts\.jsonl: cannot be written .*; free some space"):
            destination.publish(outgoing("t" * 5000, key="k2"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert path.read_bytes() == before


def test_a_file_somebody_holds_is_waited_for_and_then_left(
    destination: FileDestination, path: Path, outgoing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_PATIENCE", 0.05)
    with path.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(NotSent, match="another program holds it locked"):
            destination.publish(outgoing())
    destination.publish(outgoing())
    assert _keys(path) == ["k1"]


def test_a_file_moved_away_is_begun_anew(destination: FileDestination, path: Path, outgoing: Any) -> None:
    destination.publish(outgoing())
    path.rename(path.with_suffix(".1"))
    destination.publish(outgoing(key="k2"))
    assert (_keys(path), _keys(path.with_suffix(".1"))) == (["k2"], ["k1"])


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _file_as_folder(path: Path) -> None:
    path.symlink_to(path.parent / "file" / "posts.jsonl")
    (path.parent / "file").touch()


@pytest.mark.parametrize("make", [_folder, _pipe, _file_as_folder])
def test_what_is_no_file_is_told(
    destination: FileDestination, path: Path, outgoing: Any, make: Callable[[Path], None]
) -> None:
    make(path)
    with pytest.raises(NotSent, match=r"posts\.jsonl: (cannot be opened|this is no ordinary file).*; "):
        destination.publish(outgoing())


def test_the_part_of_a_thread_names_the_one_before(destination: FileDestination, path: Path, outgoing: Any) -> None:
    first = destination.publish(outgoing())
    destination.publish(outgoing(key="k2", part=1, after=first))
    assert json.loads(path.read_text().splitlines()[1])["after"] == "k1"
