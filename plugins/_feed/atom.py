"""Atom (RFC 4287) to entries and back, for feeds that we wrote ourselves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

_ATOM = "{http://www.w3.org/2005/Atom}"
# what XML 1.0 cannot hold, not even escaped (2.2 Characters)
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One post."""

    #: a URI, the same for ever
    id: str
    text: str
    published: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What stands above the entries."""

    id: str
    title: str
    author: str
    #: a page for people, and the feed's own address; "" where there is none
    page: str
    address: str


def legal(text: str) -> str:
    """The text without what XML cannot hold; lines end in newlines alone."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def read(data: bytes) -> list[Entry]:
    """The entries, in their order. Raises ValueError for anything but a feed as `write` makes it."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag != f"{_ATOM}feed":
        raise ValueError("it is no Atom feed")
    return [_entry(element) for element in root.iter(f"{_ATOM}entry")]


def _entry(element: ElementTree.Element) -> Entry:
    ident, text, published = (element.findtext(f"{_ATOM}{name}") for name in ("id", "content", "published"))
    if ident is None or text is None or published is None:
        raise ValueError("an entry lacks its id, content or date")
    return Entry(ident, text, datetime.fromisoformat(published))


def write(feed: Feed, entries: Sequence[Entry], now: datetime) -> bytes:
    """The feed as XML, the entries in the order given; `now` where there is none."""
    updated = max((entry.published for entry in entries), default=now)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        _element("id", feed.id),
        _element("title", feed.title),
        _element("updated", _time(updated)),
        f"<author>{_element('name', feed.author)}</author>",
        "<generator>tweetgen</generator>",
        *(_link(kind, address) for kind, address in (("alternate", feed.page), ("self", feed.address)) if address),
        *(_written(entry) for entry in entries),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _written(entry: Entry) -> str:
    time = _time(entry.published)
    return "\n".join(
        [
            "<entry>",
            _element("id", entry.id),
            _element("title", _title(entry.text)),
            _element("published", time),
            _element("updated", time),
            f'<content type="text">{escape(legal(entry.text))}</content>',
            "</entry>",
        ]
    )


def _title(text: str) -> str:
    """The beginning of the text on one line; a title must not be empty for every reader to show it."""
    line = " ".join(legal(text).split())
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(legal(text))}</{name}>"


def _link(kind: str, address: str) -> str:
    return f"<link rel={quoteattr(kind)} href={quoteattr(legal(address))}/>"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
