"""From X's JSON to the port's types, under the field names of before and after August 2026."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tweetgen.domain import Kind

from .._x_archive.text import unescape
from .port import XPage, XPost, XTrouble, XUser

_ID = re.compile(r"[0-9]{1,19}")
_KINDS = {"retweeted": Kind.REPOST, "replied_to": Kind.REPLY, "quoted": Kind.QUOTE}
#: how X begins a repost
_PASSED_ON = re.compile(r"RT @([A-Za-z0-9_]{1,15}):")


class NotReadable(Exception):
    """An answer that is not what was asked for."""


def to_page(body: Mapping[str, Any], author_id: str) -> XPage:
    """A part of a timeline. Raises `NotReadable`."""
    posts = to_posts(body, author_id)
    meta = _object(body.get("meta"))
    ids = [post.id for post in posts]
    newest = _text(meta.get("newest_id")) or max(ids, key=int, default=None)
    oldest = _text(meta.get("oldest_id")) or min(ids, key=int, default=None)
    return XPage(posts, _text(meta.get("next_token")) or None, newest, oldest, len(posts) + len(_along(body)))


def to_posts(body: Mapping[str, Any], author_id: str = "") -> list[XPost]:
    """All of `data`; `author_id` where the posts do not say it. Raises `NotReadable`."""
    along = {str(post.get("id")): post for post in _along(body)}
    return [_post(record, along, author_id) for record in _objects(body.get("data"))]


def _along(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    includes = _object(body.get("includes"))
    return _objects(includes.get("posts", includes.get("tweets")))


def _post(record: Mapping[str, Any], along: Mapping[str, Mapping[str, Any]], author_id: str) -> XPost:
    number, text = record.get("id"), record.get("text")
    if not isinstance(text, str) or not isinstance(number, str) or not _ID.fullmatch(number):
        raise NotReadable("a post without a text or an id")
    links = _objects(record.get("referenced_posts", record.get("referenced_tweets")))
    refers = {str(link.get("type")): str(link.get("id")) for link in links}
    kind = next((meant for name, meant in _KINDS.items() if name in refers), Kind.ORIGINAL)
    whole = along.get(refers.get("retweeted", ""), record)
    parent = along.get(refers.get("replied_to", ""))
    return XPost(
        id=number,
        text=_whole_text(whole),
        created_at=_moment(record.get("created_at")) or _moment_of(int(number)),
        author_id=_text(record.get("author_id")) or author_id,
        kind=kind,
        reply_to_id=refers.get("replied_to"),
        reply_to_text=None if parent is None else _whole_text(parent) or None,
        urls=_urls(whole),
        lang=_text(record.get("lang")) or None,
        edit_ids=_edits(record),
        repost_of=name[1] if kind is Kind.REPOST and (name := _PASSED_ON.match(text)) else None,
    )


def _note(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return _object(record.get("note_post", record.get("note_tweet")))


def _whole_text(record: Mapping[str, Any]) -> str:
    """A long post's text is cut off where the text usually is."""
    return unescape(_text(_note(record).get("text")) or _text(record.get("text")))


def _urls(record: Mapping[str, Any]) -> dict[str, str]:
    entities = (_object(record.get("entities")), _object(_note(record).get("entities")))
    links = [link for found in entities for link in _objects(found.get("urls"))]
    pairs = ((_text(link.get("url")), _text(link.get("expanded_url"))) for link in links)
    return {short: whole for short, whole in pairs if short and whole}


def _edits(record: Mapping[str, Any]) -> tuple[str, ...]:
    found = record.get("edit_history_post_ids", record.get("edit_history_tweet_ids"))
    return tuple(ident for ident in found if isinstance(ident, str)) if isinstance(found, list) else ()


def to_user(record: Mapping[str, Any]) -> XUser:
    """A user. Raises `NotReadable`."""
    ident, name = _text(record.get("id")), _text(record.get("username"))
    if not ident or not name:
        raise NotReadable("a user without an id or a name")
    description, automated = _text(record.get("description")), record.get("automated")
    return XUser(
        ident,
        name,
        record.get("protected") is True,
        _moment(record.get("created_at")),
        unescape(description),
        automated if isinstance(automated, bool) else None,
    )


def to_users(
    body: Mapping[str, Any],
    asked: Iterable[str],
    key: Callable[[XUser], str],
    trouble: Callable[[Mapping[str, Any]], tuple[XTrouble, str]],
) -> tuple[dict[str, XUser], dict[str, tuple[XTrouble, str]]]:
    """Those found and the trouble with the others, by what was asked for. Raises `NotReadable`."""
    if not has_answer(body):
        raise NotReadable("it has neither users nor errors")
    users = {key(user): user for user in map(to_user, _objects(body.get("data")))}
    problems = {subject(error).casefold(): trouble(error) for error in errors_of(body)}
    found, missing = {}, {}
    for one in asked:
        user = users.get(one.casefold())
        if user is not None:
            found[one] = user
        else:
            missing[one] = problems.get(one.casefold(), (XTrouble.OTHER, f"X says nothing of {one}"))
    return found, missing


def has_answer(body: Mapping[str, Any]) -> bool:
    """Whether it says anything of what was asked for: else nobody must take it for "there is nothing"."""
    return isinstance(body.get("data"), list) or bool(errors_of(body))


def subject(error: Mapping[str, Any]) -> str:
    """What an entry of `errors` is about."""
    return _text(error.get("value")) or _text(error.get("resource_id"))


def errors_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What X could not do, beside what it did."""
    return _objects(body.get("errors"))


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _moment_of(number: int) -> datetime:
    """When an id was given, to the millisecond (Snowflake; ids before November 2010 do not say it)."""
    return datetime.fromtimestamp(((number >> 22) + 1_288_834_974_657) / 1000, UTC)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
