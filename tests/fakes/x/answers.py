"""What X's answers look like: posts, users and problems, under old and new field names."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .text import SHOWN, escape, weight
from .world import FakePost, FakeUser

_PROBLEMS = "https://api.x.com/2/problems/"


@dataclass(frozen=True)
class Answer:
    """What goes back, unless a fault takes its place."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def said(value: Any, status: int = 200) -> Answer:
    """JSON."""
    return Answer(status, json.dumps(value, ensure_ascii=False).encode())


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> Answer:
    """A refusal, as RFC 9457 and X write it."""
    value = {**more, "title": title, "detail": detail, "type": kind, "status": status}
    return Answer(status, json.dumps(value).encode(), "application/problem+json")


def invalid(parameter: str, value: str, message: str) -> Answer:
    """400."""
    errors = [{"parameters": {parameter: [value]}, "message": message}]
    detail = "One or more parameters to your request was invalid."
    return problem(400, "Invalid Request", detail, _PROBLEMS + "invalid-request", errors=errors)


@dataclass(frozen=True)
class Asked:
    """What of posts a request wants, and by which names."""

    new: bool
    fields: frozenset[str]
    expansions: frozenset[str]

    @property
    def references(self) -> bool:
        """Whether to say what a post refers to."""
        return "referenced_posts" in self.expansions if self.new else "referenced_tweets" in self.fields

    @property
    def include(self) -> bool:
        """Whether what it refers to comes along."""
        return ("referenced_posts" if self.new else "referenced_tweets.id") in self.expansions

    @property
    def authors(self) -> bool:
        """Whether to say who wrote it."""
        return "author_id" in self.expansions or (not self.new and "author_id" in self.fields)

    def name(self, of_posts: str, of_tweets: str) -> str:
        """The one of two names that the request understands."""
        return of_posts if self.new else of_tweets


def post_json(post: FakePost, asked: Asked) -> dict[str, Any]:
    """A post as an answer holds it."""
    text, number = post.kept_text, str(post.id)
    value: dict[str, Any] = {"id": number, "text": escape(_shown(text))}
    versions = [str(one) for one in (*post.earlier, post.id, *post.later)]
    value[asked.name("edit_history_post_ids", "edit_history_tweet_ids")] = versions
    if asked.authors:
        value["author_id"] = post.author.id
    if "created_at" in asked.fields:
        value["created_at"] = stamp(post.created_at)
    if "lang" in asked.fields:
        value["lang"] = post.lang
    if "entities" in asked.fields and (urls := _urls(post, value["text"])):
        value["entities"] = {"urls": urls}
    note = asked.name("note_post", "note_tweet")
    if note in asked.fields and weight(text) > SHOWN and post.repost_of is None:
        value[note] = {"text": escape(text)}
        if urls := _urls(post, escape(text)):
            value[note]["entities"] = {"urls": urls}
    references = _references(post)
    if asked.references and references:
        value[asked.name("referenced_posts", "referenced_tweets")] = references
    return value


def _shown(text: str) -> str:
    if weight(text) <= SHOWN:
        return text
    return text[: SHOWN - 4].rstrip() + "…"


def _references(post: FakePost) -> list[dict[str, str]]:
    found = (("retweeted", post.repost_of), ("quoted", post.quote_of), ("replied_to", post.reply_to))
    return [{"type": kind, "id": str(number)} for kind, number in found if number is not None]


def _urls(post: FakePost, text: str) -> list[dict[str, Any]]:
    found = []
    for short, whole in post.links:
        start = text.find(short)
        if start >= 0:
            end = start + len(short)
            shown = whole.partition("://")[2][:30]
            found.append({"start": start, "end": end, "url": short, "expanded_url": whole, "display_url": shown})
    return found


def user_json(user: FakeUser, fields: Iterable[str]) -> dict[str, Any]:
    """A user as an answer holds it."""
    value: dict[str, Any] = {"id": user.id, "name": user.username.title(), "username": user.username}
    more = {"protected": user.protected, "description": user.description, "created_at": stamp(user.created_at)}
    return {**value, **{name: more[name] for name in fields if name in more}}


def missing(what: str, parameter: str, value: str) -> dict[str, Any]:
    """One entry of `errors`: there is no such thing."""
    return {
        "value": value,
        "detail": f"Could not find {what} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": what,
        "parameter": parameter,
        "resource_id": value,
        "type": _PROBLEMS + "resource-not-found",
    }


def suspended(parameter: str, value: str) -> dict[str, Any]:
    """One entry of `errors`: the user is suspended."""
    return {**missing("user", parameter, value), "title": "Forbidden", "detail": f"User has been suspended: [{value}]."}


def unauthorized(what: str, parameter: str, value: str) -> dict[str, Any]:
    """One entry of `errors`: not for these eyes."""
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {what} with {parameter}: [{value}].",
        "title": "Authorization Error",
        "resource_type": what,
        "parameter": parameter,
        "resource_id": value,
        "type": _PROBLEMS + "not-authorized-for-resource",
    }


def stamp(moment: datetime) -> str:
    """As X writes a time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
