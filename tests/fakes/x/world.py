"""What there is in the small X: users, posts, logins, limits, and a ledger of everything that was done."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from .faults import Fault
from .logins import Logins
from .text import is_link, shorten

_EPOCH = 1_288_834_974_657
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
#: in dollars, as of 2026-04-20
PRICES = {
    "read": Decimal("0.005"),
    "own_read": Decimal("0.001"),
    "user": Decimal("0.010"),
    "create": Decimal("0.015"),
    "create_link": Decimal("0.200"),
    "delete": Decimal("0.010"),
}


@dataclass
class FakeUser:
    """Somebody with an account."""

    id: str
    username: str
    protected: bool = False
    suspended: bool = False
    description: str = ""
    #: may write up to 25,000 characters
    premium: bool = False
    created_at: datetime = datetime(2015, 3, 1, tzinfo=UTC)
    #: oldest first
    posts: list["FakePost"] = field(default_factory=list, repr=False)


@dataclass
class FakePost:
    """One post, its text as it was written."""

    id: int
    author: FakeUser
    text: str
    created_at: datetime
    reply_to: int | None = None
    quote_of: int | None = None
    repost_of: int | None = None
    #: (t.co address, whole address)
    links: Sequence[tuple[str, str]] = ()
    lang: str = "en"
    #: earlier versions, the first one first
    earlier: tuple[int, ...] = ()
    #: versions that took its place, the newest one last
    later: tuple[int, ...] = ()
    deleted: bool = False
    #: not to be seen before: a late commit
    visible_at: datetime | None = None

    @property
    def kept_text(self) -> str:
        """With t.co addresses, as X keeps it."""
        text = self.text
        for short, whole in self.links:
            text = text.replace(whole, short, 1)
        return text


@dataclass(frozen=True)
class Entry:
    """Something that was done and paid for."""

    action: str
    count: int
    dollars: Decimal
    user: str | None
    at: datetime
    text: str = ""
    post: str = ""


@dataclass(frozen=True)
class Limit:
    """So many requests of a kind in so long a time."""

    most: int
    window: timedelta
    #: counts the whole app's requests instead of a user's; for less than a day only those with its own token
    app: bool = False


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    status: int
    answer: bytes
    #: the answer is broken on purpose
    fault: bool


LIMITS: dict[str, list[Limit]] = {
    "create": [Limit(100, QUARTER), Limit(10_000, DAY, app=True)],
    "delete": [Limit(50, QUARTER)],
    "posts": [Limit(900, QUARTER), Limit(10_000, QUARTER, app=True)],
    "users": [Limit(900, QUARTER), Limit(300, QUARTER, app=True)],
    "me": [Limit(75, QUARTER)],
    "posts_by_id": [Limit(5_000, QUARTER), Limit(3_500, QUARTER, app=True)],
}


@dataclass
class World:
    """Everything; one lives in a server's one thread, and tests look at it and change it from theirs."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    logins: Logins = field(default_factory=Logins)
    users: dict[str, FakeUser] = field(default_factory=dict)
    posts: dict[int, FakePost] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    #: whether to keep them; a long run has too many
    record: bool = True
    faults: list[Fault] = field(default_factory=list)
    #: asked for a fault wherever none is ordered, with the endpoint's name
    misfortune: Callable[[str], Fault | None] = lambda _: None
    limits: dict[str, list[Limit]] = field(default_factory=lambda: dict(LIMITS))
    #: whether answers say anything about limits
    limit_headers: bool = True
    #: field names understood: "new" (2.167), "old", or "both"
    names: str = "new"
    #: how far back a timeline goes; None: to its beginning
    history: int | None = 3200
    #: how long a text of the same user counts as a duplicate
    duplicates: timedelta = DAY
    #: in dollars; at 0 nothing is answered any more
    credit: Decimal | None = None
    #: users of the app's owner: their posts are cheap to read
    owners: set[str] = field(default_factory=set)
    requests: Counter[str] = field(default_factory=Counter)
    _windows: dict[tuple[str, str, int], list[float]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    _last_id: int = 0

    def add_user(self, name: str, **more: Any) -> FakeUser:
        """A new user; ids are given in the order of joining."""
        user = FakeUser(str(1000 + len(self.users)), name, **more)
        self.users[user.id] = user
        return user

    def user_named(self, name: str) -> FakeUser | None:
        """In any case; the first to have it."""
        return next((user for user in self.users.values() if user.username.lower() == name.lower()), None)

    def write(self, user: FakeUser, text: str, *, at: datetime | None = None, **more: Any) -> FakePost:
        """Add a post to a user's timeline, newer than all before; by default now. No limit, no price, no ledger."""
        at = at or self.clock()
        number = max(self._last_id + 1, (int(at.timestamp() * 1000) - _EPOCH) << 22)
        self._last_id = number
        links = more.pop("links", None)
        post = FakePost(number, user, text, at, links=shorten(text, number) if links is None else links, **more)
        self.posts[number] = post
        user.posts.append(post)
        return post

    def edit(self, post: FakePost, text: str, **more: Any) -> FakePost:
        """A new version with an id of its own takes the place of `post`."""
        post.author.posts.remove(post)
        edited = self.write(post.author, text, earlier=(*post.earlier, post.id), **more)
        for number in edited.earlier:
            self.posts[number].later = (*self.posts[number].later, edited.id)
        return edited

    def seen(self, post: FakePost) -> bool:
        """Whether it is there to be read."""
        return not post.deleted and (post.visible_at is None or post.visible_at <= self.clock())

    def is_duplicate(self, user: FakeUser, text: str) -> bool:
        """Whether the user has this text already; one that is committed late does not count before it is there."""
        since = self.clock() - self.duplicates
        wanted = unicodedata.normalize("NFC", text.strip())
        return any(
            self.seen(post) and post.created_at >= since and unicodedata.normalize("NFC", post.text.strip()) == wanted
            for post in reversed(user.posts)
        )

    def accepted(self, text: str | None = None) -> list[Entry]:
        """The texts X took, all or only one: the oracle of "exactly once"."""
        return [entry for entry in self.ledger if entry.action.startswith("create") and text in (None, entry.text)]

    def pay(self, action: str, count: int, user: FakeUser | None, text: str = "", post: str = "") -> None:
        """Write it into the ledger, and take it from the credit."""
        if not count:
            return
        if action == "create" and is_link(text):
            action = "create_link"
        dollars = PRICES[action] * count
        self.ledger.append(Entry(action, count, dollars, user.id if user else None, self.clock(), text, post))
        if self.credit is not None:
            self.credit -= dollars

    @property
    def dollars(self) -> Decimal:
        """All that was spent."""
        return sum((entry.dollars for entry in self.ledger), Decimal(0))

    def count(self, endpoint: str, user: str | None) -> tuple[bool, list[tuple[Limit, int, int]]]:
        """Count a request of a user's, or of an app's own (None).

        Whether it is still allowed, and of each limit what remains and when it starts anew.
        """
        now, allowed, said = self.clock().timestamp(), True, []
        for limit in self.limits.get(endpoint, []):
            if limit.app != (user is None) and limit.window < DAY:
                continue
            window = limit.window.total_seconds()
            state = self._windows[endpoint, "" if limit.app else user or "", int(window)]
            if now >= state[0]:
                state[:] = [now + window, 0]
            state[1] += 1
            allowed = allowed and state[1] <= limit.most
            said.append((limit, max(0, int(limit.most - state[1])), int(state[0]) + 1))
        return allowed, said
