"""Broken and hostile archives: each is one clear error, or named while the rest is kept."""

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tweetgen_plugins._x_archive import container
from tweetgen_plugins.source_x_archive import XArchiveSource

from tweetgen.errors import InputError


@pytest.fixture
def read(host: Any, run: Any) -> Callable[..., Any]:
    def fetch(path: Path | str, cursor: Any = None, **settings: Any) -> Any:
        return run(XArchiveSource(XArchiveSource.Settings(path=str(path), **settings), host), cursor)

    return fetch


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 and then nothing of the sort", "a broken zip"),
        (b"PK\x05\x06" + bytes(18), "no posts in it"),
        (b"", "no account.js|not a list|not a file"),
        (b"var x = 3", "no account.js|not a list"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no account.js|no posts in it|not a file"),
    ],
)
@pytest.mark.parametrize("author", [None, "keeper"])
def test_what_is_no_archive_is_one_clear_error(
    read: Any, tmp_path: Path, content: bytes, why: str, author: Any
) -> None:
    path = tmp_path / "tweets.js"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"tweets.js.*({why})") as caught:
        read(path, author=author)
    assert "\n" not in str(caught.value)


def test_a_truncated_zip_is_one_clear_error(read: Any, archives: Any) -> None:
    path = archives.zip(archives.members([archives.tweet(1, "fog")]))
    whole = path.read_bytes()
    for keep in (10, len(whole) // 2, len(whole) - 10):
        path.write_bytes(whole[:keep])
        with pytest.raises(InputError, match=r"archive\.zip: a broken zip"):
            read(path)


def test_a_member_that_fails_its_checksum_keeps_what_came_before(read: Any, archives: Any) -> None:
    files = archives.members([archives.tweet(number, f"log {number}") for number in range(300)])
    path = archives.folder / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path.write_bytes(path.read_bytes().replace(b"log 299", b"log 666"))
    found = read(path)
    assert 200 < len(found.posts) < 300
    assert "damaged after record" in found.problems[0]


@pytest.mark.parametrize(
    "name",
    [
        "../tweets.js",
        "/etc/tweets.js",
        "data/../../tweets.js",
        "..\\tweets.js",
        "C:\\tweets.js",
        "C:/tweets.js",
    ],
)
def test_names_that_lead_outside_are_refused(read: Any, archives: Any, name: str) -> None:
    files = archives.members([archives.tweet(1, "fog")])
    with pytest.raises(InputError, match="names a file outside of itself"):
        read(archives.zip(files | {name: b"[]"}))
    manifest = files["data/manifest.js"].replace(b"data/tweets.js", json.dumps(name)[1:-1].encode())
    for build in (archives.zip, archives.unpacked):
        with pytest.raises(InputError, match="names a file outside of itself"):
            read(build(files | {"data/manifest.js": manifest}))


def test_links_that_lead_out_of_a_folder_are_refused(read: Any, archives: Any, tmp_path: Path) -> None:
    folder = archives.unpacked(archives.members([archives.tweet(1, "fog")]))
    (tmp_path / "elsewhere.js").write_bytes((folder / "data/tweets.js").read_bytes())
    (folder / "data/tweets.js").unlink()
    (folder / "data/tweets.js").symlink_to(tmp_path / "elsewhere.js")
    with pytest.raises(InputError, match=r"data/tweets\.js is a link that leads out of the folder"):
        read(folder)


def test_links_in_a_zip_are_not_followed(read: Any, archives: Any, tmp_path: Path) -> None:
    files = archives.members([archives.tweet(1, "fog")])
    path = archives.zip({name: content for name, content in files.items() if name != "data/tweets.js"})
    (tmp_path / "elsewhere.js").write_bytes(files["data/tweets.js"])
    link = zipfile.ZipInfo("data/tweets.js")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, str(tmp_path / "elsewhere.js"))
    with pytest.raises(InputError, match="no posts in it"):
        read(path)


def test_a_bomb_is_refused_by_its_ratio(read: Any, archives: Any) -> None:
    files = archives.members([archives.tweet(1, "fog")])
    files["data/tweets.js"] += b" " * (container.RATIO_FREE + 1)
    with pytest.raises(
        InputError, match=r"data/tweets\.js unpacks to [\d,]+ times its size; do not trust it"
    ):
        read(archives.zip(files))


def test_a_bomb_is_refused_by_its_size(read: Any, archives: Any) -> None:
    files = archives.members([archives.tweet(number, f"log {number}") for number in range(100)])
    for build in (archives.zip, archives.unpacked):
        with pytest.raises(
            InputError, match="unpack to more than `max_bytes`; raise it if you trust the archive"
        ):
            read(build(files), max_bytes=20_000)


def test_a_bomb_of_many_names_is_refused_before_they_are_read(read: Any, tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, container.MAX_DIRECTORY + 1, 0, 0)
    path.write_bytes(b"PK\3\4" + bytes(100) + end)
    with pytest.raises(InputError, match="lists too many files"):
        read(path)


def test_an_encrypted_member_is_one_clear_error(read: Any, archives: Any) -> None:
    path = archives.zip(archives.members([archives.tweet(1, "fog")]))
    content = bytearray(path.read_bytes())
    at = -1
    while (at := content.find(b"PK\1\2", at + 1)) >= 0:
        content[at + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="is encrypted; unpack it yourself"):
        read(path)
