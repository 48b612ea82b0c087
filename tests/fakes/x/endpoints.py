"""What X does when asked: each function one endpoint."""

import base64
import binascii
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .answers import (
    Answer,
    Asked,
    invalid,
    missing,
    post_json,
    problem,
    said,
    suspended,
    unauthorized,
    user_json,
)
from .logins import Login
from .text import SHOWN, weight
from .world import FakePost, FakeUser, World

_ID = re.compile(r"[0-9]{1,19}")
_NAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_CASHTAG = re.compile(r"\$[A-Za-z]{1,6}\b")
_COMMON = {"expansions", "user.fields", "media.fields", "poll.fields", "place.fields"}
_PAGING = {"max_results", "pagination_token", "since_id", "until_id", "exclude", "start_time", "end_time"}
_ALLOWED = {
    "users": {"usernames", "user.fields", "expansions"},
    "users_by_id": {"ids", "user.fields", "expansions"},
    "me": {"user.fields", "expansions"},
    "posts": _COMMON | _PAGING,
    "posts_by_id": _COMMON | {"ids"},
}
_NEW_EXPANSIONS = {"author_id", "referenced_posts", "edit_history_post_ids", "in_reply_to_user_id"}
_OLD_EXPANSIONS = {"author_id", "referenced_tweets.id", "edit_history_tweet_ids", "in_reply_to_user_id"}
_NOT_PERMITTED = "You are not permitted to perform this action."


@dataclass(frozen=True)
class Call:
    """One request, its login known to hold."""

    world: World
    login: Login
    query: Mapping[str, str]
    body: bytes
    #: the id in the path
    ident: str = ""
    #: seconds until what it does can be seen
    late: float = 0

    @property
    def user(self) -> FakeUser:
        """Whose login it is; only where one of a user is needed."""
        return self.world.users[self.login.user or ""]

    def listed(self, name: str) -> list[str]:
        """A parameter with commas in it."""
        return [part for part in self.query.get(name, "").split(",") if part]


def refused_parameter(call: Call, endpoint: str) -> Answer | None:
    """400 for a parameter, or a value of one, that X does not know under these names."""
    if endpoint not in _ALLOWED:
        return None
    names = {"new": ["post.fields"], "old": ["tweet.fields"], "both": ["post.fields", "tweet.fields"]}
    known = _ALLOWED[endpoint] | set(names[call.world.names])
    for name, value in call.query.items():
        if name not in known:
            return invalid(name, value, f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]")
    expansions = (_NEW_EXPANSIONS if call.world.names != "old" else set()) | (
        _OLD_EXPANSIONS if call.world.names != "new" else set()
    )
    for value in call.listed("expansions"):
        if value not in expansions:
            message = f"The `expansions` query parameter value [{value}] is not one of [{','.join(sorted(expansions))}]"
            return invalid("expansions", value, message)
    return None


def users(call: Call) -> Answer:
    """GET /2/users/by"""
    names = call.listed("usernames")
    wrong = next((name for name in names if not _NAME.fullmatch(name)), None)
    if wrong is not None or not 1 <= len(names) <= 100:
        message = f"The `usernames` query parameter value [{wrong}] does not match ^[A-Za-z0-9_]{{1,15}}$"
        return invalid("usernames", str(wrong), message)
    return _users(call, "usernames", [(name, call.world.user_named(name)) for name in names])


def users_by_id(call: Call) -> Answer:
    """GET /2/users"""
    ids = call.listed("ids")
    if not 1 <= len(ids) <= 100 or not all(map(_ID.fullmatch, ids)):
        return invalid("ids", ",".join(ids), "The `ids` query parameter is not valid")
    return _users(call, "ids", [(ident, call.world.users.get(ident)) for ident in ids])


def _users(call: Call, parameter: str, found: Sequence[tuple[str, FakeUser | None]]) -> Answer:
    fields = call.listed("user.fields")
    data = [user_json(user, fields) for _, user in found if user and not user.suspended]
    errors = [
        suspended(parameter, asked) if user else missing("user", parameter, asked)
        for asked, user in found
        if user is None or user.suspended
    ]
    call.world.pay("user", len(data), None)
    return said({**({"data": data} if data else {}), **({"errors": errors} if errors else {})})


