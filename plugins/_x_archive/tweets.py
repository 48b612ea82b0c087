"""From X's record of a post, of any year, to a `Post`."""

import re
from collections.abc import Mapping
from typing import Any

from tweetgen.domain import Kind, Post

from .._files.posts import parse_time, repair
from .notes import Notes
from .text import unescape

_RETWEET = re.compile(r"RT @\w{1,20}:")
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/\w+/status(?:es)?/(\d+)/?(?:\?.*)?")
_REPLY_KEYS = (
    "in_reply_to_status_id",
    "in_reply_to_status_id_str",
    "in_reply_to_user_id",
    "in_reply_to_screen_name",
)


class NotAPost(Exception):
    """A record without a text or an id."""


def unwrap(item: Any) -> Mapping[str, Any]:
    """The record itself: newer archives wrap each in `{"tweet": …}`."""
    if isinstance(item, dict):
        inner = item.get("tweet", item)
        if isinstance(inner, dict):
            return inner
    raise NotAPost("not an object")


def to_post(tweet: Mapping[str, Any], author: str, source: str, notes: Notes, where: str) -> Post | None:
    """The post, long ones whole, X's escapes undone; None for a retweet, which is somebody else's words.

    Raises `NotAPost` for a record without a text or an id.
    """
    text, tweet_id = tweet.get("full_text", tweet.get("text")), tweet.get("id_str") or tweet.get("id")
    if not isinstance(text, str) or not tweet_id:
        raise NotAPost("a record without a text or an id")
    if _RETWEET.match(text) or tweet.get("retweeted_status") or tweet.get("retweeted_status_id"):
        return None
    text = unescape(text)
    time = parse_time(tweet.get("created_at") or tweet.get("timestamp"))
    kind = _kind(tweet, str(tweet_id), text)
    text = notes.take(str(tweet_id), text, time) or text
    if not text.strip():
        return None
    lang = tweet.get("lang")
    labels = {"lang": repair(lang)} if isinstance(lang, str) and lang else {}
    return Post(author, repair(text), str(tweet_id), source, time, kind, None, labels, where)


def _kind(tweet: Mapping[str, Any], tweet_id: str, text: str) -> Kind:
    if any(tweet.get(key) for key in _REPLY_KEYS):
        return Kind.REPLY
    quotes = tweet.get("is_quote_status") or tweet.get("quoted_status_id")
    return Kind.QUOTE if quotes or _ends_in_a_post(tweet, tweet_id, text) else Kind.ORIGINAL


def _ends_in_a_post(tweet: Mapping[str, Any], tweet_id: str, text: str) -> bool:
    """Whether the last thing in the text, pictures aside, is a link to another post: how X writes a quote."""
    entities = tweet.get("entities")
    if not isinstance(entities, dict):
        return False
    for picture in _objects(entities.get("media")):
        text = text.replace(str(picture.get("url")), "")
    for link in _objects(entities.get("urls")):
        status = _STATUS.fullmatch(str(link.get("expanded_url")))
        if status and status[1] != tweet_id and text.rstrip().endswith(str(link.get("url"))):
            return True
    return False


def _objects(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
