"""Posts to rows and back; what a database refuses is repaired on the way in."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from tweetgen.domain import Json, Kind, Post
from tweetgen.errors import InputError
from tweetgen.store.records import StoredPost

# longer ones do not fit into an index page of PostgreSQL
_LONGEST_NAME = 200


def repair(text: str) -> str:
    """The same text as valid Unicode without NULs (PostgreSQL holds neither).

    Two surrogates that belong together become their character, a lone one U+FFFD; NULs go.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def repair_json(value: Json) -> Json:
    """The same value with all texts in it repaired, keys included."""
    if isinstance(value, str):
        return repair(value)
    if isinstance(value, list):
        return [repair_json(part) for part in value]
    if isinstance(value, dict):
        return {repair(key): repair_json(part) for key, part in value.items()}
    return value


def to_row(post: Post) -> dict[str, Any]:
    """The columns of a post.

    Raises `InputError` for a time without a zone.
    """
    ident = repair(post.id)
    return {
        "source": repair(post.source),
        "id": ident if len(ident) <= _LONGEST_NAME else sha256(ident.encode()).hexdigest(),
        "author": repair(post.author)[:_LONGEST_NAME],
        "text": repair(post.text),
        "created_at": None if post.created_at is None else _utc(post, post.created_at),
        "kind": post.kind.value,
        "reply_to": None if post.reply_to is None else repair(post.reply_to),
        "labels": {repair(str(key)): repair(str(value)) for key, value in post.labels.items()},
        "provenance": repair(post.provenance),
        "trainable": post.trainable,
    }


def _utc(post: Post, moment: datetime) -> datetime | None:
    if moment.tzinfo is None:
        what = f"post {post.id} of source {post.source}"
        raise InputError(what, "its time has no zone", "let the source add one, e.g. UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or last day of all calendars, in another zone
        return None


def from_row(row: Row[Any]) -> StoredPost:
    """The post in a row of the table."""
    post = Post(
        author=row.author,
        text=row.text,
        id=row.id,
        source=row.source,
        created_at=row.created_at,
        kind=Kind(row.kind),
        reply_to=row.reply_to,
        labels=row.labels,
        provenance=row.provenance,
        trainable=row.trainable,
    )
    return StoredPost(row.number, post, row.cluster)
