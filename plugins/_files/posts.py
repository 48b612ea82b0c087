"""From the fields of a record to a `Post`: ids, times, kinds, labels and broken characters."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict

from tweetgen.domain import Kind, Post

from .problems import Problems

_BROKEN = re.compile("[\0\ud800-\udfff]")
_X_TIME = re.compile(r"\w{3} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) \+0000 (\d{4})")
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_KINDS = {kind.value: kind for kind in Kind}
_KINDS |= {"retweet": Kind.REPOST, "tweet": Kind.ORIGINAL, "post": Kind.ORIGINAL}
_SPACED_ZONE = re.compile(r" ([+-]\d\d:?\d\d)$")
#: seconds since 1970 above this are milliseconds: the year 5138
_MILLISECONDS = 1e11


class Keys(BaseModel):
    """Which key or column holds what; null: none does. A dot reaches into an object: `user.name`."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    author: str | None = "author"
    """Who wrote it."""
    text: str = "text"
    """What they wrote."""
    id: str | None = "id"
    """What tells it from the author's other posts; without it, the text does."""
    created_at: str | None = "created_at"
    """When: ISO 8601, X's spelling, or (milli)seconds since 1970; UTC unless it says otherwise."""
    kind: str | None = "kind"
    """original, reply, repost or quote."""
    reply_to: str | None = "reply_to"
    """The text it answers; makes it a reply where no kind is given."""
    source: str | None = "source"
    """Where somebody else collected it; kept as the label `source`."""
    labels: str | tuple[str, ...] | None = "labels"
    """An object of further labels, or a list of keys or columns that are labels."""


class PostMaker:
    """Makes the posts of one file."""

    def __init__(self, source: str, keys: Keys, author: str | None, shown: str, problems: Problems) -> None:
        self._source, self._keys, self._author = source, keys, author
        self._shown, self._problems = shown, problems

    def make(self, record: Mapping[str, object], line: int) -> Post | None:
        """The post in a record; None where there is none: an empty text, or a problem, which is noted."""
        keys = self._keys
        text = _value(record, keys.text)
        if not isinstance(text, str):
            there = ", ".join(map(repr, record))[:200]
            why = "is no text" if text is not None or keys.text in record else f"is not among its keys ({there})"
            self._problems.add(line, f"{keys.text!r} {why}; name the right one with `keys: {{text: …}}`")
            return None
        if not (text := repair(text)).strip():
            return None
        author = self._author_of(record)
        if author is None:
            self._problems.add(line, f"no author in {keys.author!r}; set `author:` or the right key")
            return None
        reply_to = _value(record, keys.reply_to)
        given = _value(record, keys.id)
        return Post(
            author=author,
            text=text,
            id=digest(author, text) if given is None or given == "" else repair(f"{author}/{given}"),
            source=self._source,
            created_at=self._time(_value(record, keys.created_at), line),
            kind=self._kind(_value(record, keys.kind), reply_to, line),
            reply_to=repair(reply_to) if isinstance(reply_to, str) and reply_to else None,
            labels=self._labels(record),
            provenance=f"{self._shown}:{line}",
        )

    def _author_of(self, record: Mapping[str, object]) -> str | None:
        given = _value(record, self._keys.author)
        name = str(given).strip() if isinstance(given, str | int) else ""
        return repair(name) if name else self._author

    def _time(self, value: object, line: int) -> datetime | None:
        if value is None or value == "":
            return None
        time = parse_time(value)
        if time is None:
            why = f"{str(value)[:40]!r} is no date; this and others like it are kept without one"
            self._problems.once(line, "created_at", why)
        return time

    def _kind(self, value: object, reply_to: object, line: int) -> Kind:
        if value is None or value == "":
            return Kind.REPLY if reply_to else Kind.ORIGINAL
        kind = _KINDS.get(str(value).lower())
        if kind is None:
            why = f"{str(value)[:40]!r} is no kind; this and others like it are taken as originals"
            self._problems.once(line, "kind", why)
            return Kind.ORIGINAL
        return kind

    def _labels(self, record: Mapping[str, object]) -> dict[str, str]:
        names = self._keys.labels
        values: Mapping[str, object] = {}
        if isinstance(names, tuple):
            values = {name: _value(record, name) for name in names}
        elif names is not None and isinstance(given := _value(record, names), dict):
            values = given
        labels = {repair(name): repair(str(value)) for name, value in values.items() if _is_label(value)}
        source = _value(record, self._keys.source)
        if _is_label(source):
            labels.setdefault("source", repair(str(source)))
        return labels


def digest(author: str, text: str) -> str:
    """The id of a post that has none: the same author and text always get the same one."""
    return blake2b(f"{author}\0{text}".encode(), digest_size=16).hexdigest()


def repair(text: str) -> str:
    """NUL and lone surrogates, which neither UTF-8 nor databases can hold, become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return _BROKEN.sub("\ufffd", text) if _BROKEN.search(text) else text


def parse_time(value: object) -> datetime | None:
    """A date as people and platforms write it, in UTC (also where no zone is given); None if it is none."""
    try:
        if isinstance(value, str):
            return _parse_written(value.strip())
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) > _MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        pass
    return None


def _parse_written(value: str) -> datetime | None:
    if len(value) >= 9 and value.isdecimal():
        return parse_time(int(value))
    if match := _X_TIME.fullmatch(value):
        month, day, clock, year = match.groups()
        return datetime.fromisoformat(f"{year}-{1 + _MONTHS.index(month) // 3:02}-{day}T{clock}Z")
    try:
        # X's old CSV and PostgreSQL write the zone behind a space
        time = datetime.fromisoformat(_SPACED_ZONE.sub(r"\1", value.removesuffix(" UTC")))
    except ValueError:
        time = parsedate_to_datetime(value)
    if time.tzinfo is UTC:
        return time
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _value(record: Mapping[str, object], key: str | None) -> object:
    if key is None:
        return None
    value = record.get(key)
    if value is None and "." in key:
        value = record
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _is_label(value: object) -> bool:
    return isinstance(value, str | int | float) and value != ""
