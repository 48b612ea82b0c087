"""A feed that readers can always read: whole, valid, newest first."""

import fcntl
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tweetgen_plugins import destination_rss
from tweetgen_plugins._feed.atom import Entry, Feed, read, write
from tweetgen_plugins.destination_rss import RssDestination

from tweetgen.errors import NotSent

ATOM = "{http://www.w3.org/2005/Atom}"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feed.xml"


def _make(host: Any, **settings: Any) -> RssDestination:
    return RssDestination(RssDestination.Settings(path="feed.xml", **settings), host)


def _texts(path: Path) -> list[str]:
    return [element.text or "" for element in ElementTree.parse(path).getroot().iter(f"{ATOM}content")]


def test_a_feed_has_what_the_standard_demands(host: Any, path: Path, outgoing: Any) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: exactly one id, title and updated each; an author; content or an alternate link."""
    destination = _make(
        host, address="https://example.org/feed.xml", page="https://example.org/?a=1&b=2", title="A & B"
    )
    receipt = destination.publish(outgoing("fog <again> & again\nand more"))
    root = ElementTree.parse(path).getroot()
    for element in (root, root.find(f"{ATOM}entry")):
        assert element is not None
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "keeper"
    assert root.findtext(f"{ATOM}title") == "A & B"
    assert root.findtext(f"{ATOM}updated") == "2024-11-16T00:00:00.000Z"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": "https://example.org/feed.xml", "alternate": "https://example.org/?a=1&b=2"}
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "fog <again> & again and more"
    assert root.findtext(f"{ATOM}entry/{ATOM}id") == "tag:example.org,2024-11-15:k1" == receipt.id


def test_the_newest_comes_first_and_the_oldest_go(host: Any, path: Path, outgoing: Any) -> None:
    destination = _make(host, entries=3)
    for number in range(5):
        destination.publish(outgoing(f"text {number}", key=f"k{number}"))
    assert _texts(path) == ["text 4", "text 3", "text 2"]
    assert destination.find(outgoing(key="k1")) is None


def test_long_texts_have_a_short_title_and_come_whole(host: Any, path: Path, outgoing: Any) -> None:
    _make(host).publish(outgoing("word " * 100))
    title = ElementTree.parse(path).getroot().findtext(f"{ATOM}entry/{ATOM}title") or ""
    assert len(title) <= 80
    assert title.endswith("…")
    assert _texts(path) == ["word " * 100]


def test_an_id_stays_when_the_feed_moves_to_where_its_domain_is_named(host: Any, path: Path, outgoing: Any) -> None:
    before = _make(host, domain="example.org").publish(outgoing())
    found = _make(host, domain="example.org", address="https://other.example/f").find(outgoing())
    assert found is not None
    assert found.id == before.id


def test_what_xml_cannot_hold_goes(host: Any, path: Path, outgoing: Any) -> None:
    _make(host).publish(outgoing("a\0b\x08c\ud800d￿e\tf"))
    assert _texts(path) == ["abcde\tf"]


@pytest.mark.parametrize(
    "content", ["<rss version='2.0'/>", "half a <feed", "", "<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>"]
)
def test_another_s_file_is_refused_and_left_alone(host: Any, path: Path, outgoing: Any, content: str) -> None:
    path.write_text(content)
    with pytest.raises(NotSent, match=r"feed\.xml: this is no feed of ours .*; move it away"):
        _make(host).publish(outgoing())
    with pytest.raises(NotSent):
        _make(host).find(outgoing())
    assert path.read_text() == content


def test_a_disk_that_refuses_is_told_and_the_feed_stays(
    host: Any, path: Path, outgoing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(host).publish(outgoing())

    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", refuse)
        with pytest.raises(NotSent, match=r"cannot be written \(No space left on device\)"):
            _make(host).publish(outgoing(key="k2"))
    assert _texts(path) == ["fog again"]
    assert [one.name for one in path.parent.iterdir()] == ["feed.xml"]


def test_a_folder_somebody_holds_is_waited_for_and_then_left(
    host: Any, path: Path, outgoing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destination_rss, "_PATIENCE", 0.05)
    handle = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(NotSent, match="another program holds it locked"):
        _make(host).publish(outgoing())
    os.close(handle)
    _make(host).publish(outgoing())
    assert _texts(path) == ["fog again"]


def test_readers_may_read_the_file_and_a_link_keeps_leading_to_it(host: Any, path: Path, outgoing: Any) -> None:
    (path.parent / "www").mkdir()
    path.symlink_to("www/feed.xml")
    _make(host).publish(outgoing())
    assert path.is_symlink()
    assert (path.parent / "www" / "feed.xml").stat().st_mode & 0o777 == 0o644


def test_entries_are_read_as_they_were_written() -> None:
    entries = [Entry(f"tag:{n}", f"text {n} <&>\n", NOON + timedelta(milliseconds=n)) for n in range(3)]
    assert read(write(Feed("tag:f", "t", "a", "", ""), entries, NOON)) == entries
    assert read(write(Feed("tag:f", "t", "a", "", ""), [], NOON)) == []
