"""Posts from X: each author's history back to what X allows, then only what is new; paid for, so never read twice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from tweetgen.domain import Json
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Page, Register, Source

from ._x.authors import Book, Reading
from ._x.client import open_client
from ._x.credentials import Key, XSettings, bearer
from ._x.metered import Metered, Prices, XBudget
from ._x.names import checked_name, name_in
from ._x.port import BASE_URL, XClient
from ._x.renewing import RenewingClient

NAME = "x"
Author = Annotated[str, AfterValidator(checked_name)]


class XSource:
    """Users' own posts, replies and quotes, and reposts if wanted; never those of accounts of this instance."""

    class Settings(XSettings):
        """Whose posts are read, as whom, and for how much."""

        authors: tuple[Author, ...] = ()
        """Whose posts: NAME, @NAME or a link; `tweetgen train --users` may name more."""
        bearer_token: Key | None = None
        """The app's own token, which is enough for reading; instead of a user's keys."""
        max_posts: int = Field(3200, ge=5)
        """Most posts of an author's history; X gives no more than about the newest 3,200."""
        replies: bool = True
        """Whether replies are read, and the posts they answer with them."""
        reposts: bool = False
        """Whether reposts are read: other people's words."""
        never: tuple[Author, ...] = ()
        """Whose posts are never read, such as bots of yours that post from elsewhere; this instance's are known."""
        names_days: int = Field(30, ge=0)
        """After how many days it is looked whether users still have their names; 0: never."""
        budget: XBudget = XBudget()
        """The most that reading may cost, in dollars; what counts for all accounts together is in config.yaml."""
        prices: Prices = Prices()
        """What X charges for reading, should that have changed."""

        @model_validator(mode="after")
        def _one_login(self) -> Self:
            if self.bearer_token is not None and (self.user_keys is not None or self.client_id is not None):
                raise ValueError("either a bearer_token or a user's keys, not both")
            return self

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings, self._host = settings, host

    @property
    def cursor_key(self) -> str:
        """One for all entries: what was read once is not paid for again because somebody was added."""
        base = self._settings.base_url.rstrip("/")
        return NAME if base == BASE_URL else f"{NAME}@{urlsplit(base).netloc}"

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """Author by author, newest first; see `tweetgen.interfaces.Source`."""
        settings = self._settings
        own = {name.casefold() for name in (*self._host.own_names(), *settings.never)}
        reading = Reading(
            self._metered,
            Book.of(cursor),
            NAME,
            most=settings.max_posts,
            replies=settings.replies,
            reposts=settings.reposts,
            check_names=timedelta(days=settings.names_days) if settings.names_days else None,
            own=own,
        )
        return reading.pages(self._wanted(authors))

    def author(self, name: str) -> str | None:
        """The name alone; None for what is nobody's name on X."""
        return name_in(name)

    def asking(self, authors: Sequence[str]) -> "XSource":
        """The same login and budget for these authors."""
        names = tuple(map(checked_name, authors))
        return XSource(self._settings.model_copy(update={"authors": names}), self._host)

    def estimate(self, authors: Sequence[str] | None, cursor: Json) -> str:
        """From what is known already; X is not asked."""
        settings, book = self._settings, Book.of(cursor)
        wanted = self._wanted(authors)
        known = [history for name in wanted if (history := book.named(name)) is not None]
        begun = [history for history in known if not history.ended and history.posts < settings.max_posts]
        fresh = len(wanted) - len(known)
        older = fresh * settings.max_posts + sum(settings.max_posts - history.posts for history in begun)
        said = []
        if older:
            most = older * settings.prices.post + fresh * settings.prices.user
            along = ", and up to twice as much for what they answer and quote"
            said.append(f"at most {older:,} older posts of {_authors(fresh + len(begun))} for ${most:.2f}{along}")
        if known:
            said.append(f"new posts of {_authors(len(known), 'known ')} at ${settings.prices.post} each")
        left = self._metered.left()
        said.append("no budget is set" if left is None else f"${left:.2f} left in the budget")
        return "; ".join(said)

    def price(self, posts: int) -> Decimal:
        """In dollars."""
        return self._settings.prices.post * posts

    def gone(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Deleted, hidden and replaced posts, each with the reason."""
        there, gone = self._metered.posts_by_id(ids)
        edited = {post.id: "edited" for post in there if post.edit_ids and post.edit_ids[-1] != post.id}
        return {**gone, **edited}

    def _wanted(self, authors: Sequence[str] | None) -> list[str]:
        if authors is None:
            return list(self._settings.authors)
        asked = {name.casefold() for author in authors if (name := name_in(author)) is not None}
        return [name for name in self._settings.authors if name.casefold() in asked]

    @cached_property
    def _metered(self) -> Metered:
        settings = self._settings
        app_only = settings.bearer_token is not None
        return Metered(lambda: self._client, self._host, settings.app, app_only, settings.prices, settings.budget)

    @cached_property
    def _client(self) -> XClient:
        """Opened when something is asked for the first time."""
        settings = self._settings
        if settings.bearer_token is None:
            return RenewingClient(settings, self._host)
        return open_client(
            bearer(settings.bearer_token),
            now=self._host.now,
            base_url=settings.base_url,
            connect_seconds=settings.connect_seconds,
            read_seconds=settings.read_seconds,
            total_seconds=settings.total_seconds,
        )


def _authors(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}author{'' if count == 1 else 's'}"


@hookimpl
def register_sources(register: Register[Source]) -> None:
    """Offer X as `x`."""
    register(NAME, XSource)
