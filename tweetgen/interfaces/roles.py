"""What a plugin must offer, role by role, and how it is made."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar, runtime_checkable

from tweetgen.domain import (
    Candidate,
    Decision,
    Event,
    Finding,
    Json,
    Outgoing,
    Pending,
    Post,
    Receipt,
    Verdict,
)
from tweetgen.interfaces.reach import Host


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
    #: of a `Parted` source: whose cursor this is; None: nobody's, and it is not kept
    part: str | None = None
    #: where limits or a budget end it early: when there is more to be had
    later: datetime | None = None


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
class Parted(Protocol):
    """What a source offers besides where reading is dear: a cursor for each of its parts, such as an author.

    `fetch` gets a mapping from part to cursor, whatever authors are asked for, and each page names its part. These
    cursors outlive other settings of the entry, and every entry that has the same `cursor_key` shares them.
    """

    @property
    def cursor_key(self) -> str: ...


@runtime_checkable
class Directory(Protocol):
    """What a source offers besides where it can bring in authors that its settings do not name."""

    def author(self, name: str) -> str | None:
        """How the author of this `name` is spelt in posts, as far as that can be told without asking; None: nobody's
        name there."""
        ...

    def asking(self, authors: Sequence[str]) -> Source:
        """The same source for these authors in place of its own."""
        ...


@runtime_checkable
class Priced(Protocol):
    """What a source offers besides where posts cost money."""

    def estimate(self, authors: Sequence[str] | None, cursor: Json) -> str:
        """One line: what `fetch` with the same arguments may come to, in posts and dollars; nothing is asked for it."""
        ...


@runtime_checkable
class Rechecking(Protocol):
    """What a source offers besides where posts may be taken back."""

    def price(self, posts: int) -> Decimal:
        """What it costs to ask for so many, in dollars."""
        ...

    def gone(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Why posts must be kept no longer, by id, for those of up to 100 of which that is so.

        Raises `TweetgenError`, `BudgetSpent` and other `Throttled` included, where it cannot be told now.
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


@runtime_checkable
class Threading(Protocol):
    """What a destination offers besides where a long text can become several posts."""

    def split(self, text: str) -> Sequence[str]:
        """Its parts in order, each of which `publish` takes; the text alone where it fits. The same for every call."""
        ...


@runtime_checkable
class Deleting(Protocol):
    """What a destination offers besides where a text can be taken back."""

    def delete(self, receipt: Receipt) -> bool:
        """Whether it is gone by now. Raises as `publish` does."""
        ...


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is where it would be published."""

    length: int
    #: the most that one post may have; None for any length
    limit: int | None
    #: what is counted, such as "weighted characters"
    unit: str
    #: why it is not taken for another reason than its length, "" where it is
    problem: str = ""


@runtime_checkable
class Measuring(Protocol):
    """What a destination offers besides where there is a limit of length, or another reason to refuse a text."""

    def measure(self, text: str) -> Measure:
        """As it is counted there; asked at every key of whoever edits, so it never leaves this machine."""
        ...


@runtime_checkable
class Remarking(Protocol):
    """What a destination offers besides that knows something about a text worth telling before it is sent."""

    def remarks(self, text: str) -> Iterable[str]:
        """One line each: what it costs, what becomes of it."""
        ...


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a destination may go by when it is asked whether it is in order."""

    #: False: nothing may leave this machine
    online: bool
    #: names of the account's filters
    filters: Collection[str]


@runtime_checkable
class Checking(Protocol):
    """What a destination offers besides that can say whether it is in order."""

    def checks(self, checkup: Checkup) -> Iterable[Finding]:
        """What `tweetgen doctor` tells; publishes nothing."""
        ...


class Observer(Protocol):
    """Somebody who wants to hear what happened."""

    def notify(self, event: Event) -> None:
        """May raise: that is logged, and the event is told again later."""
        ...


Offered = TypeVar("Offered", covariant=True)


class Factory(Protocol[Offered]):
    """Makes the offered thing from checked settings; client libraries are imported inside.

    A factory that carries an attribute `Settings` (a pydantic model, extra keys forbidden) gets an instance of it;
    any other gets the plain mapping of the configuration file.
    """

    def __call__(self, settings: Any, host: Host) -> Offered: ...


Register = Callable[[str, Factory[Offered]], None]


class CommandLine(Protocol):
    """What `tweetgen` can be told to do, as a plugin sees it."""

    def add_command(self, command: Any, name: str | None = None) -> None:
        """Add a click command or group, under its own name unless another is given."""
        ...


class Instance(Protocol):
    """What the command of a plugin finds in click's `ctx.obj`."""

    def destinations(self, plugin: str, account: str) -> Mapping[str, Destination]:
        """Those of an account that this plugin makes, enabled or not, by the name the account file gives them.

        Raises `TweetgenError` where there is no such account, or where one cannot be made.
        """
        ...

    def logged_in(self, account: str, destination: str) -> None:
        """Say that a login was renewed: what waited for it is sent again."""
        ...