def me(call: Call) -> Answer:
    """GET /2/users/me"""
    call.world.pay("user", 1, call.user)
    return said({"data": user_json(call.user, call.listed("user.fields"))})


def posts(call: Call) -> Answer:
    """GET /2/users/:id/tweets"""
    user = call.world.users.get(call.ident)
    trouble = _trouble(call, user)
    if user is None or trouble is not None:
        return said({"errors": [trouble]})
    wrong = _wrong_paging(call)
    if wrong is not None:
        return wrong
    below = _token(call) if "pagination_token" in call.query else None
    if below == 0:
        return invalid("pagination_token", call.query["pagination_token"], "The `pagination_token` is not valid")
    return _page(call, user, below)


def _page(call: Call, user: FakeUser, below: int | None) -> Answer:
    size = int(call.query.get("max_results", 10))
    low, high = _window(call, user, below)
    start = max(low, high - size)
    raw = [post for post in reversed(user.posts[start:high]) if call.world.seen(post)]
    # X cuts pages first and leaves out afterwards, so that pages may be short or empty
    excluded = call.listed("exclude")
    kept = [
        post
        for post in raw
        if not ("replies" in excluded and post.reply_to is not None)
        and not ("retweets" in excluded and post.repost_of is not None)
    ]
    value = _posts(call, kept)
    meta: dict[str, Any] = {"result_count": len(kept)}
    if kept:
        meta |= {"newest_id": str(kept[0].id), "oldest_id": str(kept[-1].id)}
    if start > low:
        meta["next_token"] = base64.urlsafe_b64encode(f"{user.id}:{user.posts[start].id}".encode()).decode()
    return said({**value, "meta": meta})


def _window(call: Call, user: FakeUser, below: int | None) -> tuple[int, int]:
    """Where in the user's posts, oldest first, to look: from (included) and to (not included)."""
    ids = user.posts
    since, until = call.query.get("since_id"), call.query.get("until_id")
    low = bisect_right(ids, int(since), key=_number) if since else 0
    high = bisect_left(ids, int(until), key=_number) if until else len(ids)
    if below is not None:
        high = min(high, bisect_left(ids, below, key=_number))
    if call.world.history is not None:
        low = max(low, len(ids) - call.world.history)
    return low, max(low, high)


def _number(post: FakePost) -> int:
    return post.id


def _wrong_paging(call: Call) -> Answer | None:
    size = call.query.get("max_results", "10")
    if not size.isdigit() or not 5 <= int(size) <= 100:
        return invalid(
            "max_results", size, f"The `max_results` query parameter value [{size}] is not between 5 and 100"
        )
    for name in ("since_id", "until_id"):
        if name in call.query and not _ID.fullmatch(call.query[name]):
            return invalid(name, call.query[name], f"The `{name}` query parameter is not a number")
    return None


