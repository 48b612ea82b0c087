"""Publishes on X as a user of it: within its limits and a budget, each text once, each refusal for what it means."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from secrets import token_urlsafe
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tweetgen.domain import Finding, Json, Outgoing, Receipt
from tweetgen.errors import DeliveryError, InputError, ReauthRequired, Refused, TweetgenError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Checkup, Destination, Host, Measure, Rate, Register

from ._http.settings import WebAddress
from ._text.weighted import weighted_length
from ._x.authorizing import Asking, ask
from ._x.compliance import Compliance
from ._x.credentials import XSettings
from ._x.matching import first_id, is_same
from ._x.metered import Metered, Prices, XBudget
from ._x.names import checked_name
from ._x.port import XError, XUser
from ._x.publishing import has_address, meaning, refuse_unfit, unfit
from ._x.renewing import RenewingClient
from ._x.spending import Spending, WritePrices
from ._x.threads import split
from ._x.tokens import Login

NAME = "x"
_QUARTER, _DAY = timedelta(minutes=15), timedelta(days=1)
# own posts asked for at once: there are few since a text was begun to be sent
_FEW, _MANY = 20, 100


class XDestination:
    """Posts as the user whose keys, or whose login, it has."""

    #: X has no key to tell a repetition by
    keyed = False
    settle = timedelta(minutes=15)

    class Settings(XSettings):
        """As whom, how, how often and for how much is posted."""

        user: Annotated[str, AfterValidator(checked_name)] | None = None
        """The account's name on X; looked up where it is not given."""
        read: bool = True
        """Whether own posts may be read, to find out what became of a text; else a person decides."""
        max_length: int = Field(280, ge=1, le=25_000)
        """The most that X allows, counted as X does; 25000 with X Premium."""
        thread: bool = False
        """Whether a longer text becomes a thread; else it is refused."""
        reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = None
        """Who may reply; null: everybody."""
        per_quarter_hour: int = Field(100, ge=1)
        """The most posts within 15 minutes that X allows a user."""
        per_three_hours: int = Field(300, ge=1)
        """The most posts within 3 hours that X allows a user."""
        app_per_day: int = Field(10_000, ge=1)
        """The most posts within 24 hours that X allows all users of an app together."""
        redirect_uri: WebAddress = "http://127.0.0.1:8976/callback"
        """OAuth 2.0: where X sends the browser after a login; the same must stand in X's developer console."""
        budget: XBudget = XBudget()
        """The most that posting may cost, in dollars; what counts for all accounts together is in config.yaml."""
        prices: WritePrices = WritePrices()
        """What X charges, in dollars."""
        compliance: Compliance = Compliance()
        """What X wants of automated accounts, as far as only a person can say it; see docs/x.md."""

    def __init__(self, settings: Settings, host: Host) -> None:
        """Raises `TweetgenError` where there is no login at all."""
        self._settings, self._host = settings, host
        self._client = RenewingClient(settings, host)
        user = [Rate(settings.per_quarter_hour, _QUARTER, False), Rate(settings.per_three_hours, 12 * _QUARTER, False)]
        rates = {
            "create": [*user, Rate(settings.app_per_day, _DAY)],
            "delete": [Rate(50, _QUARTER, False)],
            "me": [Rate(75, _QUARTER, False)],
        }
        self._may_ask = True
        self._spending = Spending(host, settings.app, settings.budget, rates)

    # ── posting ──

    def split(self, text: str) -> Sequence[str]:
        """The parts of a thread; the text alone where it fits, or where there is to be none."""
        return split(text, self._settings.max_length) if self._settings.thread else [text]

    def publish(self, outgoing: Outgoing) -> Receipt:
        """Raises what `publishing.meaning` says, `Throttled` for a limit or budget of our own, `NotSent`."""
        settings = self._settings
        refuse_unfit(outgoing.text, settings.max_length)
        reply_to = _before(outgoing)
        price = settings.prices.create_link if has_address(outgoing.text) else settings.prices.create
        name = self._known_name()
        with self._told(), self._spending.of("create", price, lambda: self._client.rates):
            who = settings.reply_settings if reply_to is None else None
            post = self._client.create(outgoing.text, reply_to=reply_to, reply_settings=who)
        return Receipt(post, f"https://x.com/{name or 'i'}/status/{post}", {"dollars": str(price)})

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """Look for it among the own posts since it was begun to be sent.

        Raises `NotImplementedError` where these may not be read.
        """
        if not self._settings.read:
            raise NotImplementedError
        with self._told(reading=True):
            me = self._me()
            token = None
            while True:
                page = self._reading.posts(
                    me["id"],
                    since_id=first_id(outgoing.intent_at),
                    until_id=None,
                    token=token,
                    replies=True,
                    reposts=False,
                    size=_FEW if token is None else _MANY,
                )
                for post in page.posts:
                    if is_same(post, outgoing.text):
                        return Receipt(post.id, f"https://x.com/{me['name']}/status/{post.id}")
                token = page.next_token
                if token is None:
                    return None

    def delete(self, receipt: Receipt) -> bool:
        """Take a post back; whether it is gone by now. Raises as `publish` does."""
        if not receipt.id:
            raise Refused("nobody knows what X calls it; delete it there")
        with self._told(), self._spending.of("delete", self._settings.prices.delete, lambda: self._client.rates):
            return self._client.delete(receipt.id)

    def measure(self, text: str) -> Measure:
        """As X counts, and whether it takes a character at all."""
        return Measure(weighted_length(text), self._settings.max_length, "weighted characters", unfit(text))

    def remarks(self, text: str) -> Iterator[str]:
        """What whoever decides about a text should know."""
        prices = self._settings.prices
        if has_address(text):
            yield f"holds an address: X charges ${prices.create_link} for it instead of ${prices.create}"
        parts = self.split(text)
        if len(parts) > 1:
            yield f"becomes a thread of {len(parts)} posts"

    # ── looking after it ──

    def checks(self, checkup: Checkup) -> Iterator[Finding]:
        """Whether it may post, and does so as X wants of automated accounts."""
        yield from self._login_checks(checkup.online)
        yield from self._settings.compliance.checks(checkup, self._profile if checkup.online else None)

    # ── logging in ──

    def authorize(self) -> tuple[Login, Asking]:
        """What `tweetgen auth x` logs in with. Raises `InputError` where four keys are used, which need no login."""
        login, client_id = self._client.tokens, self._settings.client_id
        if login is None or client_id is None:
            what = f"destination x of account {self._host.account}"
            raise InputError(what, "has the four keys of OAuth 1.0a", "nothing is to be done; or give a client_id")
        settings = self._settings
        asking = ask(client_id.get_secret_value(), settings.base_url, settings.redirect_uri, lambda: token_urlsafe(48))
        return login, asking

    def confirm(self) -> str:
        """The name of the user who has logged in, "" where that may not be asked.

        Raises `InputError`, and the login is forgotten, where it is another one than the settings say.
        """
        try:
            name = self._look_up(self._client.login)["name"] if self._settings.read else ""
        except (DeliveryError, XError) as error:
            self._host.log.info("whose login at X this is cannot be told: %s", error)
            return ""
        wanted = self._settings.user
        if name and wanted and name.casefold() != wanted.casefold() and self._client.tokens is not None:
            self._client.tokens.forget()
            remedy = f"log in as @{wanted}, or change `user`"
            raise InputError(f"the login at X of {self._host.account}", f"is @{name}'s, not @{wanted}'s", remedy)
        return name

    @property
    def settings(self) -> Settings:
        """As they were given."""
        return self._settings

    @cached_property
    def _reading(self) -> Metered:
        settings = self._settings
        prices = Prices(post=settings.prices.own_post, user=settings.prices.user)
        return Metered(lambda: self._client, self._host, settings.app, False, prices, settings.budget)

    def _known_name(self) -> str:
        """For links, and so that nobody learns from own posts; never worth a post."""
        given = self._settings.user or ""
        try:
            if self._settings.read and self._may_ask:
                with self._told():
                    return self._me()["name"]
            if given and self._may_ask:
                self._keep({"name": given})
        except ReauthRequired:
            raise
        except TweetgenError as error:
            self._host.log.info("whose login at X this is cannot be told or kept: %s", error)
        self._may_ask = False
        return given

    def _me(self) -> dict[str, str]:
        """Id and name of the user, looked up once a login."""
        login = self._client.login
        kept, _ = self._host.state.get()
        if isinstance(kept, dict) and kept.get("login") == login:
            return {"id": str(kept["id"]), "name": str(kept["name"])}
        return self._look_up(login)

    def _look_up(self, login: str) -> dict[str, str]:
        user = self._profile()
        self._keep({"login": login, "id": user.id, "name": user.name})
        return {"id": user.id, "name": user.name}

    def _keep(self, known: dict[str, Json]) -> None:
        """Of the user; what was posted under an old name stays own."""
        while True:
            kept, version = self._host.state.get()
            before = kept.get("own_names") if isinstance(kept, dict) else None
            names = {str(known["name"]), *(map(str, before) if isinstance(before, list) else ())}
            own: list[Json] = [*sorted(names)]
            if self._host.state.put({**known, "own_names": own}, version):
                return

    def _profile(self) -> XUser:
        with self._spending.of("me", self._settings.prices.user, lambda: self._client.rates):
            return self._client.me()

    def _login_checks(self, online: bool) -> Iterator[Finding]:
        if (login := self._client.tokens) is not None:
            kept = login.kept
            if kept is None or kept.spent:
                why = "nobody has logged in yet" if kept is None else "its login has ended"
                yield Finding("login", False, f"{why}; {self._remedy}")
                return
        if not self._settings.read:
            yield Finding("reading", True, "own posts are not read: a text of unknown outcome waits for a person")
        if not online:
            yield Finding("login", True, "its keys are there; --online asks X whether they hold")
            return
        try:
            with self._told():
                yield Finding("login", True, f"X knows it as @{self._profile().name}")
        except TweetgenError as error:
            yield Finding("login", False, str(error))

    @property
    def _remedy(self) -> str:
        if self._client.tokens is None:
            return "make new keys in X's developer console, and put them in the place of the old ones"
        return f"run: tweetgen auth x {self._host.account}"

    @contextmanager
    def _told(self, reading: bool = False) -> Iterator[None]:
        """What X says, as the outbox understands it; see `publishing.meaning`."""
        try:
            yield
        except XError as error:
            if reading and error.status == 403:
                raise NotImplementedError(f"own posts may not be read: {error}") from error
            raise meaning(error, self._host.now(), self._remedy) from error


def _before(outgoing: Outgoing) -> str | None:
    """What a part of a thread replies to."""
    if outgoing.part == 0:
        return None
    if outgoing.after is None or not outgoing.after.id:
        raise Refused("nobody knows what X calls the part before; say so: tweetgen outbox landed NUMBER --id ID")
    return outgoing.after.id


@hookimpl
def register_destinations(register: Register[Destination]) -> None:
    """Offer X as `x`."""
    register(NAME, XDestination)
