"""What we want of X, in plain types; which library asks for it is decided in `client.py` alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tweetgen.domain import Kind
from tweetgen.errors import TweetgenError

#: where X is, unless a gateway or a local server stands in for it
BASE_URL = "https://api.x.com"


@dataclass(frozen=True, slots=True)
class UserKeys:
    """An app's and a user's four keys (OAuth 1.0a); they stay valid until somebody revokes them."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BearerToken:
    """An app's own token, which only reads, or a user's access token (OAuth 2.0), which lives two hours."""

    token: str = field(repr=False)


XCredentials = UserKeys | BearerToken


@dataclass(frozen=True, slots=True)
class XUser:
    """Somebody's account."""

    #: stays the same when they rename themselves
    id: str
    #: without @, spelt as they spell it
    name: str
    protected: bool = False
    created_at: datetime | None = None
    description: str = ""
    #: whether X shows them as automated; None where it does not say
    automated: bool | None = None


@dataclass(frozen=True, slots=True)
class XPost:
    """One post."""

    id: str
    #: long posts whole, HTML entities undone, t.co addresses as they came
    text: str
    created_at: datetime
    author_id: str
    kind: Kind
    reply_to_id: str | None = None
    #: the text answered, where it came in the same answer
    reply_to_text: str | None = None
    #: from the t.co address to the whole one
    urls: Mapping[str, str] = field(default_factory=dict)
    lang: str | None = None
    #: of every version, the first one first; () where X does not say
    edit_ids: tuple[str, ...] = ()
    #: of a repost: whose words these are, by name; None where X does not say
    repost_of: str | None = None


@dataclass(frozen=True, slots=True)
class XPage:
    """A part of a timeline, newest first."""

    posts: Sequence[XPost]
    #: for the older posts; None at the end
    next_token: str | None
    #: as X says in `meta`; posts that were left out count too
    newest_id: str | None
    oldest_id: str | None
    #: what X counts as read: these posts and those that came along with them
    reads: int = 0


class XTrouble(StrEnum):
    """Why nothing is to be had of a user."""

    #: nobody has this name or id; deleted, renamed or misspelt
    MISSING = "missing"
    SUSPENDED = "suspended"
    #: shows posts to followers only
    PROTECTED = "protected"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class XRate:
    """What X said last about a limit."""

    limit: int | None
    remaining: int | None
    #: when it starts anew (UTC)
    resets_at: datetime | None


class XFault(StrEnum):
    """What a failed request means."""

    #: surely nothing was kept: no connection, no certificate, or turned away before it was read
    NOT_SENT = "not_sent"
    #: not before `until`, or later by one's own lights where that is None
    RATE_LIMITED = "rate_limited"
    #: the login does not hold, or is of the wrong kind
    UNAUTHORIZED = "unauthorized"
    #: understood and denied, whatever the time
    FORBIDDEN = "forbidden"
    #: X says that it has this text already
    DUPLICATE = "duplicate"
    #: no credit, or a cap on spending
    CREDITS = "credits"
    NOT_FOUND = "not_found"
    #: X cannot read the request
    INVALID = "invalid"
    #: nobody knows what became of it: silence, a break, a server's error, an answer that cannot be read
    UNKNOWN = "unknown"


class XError(TweetgenError):
    """A request that X did not do; one line, never with a key or token in it."""

    def __init__(
        self,
        kind: XFault,
        why: str,
        *,
        status: int | None = None,
        until: datetime | None = None,
        trouble: XTrouble | None = None,
    ) -> None:
        self.kind, self.status, self.until = kind, status, until
        #: about the user asked for, where it is that
        self.trouble = trouble
        super().__init__(why)


#: by what was asked for: those found, and the trouble with the others, in words
Users = tuple[Mapping[str, XUser], Mapping[str, tuple[XTrouble, str]]]


class XClient(Protocol):
    """One login at X; every method makes one request and raises `XError`. Never waits for a limit to pass."""

    @property
    def rates(self) -> Mapping[str, XRate]:
        """What the answers said about limits, newest, by the name of the method here."""
        ...

    def users(self, names: Sequence[str]) -> Users:
        """Up to 100 users by name (without @, in any case), keyed as asked for."""
        ...

    def users_by_id(self, ids: Sequence[str]) -> Users:
        """Up to 100 users by id; finds one that has another name now."""
        ...

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
        """One page of what a user wrote, newer than `since_id` and older than `until_id`, both excluded.

        `size` is 5 to 100. With `trouble` in the error where the user is protected, suspended or gone.
        """
        ...

    def posts_by_id(self, ids: Sequence[str]) -> tuple[Sequence[XPost], Mapping[str, str]]:
        """Up to 100 posts by id, and why others are gone, in words, by id.

        In neither is one of which X says nothing, or that it cannot give at the moment.
        """
        ...

    def create(self, text: str, *, reply_to: str | None = None, reply_settings: str | None = None) -> str:
        """Publish, and give the id. Not to be repeated after UNKNOWN: X has no key to tell a repetition by."""
        ...

    def delete(self, post_id: str) -> bool:
        """Whether it is gone by now; True as well where X has no such post."""
        ...

    def me(self) -> XUser:
        """Whose login this is."""
        ...