def _token(call: Call) -> int:
    """The id below which the next page begins; 0 for a token of somebody else's or of nobody's."""
    try:
        user, _, number = base64.urlsafe_b64decode(call.query["pagination_token"]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return 0
    return int(number) if user == call.ident and number.isdigit() else 0


def _trouble(call: Call, user: FakeUser | None) -> dict[str, Any] | None:
    if user is None:
        return missing("user", "id", call.ident)
    if user.suspended:
        return suspended("id", call.ident)
    if user.protected and call.login.user != user.id:
        return unauthorized("user", "id", call.ident)
    return None


def posts_by_id(call: Call) -> Answer:
    """GET /2/tweets"""
    ids = call.listed("ids")
    if not 1 <= len(ids) <= 100 or not all(map(_ID.fullmatch, ids)):
        return invalid("ids", ",".join(ids), "The `ids` query parameter is not valid")
    found: list[FakePost] = []
    errors = []
    for ident in ids:
        post = call.world.posts.get(int(ident))
        if post is None or not call.world.seen(post) or post.author.id not in call.world.users:
            errors.append(missing("tweet", "ids", ident))
        elif post.author.suspended or (post.author.protected and call.login.user != post.author.id):
            errors.append(unauthorized("tweet", "ids", ident))
        else:
            found.append(post)
    value = _posts(call, found)
    return said({**value, **({"errors": errors} if errors else {})})


def _posts(call: Call, found: Sequence[FakePost]) -> dict[str, Any]:
    """`data` and `includes` of some posts, paid for."""
    new = call.world.names != "old" and "tweet.fields" not in call.query
    fields = frozenset(call.listed("post.fields" if new else "tweet.fields"))
    asked = Asked(new, fields, frozenset(call.listed("expansions")))
    value: dict[str, Any] = {"data": [post_json(post, asked) for post in found]} if found else {}
    along: list[FakePost] = []
    if asked.include:
        wanted = dict.fromkeys(
            number for post in found for number in (post.repost_of, post.quote_of, post.reply_to) if number
        )
        parents = [call.world.posts[number] for number in wanted if number in call.world.posts]
        along = [post for post in parents if call.world.seen(post) and not post.author.protected]
    includes: dict[str, Any] = {}
    if along:
        includes[asked.name("posts", "tweets")] = [post_json(post, asked) for post in along]
    if "author_id" in asked.expansions and found:
        authors = {post.author.id: post.author for post in found}
        includes["users"] = [user_json(user, call.listed("user.fields")) for user in authors.values()]
    for post in (*found, *along):
        own = post.author.id in call.world.owners and call.login.user == post.author.id
        call.world.pay("own_read" if own else "read", 1, None, post=str(post.id))
    return {**value, **({"includes": includes} if includes else {})}


def create(call: Call) -> Answer:
    """POST /2/tweets"""
    try:
        value = json.loads(call.body)
        text = value.get("text", "")
    except (ValueError, AttributeError):
        return invalid("body", "", "The body is no JSON object")
    reply = (value.get("reply") or {}).get("in_reply_to_tweet_id")
    refusal = _refuse_text(call, text, value) or (_refuse_reply(call, reply) if reply else None)
    if refusal is not None:
        return refusal
    post = call.world.write(call.user, text, reply_to=int(reply) if reply else None)
    if call.late:
        post.visible_at = call.world.clock() + timedelta(seconds=call.late)
    call.world.pay("create", 1, call.user, text, str(post.id))
    return said({"data": {"id": str(post.id), "text": post.kept_text}}, 201)


def _refuse_text(call: Call, text: str, value: Mapping[str, Any]) -> Answer | None:
    if not text.strip():
        return invalid("text", text, "The text is empty")
    settings = value.get("reply_settings")
    if settings not in (None, "following", "mentionedUsers", "subscribers", "verified"):
        return invalid("reply_settings", str(settings), "$.reply_settings: does not have a value in the enumeration")
    if weight(text) > (25_000 if call.user.premium else SHOWN):
        return problem(403, "Forbidden", _NOT_PERMITTED)
    if len(_CASHTAG.findall(text)) > 1:
        return problem(403, "Forbidden", "Posts are limited to a maximum of one cashtag.")
    if call.world.is_duplicate(call.user, text):
        return duplicate()
    return None


def _refuse_reply(call: Call, reply: str) -> Answer | None:
    """Only to own posts, or where one was mentioned: the rule since 2026-02-23."""
    parent = call.world.posts.get(int(reply))
    if parent is None or parent.deleted:
        return problem(403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you.")
    if parent.author is not call.user and f"@{call.user.username}".lower() not in parent.text.lower():
        return problem(403, "Forbidden", _NOT_PERMITTED)
    return None


def duplicate() -> Answer:
    """403 as X words it."""
    return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")


def delete(call: Call) -> Answer:
    """DELETE /2/tweets/:id"""
    post = call.world.posts.get(int(call.ident)) if _ID.fullmatch(call.ident) else None
    if post is None or not call.world.seen(post):
        return problem(404, "Not Found Error", f"Could not find tweet with id: [{call.ident}].")
    if post.author is not call.user:
        return problem(403, "Forbidden", "You are not authorized to delete this Tweet.")
    post.deleted = True
    call.world.pay("delete", 1, call.user, post=call.ident)
    return said({"data": {"deleted": True}})


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "users": users,
    "users_by_id": users_by_id,
    "me": me,
    "posts": posts,
    "posts_by_id": posts_by_id,
    "create": create,
    "delete": delete,
}
#: those that need a user's login, and the scope they need of it
USER_ONLY = {"me": "users.read", "create": "tweet.write", "delete": "tweet.write"}
