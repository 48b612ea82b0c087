"""What a plugin must offer, and all that a plugin gets in return; nobody here knows a class of `corpus` or `store`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import Logger
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable
from zoneinfo import ZoneInfo

from tweetgen.domain import (
    Action,
    Candidate,
    Decision,
    Event,
    Json,
    Nearest,
    Outgoing,
    Pending,
    Post,
    Receipt,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts and the cursor after them; both are committed in one transaction."""

    posts: Sequence[Post]
    #: given back to `Source.fetch` next time; any JSON value
    cursor: Json
    #: what could not be read, one line each, naming file and line; the rest is kept
    problems: Sequence[str] = ()
    #: bytes, posts or pages done and in all, for a progress bar; None where unknown
    progress: tuple[int, int] | None = None


class Source(Protocol):
    """A place posts come from."""

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """Yield what is new since `cursor` (None: everything), in any order.

        `authors` restricts to these; None means every author in it. Each page is committed before the next is
        asked for, so a page of some hundred posts is right. A post yielded twice is stored once (by source and id).
        Raises `TweetgenError` where nothing can be read at all.
        """
        ...


@runtime_checkable
class Examinable(Protocol):
    """A source may be one of these too: then `tweetgen doctor` sees that its files are missing."""

    def examine(self) -> None:
        """Raises `TweetgenError` where nothing can be read; reads nothing, and never leaves this machine."""
        ...


class Filter(Protocol):
    """A judge of candidates."""

    def judge(self, candidate: Candidate) -> Verdict:
        """Keep, rewrite or drop, always with a reason; called in the order of the account file.

        Must be quick (a few hundred microseconds) and must not depend on candidates judged before. A filter that
        raises drops the candidate, and the reason names the error.
        """
        ...


class ReviewQueue(Protocol):
    """A way for somebody to decide about candidates; they stay in the store, pending, whatever the queue does."""

    def submit(self, candidates: Sequence[Pending]) -> None:
        """Show these to whoever decides. May be told of the same candidate again after a crash."""
        ...

    def decisions(self) -> Iterable[Decision]:
        """What was decided since it was asked last; each is checked against the store and kept in the audit log.

        Asked every few seconds. A decision may be yielded again (it is then stale, and harmless).
        """
        ...


class Destination(Protocol):
    """A place texts are published at."""

    @property
    def keyed(self) -> bool:
        """Whether it publishes the same `Outgoing.key` only once, however often it is asked."""
        ...

    @property
    def settle(self) -> timedelta:
        """How long after a request that was cut off the text may still appear there."""
        ...

    def publish(self, outgoing: Outgoing) -> Receipt:
        """Publish it, once.

        Raises `NotSent`, `Throttled`, `Refused`, `Duplicate` or `ReauthRequired` where it is sure of what became of
        the text. Any other exception, a time limit included, means that nobody knows; then `find` is asked.
        """
        ...

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """The receipt of a text that may have been published, None if it is not there.

        Raises `NotImplementedError` where that cannot be asked: then a person decides.
        """
        ...


class Observer(Protocol):
    """Somebody who wants to hear what happened."""

    def notify(self, event: Event) -> None:
        """May raise: that is logged, and the event is told again later."""
        ...


class State(Protocol):
    """A small JSON value that a plugin keeps for one account; compare-and-set, so that two processes agree."""

    def get(self) -> tuple[Json, int]:
        """The value and its version; (None, 0) before the first `put`."""
        ...

    def put(self, value: Json, version: int) -> bool:
        """Keep `value` if `version` is still the newest; False if somebody was faster."""
        ...


class Corpus(Protocol):
    """What a filter may ask about all that was collected; indexed, so that an answer takes well under a millisecond."""

    def shared_words(self, text: str) -> tuple[int, str]:
        """The longest run of words that the text shares with any post, and that run; (0, "") for one of few words."""
        ...

    def nearest(self, text: str) -> Nearest | None:
        """The post it is most like, None if it is like none."""
        ...


class Queue(Protocol):
    """What a review queue may ask about its account's candidates."""

    def pending(self, limit: int = 1000) -> Sequence[Pending]:
        """Those that wait, the best first."""
        ...

    def get(self, number: int) -> Pending | None:
        """One candidate of this account, whatever its state."""
        ...

    def link(self, pending: Pending, action: Action) -> str:
        """A signed address that lets its reader decide, once, until it expires.

        Raises `TweetgenError` where config.yaml has no `web` section with an address others can reach.
        """
        ...

    def decided_today(self, via: str) -> int:
        """How many candidates were approved through this queue since midnight of the account's time zone."""
        ...


class Host(Protocol):
    """All that a plugin may reach, so that it can be tested with a fake one."""

    @property
    def account(self) -> str:
        """Whose plugin this is; "" where it serves the whole instance."""
        ...

    @property
    def timezone(self) -> ZoneInfo:
        """The account's time zone."""
        ...

    @property
    def state(self) -> State: ...

    @property
    def corpus(self) -> Corpus: ...

    @property
    def queue(self) -> Queue: ...

    def recent_texts(self) -> Sequence[str]:
        """What the accounts of this instance have written, queued or sent lately, the newest first, this account's own
        pending and approved candidates included."""
        ...

    @property
    def base(self) -> Path:
        """The instance's folder; relative paths in settings start here."""
        ...

    @property
    def allow_private_addresses(self) -> bool:
        """Whether config.yaml lets plugins reach addresses of this machine and its local network."""
        ...

    @property
    def log(self) -> Logger: ...

    def now(self) -> datetime:
        """The current time, timezone-aware, UTC."""
        ...


Offered = TypeVar("Offered", covariant=True)


class Factory(Protocol[Offered]):
    """Makes the offered thing from checked settings; client libraries are imported inside.

    A factory that carries an attribute `Settings` (a pydantic model, extra keys forbidden) gets an instance of it;
    any other gets the plain mapping of the configuration file.
    """

    def __call__(self, settings: Any, host: Host) -> Offered: ...


Register = Callable[[str, Factory[Offered]], None]
