"""`XClient` by tweepy: nothing else in the program knows that library."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import requests
import tweepy
from requests.auth import AuthBase

from .meaning import as_object, error_of, one_line, rates_of, trouble_of
from .port import (
    BearerToken,
    UserKeys,
    Users,
    XCredentials,
    XError,
    XFault,
    XPage,
    XPost,
    XRate,
    XTrouble,
    XUser,
)
from .records import NotReadable, errors_of, has_answer, subject, to_page, to_posts, to_user, to_users
from .transport import BadAnswer, Transport

T = TypeVar("T")

_NAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_KEY = re.compile(r"[\x21-\x7e]+")
_KEY_NAMES = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
_USER_FIELDS = ["created_at", "description", "protected"]
#: of posts, by the names of after and before August 2026; what an expansion is now was a field then
_NEW = {"post.fields": "created_at,entities,lang,note_post", "expansions": "referenced_posts"}
_OLD = {
    "tweet.fields": "author_id,created_at,entities,lang,note_tweet,referenced_tweets",
    "expansions": "referenced_tweets.id",
}
#: for a timeline that is not to be had
_FAULTS = {XTrouble.MISSING: XFault.NOT_FOUND, XTrouble.OTHER: XFault.UNKNOWN}
#: these write keys, or what is signed with them, where they are asked for details
_TALKATIVE = ("tweepy.client", "tweepy.auth", "tweepy.api", "requests_oauthlib.oauth1_auth", "oauthlib.oauth1.rfc5849")


class _Bearer(AuthBase):
    """Instead of tweepy's own header: so tweepy never has the token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _no_details(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


class TweepyClient:
    """One login; see `port.XClient`."""

    def __init__(self, credentials: XCredentials, transport: Transport, now: Callable[[], datetime]) -> None:
        self._secrets = _secrets(credentials)
        self._now, self._transport = now, transport
        self._signed = isinstance(credentials, UserKeys)
        self._fields = _NEW
        self._rates: dict[str, XRate] = {}
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(_no_details)
        keys = dict(zip(_KEY_NAMES, self._secrets, strict=True)) if self._signed else {}
        self._client = tweepy.Client(**keys, return_type=requests.Response, wait_on_rate_limit=False)
        self._client.user_agent = "tweetgen"
        self._client.session = transport
        if isinstance(credentials, BearerToken):
            transport.auth = _Bearer(credentials.token)

    @property
    def rates(self) -> Mapping[str, XRate]:
        """Also "create app" and "create user": what is said of 24 hours."""
        return dict(self._rates)

    def users(self, names: Sequence[str]) -> Users:
        """A name that nobody can have is not asked for: X would refuse all the others with it."""
        possible = [name for name in names if _NAME.fullmatch(name)]
        found, missing = self._users("users", possible, lambda user: user.name.casefold(), usernames=possible)
        wrong = [name for name in names if name not in possible]
        unlike = {name: (XTrouble.MISSING, f"{one_line(name)!r} is no name that X has") for name in wrong}
        return found, {**missing, **unlike}

    def users_by_id(self, ids: Sequence[str]) -> Users:
        """See `port.XClient`."""
        return self._users("users_by_id", ids, lambda user: user.id, ids=list(ids))

    def _users(self, name: str, asked: Sequence[str], key: Callable[[XUser], str], **by: list[str]) -> Users:
        if not asked:
            return {}, {}
        body = self._read(name, self._client.get_users, **by, user_fields=_USER_FIELDS)
        return self._parsed(partial(to_users, body, asked, key, self._trouble))

    def posts(
        self,
        user_id: str,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        token: str | None = None,
        replies: bool = True,
        reposts: bool = False,
        size: int = 100,
    ) -> XPage:
        """See `port.XClient`."""
        excluded = [name for name, wanted in (("replies", replies), ("retweets", reposts)) if not wanted]
        wanted = {
            "max_results": str(size),
            "since_id": since_id,
            "until_id": until_id,
            "pagination_token": token,
            "exclude": ",".join(excluded) or None,
        }
        body = self._read_posts("posts", f"/2/users/{int(user_id)}/tweets", wanted)
        errors = errors_of(body)
        if "data" not in body and "meta" not in body and errors:
            trouble, words = self._trouble(errors[0])
            raise XError(_FAULTS.get(trouble, XFault.FORBIDDEN), words, status=200, trouble=trouble)
        # without it nobody knows whether there is more, and a history would be taken for whole
        if not isinstance(body.get("meta"), dict):
            raise self._unreadable("posts")
        return self._parsed(lambda: to_page(body, user_id))

    def posts_by_id(self, ids: Sequence[str]) -> tuple[Sequence[XPost], Mapping[str, str]]:
        """One of which X says nothing, or that it cannot be had at the moment, is in neither."""
        if not ids:
            return [], {}
        body = self._read_posts("posts_by_id", "/2/tweets", {"ids": ",".join(ids)})
        if not has_answer(body):
            raise self._unreadable("posts_by_id")
        found = self._parsed(lambda: to_posts(body))
        absent = set(ids) - {post.id for post in found}
        troubles = ((subject(error), *self._trouble(error)) for error in errors_of(body))
        gone = {one: words for one, trouble, words in troubles if one in absent and trouble is not XTrouble.OTHER}
        return found, gone

    def create(self, text: str, *, reply_to: str | None = None, reply_settings: str | None = None) -> str:
        """See `port.XClient`."""
        answer = self._ask(
            "create",
            self._client.create_tweet,
            text=text,
            in_reply_to_tweet_id=reply_to,
            reply_settings=reply_settings,
            user_auth=self._signed,
        )
        ident = _data(answer).get("id")
        if not isinstance(ident, str) or not ident.isdecimal():
            raise self._unreadable("create")
        return ident

    def delete(self, post_id: str) -> bool:
        """See `port.XClient`."""
        try:
            answer = self._ask("delete", self._client.delete_tweet, int(post_id), user_auth=self._signed)
        except XError as error:
            if error.kind is XFault.NOT_FOUND:
                return True
            raise
        deleted = _data(answer).get("deleted")
        if not isinstance(deleted, bool):
            raise self._unreadable("delete")
        return deleted

    def me(self) -> XUser:
        """See `port.XClient`."""
        body = self._read("me", self._client.get_me, user_fields=_USER_FIELDS)
        data = body.get("data")
        if not isinstance(data, dict):
            raise self._unreadable("me")
        return self._parsed(lambda: to_user(data))

    def _read_posts(self, name: str, route: str, wanted: Mapping[str, str | None]) -> dict[str, Any]:
        """Under the names X declares; under the old ones from the first time that it does not know them."""
        try:
            return self._read(name, self._client.request, "GET", route, params={**wanted, **self._fields})
        except XError as error:
            if self._fields is _OLD or error.kind is not XFault.INVALID or not _about_names(str(error)):
                raise
        self._fields = _OLD
        return self._read(name, self._client.request, "GET", route, params={**wanted, **self._fields})

    def _read(self, name: str, call: Callable[..., requests.Response], *args: Any, **more: Any) -> dict[str, Any]:
        answer = self._ask(name, call, *args, **more, user_auth=self._signed)
        body = as_object(answer.content)
        if not body:
            raise self._unreadable(name)
        return body

    def _ask(self, name: str, call: Callable[..., requests.Response], *args: Any, **more: Any) -> requests.Response:
        try:
            answer = call(*args, **more)
        except BadAnswer as bad:
            self._note(name, bad.response)
            raise error_of(bad.response, self._transport.host, self._secrets, self._now()) from None
        self._note(name, answer)
        return answer

    def _note(self, name: str, answer: requests.Response) -> None:
        for window, rate in rates_of(answer.headers).items():
            self._rates[f"{name} {window}".strip()] = rate

    def _trouble(self, error: Mapping[str, Any]) -> tuple[XTrouble, str]:
        words = one_line(error.get("detail") or error.get("title") or "X does not say why", self._secrets)
        return trouble_of(error, words) or XTrouble.OTHER, words

    def _parsed(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except NotReadable as error:
            raise XError(XFault.UNKNOWN, f"{self._transport.host}: its answer cannot be read ({error})") from None

    def _unreadable(self, name: str) -> XError:
        return XError(XFault.UNKNOWN, f"{self._transport.host}: its answer to `{name}` is not what was asked for")


def _secrets(credentials: XCredentials) -> tuple[str, ...]:
    names = ("token",) if isinstance(credentials, BearerToken) else _KEY_NAMES
    found: tuple[str, ...] = tuple(getattr(credentials, name) for name in names)
    if not all(map(_KEY.fullmatch, found)):
        raise XError(XFault.UNAUTHORIZED, "a key or token is empty or holds a space; copy it again")
    return found


def _data(answer: requests.Response) -> Mapping[str, Any]:
    found = as_object(answer.content).get("data")
    return found if isinstance(found, dict) else {}


def _about_names(words: str) -> bool:
    return "post.fields" in words or "expansions" in words
