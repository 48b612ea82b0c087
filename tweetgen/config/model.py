"""What config.yaml and accounts/NAME.yaml may say, as frozen models; `settings.py` holds the numbers."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from tweetgen.config import secrets
from tweetgen.config.entries import Destinations, Entry, PluginEntry
from tweetgen.config.strict import Name, Strict
from tweetgen.errors import suggestion
from tweetgen.settings import (
    AppBudget,
    Architecture,
    Cleaning,
    Count,
    LabelName,
    Limits,
    OnUnknown,
    Positive,
    Ranking,
    Schedule,
    Service,
    Tokens,
    Training,
    Upkeep,
    Writing,
)

#: what judges candidates where the account says nothing
FILTERS = ("length", "mentions", "links", "overlap", "history", "blocklist", "complete")
SECRET_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A secret, looked up when it is needed.",
    "properties": {
        secrets.ENV: {"type": "string", "description": "Name of an environment variable."},
        secrets.FILE: {"type": "string", "description": "Path of a file that holds the secret alone."},
    },
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # unknown, a folder, or a path that leads elsewhere
        near = suggestion(name, ["Europe/Berlin", "UTC", *sorted(available_timezones())], most=2)
        message = "{name} is no time zone; allowed: a name of the IANA list; {near}"
        raise PydanticCustomError("time_zone", message, {"name": repr(name), "near": near}) from error
    return name


def _address(url: str) -> str:
    """Without the slash at its end."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        message = "{url} is no address to make links of; allowed: such as https://bot.example.org"
        raise PydanticCustomError("address", message, {"url": repr(url)})
    return url.rstrip("/")


def _secret(value: Any) -> Any:
    if problem := secrets.check(value):
        raise PydanticCustomError("secret", "{problem}", {"problem": problem})
    return value


def _text_or_secret(value: Any) -> Any:
    if isinstance(value, str) and value and not secrets.is_quoted(value):
        return value
    if secrets.is_secret(value) or secrets.is_quoted(value):
        return _secret(value)
    raise PydanticCustomError("text", "does not fit; allowed: a path, a URL, {$env: NAME}, {$file: PATH}")


def _frozen_shares(shares: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType(dict(shares))


def _frozen_budgets(budgets: Mapping[str, AppBudget]) -> Mapping[str, AppBudget]:
    return MappingProxyType(dict(budgets))


def _ordered_lengths(writing: Writing) -> Writing:
    if writing.min_length > writing.max_length:
        lengths = {"least": writing.min_length, "most": writing.max_length}
        raise PydanticCustomError("lengths", "min_length {least} is more than max_length {most}", lengths)
    return writing


TextOrSecret: TypeAlias = Annotated[
    str | Mapping[str, str],
    PlainValidator(_text_or_secret),
    WithJsonSchema({"anyOf": [{"type": "string"}, SECRET_SCHEMA]}),
]
Secret: TypeAlias = Annotated[Mapping[str, str], PlainValidator(_secret), WithJsonSchema(SECRET_SCHEMA)]
TimeZone: TypeAlias = Annotated[str, AfterValidator(_time_zone)]
Address: TypeAlias = Annotated[str, AfterValidator(_address)]
Author: TypeAlias = Annotated[str, Field(min_length=1)]
Shares: TypeAlias = Annotated[Mapping[Author, Positive], AfterValidator(_frozen_shares)]
Budgets: TypeAlias = Annotated[Mapping[Name, AppBudget], AfterValidator(_frozen_budgets)]
Way: TypeAlias = Annotated[Writing, AfterValidator(_ordered_lengths)]


class ModelChoice(Strict):
    """Which weights file is written, and which one it starts from."""

    name: Name = "shared"
    """The model of this instance: weights/NAME.safetensors."""
    from_: str = Field(default="base", alias="from", min_length=1)
    """What training starts from: a model's name, a path, or `scratch`."""


class Web(Strict):
    """Where `tweetgen serve` and `tweetgen web` answer browsers: the pages, links to decide by, metrics."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """The address it listens at; one that others can reach, such as 0.0.0.0, needs users: `tweetgen users`."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8765
    """The port it listens at; 0 takes any that is free."""
    url: Address | None = None
    """How others reach it, such as https://bot.example.org; links are made of it, and everybody must log in."""
    secret: Secret | None = None
    """What links and logins are signed with, {$env: NAME} or {$file: PATH}; null: made by itself and kept in state/."""


class AccountDefaults(Strict):
    """What an account may leave to `defaults`."""

    model: Name = "shared"
    """The model it writes with: weights/NAME.safetensors; by default config.yaml's `model.name`."""
    timezone: TimeZone = "UTC"
    """The time zone of its times of day; by default config.yaml's."""
    sources: tuple[PluginEntry, ...] = ()
    """Where posts come from, each `NAME` or `NAME: {settings}`; `tweetgen plugins` lists them."""
    cleaning: Cleaning = Cleaning()
    """How the posts of the authors in `voice` are made ready for training."""
    writing: Way = Writing()
    """How candidates are drawn."""
    filters: tuple[PluginEntry, ...] = Field(
        default=tuple(Entry(name, {}) for name in FILTERS), json_schema_extra={"default": [*FILTERS]}
    )
    """Who judges candidates, in this order; each may rewrite or drop one."""
    ranking: Ranking = Ranking()
    """Which of the candidates that are left go to review."""
    review: PluginEntry = Field(default=Entry("inbox", {}), json_schema_extra={"default": "inbox"})
    """Who decides: `NAME` or `NAME: {settings}` of one review queue."""
    expire: timedelta = timedelta(days=7)
    """How long a candidate waits for a decision; then it is thrown away, never posted."""
    stock: Count = 10
    """How many candidates, pending and approved, the service keeps ready."""
    destinations: Destinations = ()
    """Where approved texts are published, each `NAME` or `NAME: {settings}`; empty: nowhere."""
    schedule: Schedule = Schedule()
    """When what is done."""
    limits: Limits = Limits()
    """The most that may be sent, all destinations together."""
    on_unknown: OnUnknown = "reconcile"
    """A text of which nobody knows whether it arrived: ask the destination, `hold` it for a person, or `resend` it."""
    attempts: Count = 8
    """How often a text is tried before it is put aside."""


class _Identity(Strict):
    about: str = ""
    """What this account is, for people."""
    voice: Shares = Field(default_factory=lambda: MappingProxyType({}))
    """Authors and their shares, such as {dril: 2, NASA: 1}; empty = as nobody."""


class Account(AccountDefaults, _Identity):
    """One bot account: accounts/NAME.yaml."""


class Config(Strict):
    """The instance: config.yaml."""

    database: TextOrSecret = Field(default="state/tweetgen.db", repr=False)
    """A file of SQLite's, or the URL of a PostgreSQL database."""
    secrets: Literal["file", "keyring"] = "file"
    """Where tokens that plugins renew are kept: `file` in state/secrets/, or the `keyring` of the machine's user."""
    timezone: TimeZone = "UTC"
    """The time zone of times of day, such as Europe/Berlin."""
    plugins: tuple[str, ...] = ()
    """Folders whose plugin files are loaded as well. They run as you: look at them first."""
    model: ModelChoice = ModelChoice()
    """Which weights file is written, and which one it starts from."""
    sources: tuple[PluginEntry, ...] = ()
    """Who else is learnt from: each `NAME` or `NAME: {settings}`; `tweetgen plugins` lists them."""
    labels: tuple[LabelName, ...] = ()
    """What a text is learnt to be, beside whose: `kind` (original, reply …), `year`, `hour` (UTC), `source`, `topic`
    (its first hashtag), `length` (short, medium, long), or a column that a source brings."""
    tokens: Tokens = Tokens()
    """How text becomes numbers, in a model from scratch."""
    network: Architecture = Architecture()
    """The shape of the network, in a model from scratch."""
    training: Training = Training()
    """How the network is trained."""
    writing: Way = Writing()
    """How candidates are drawn."""
    cleaning: Cleaning = Cleaning()
    """How posts are made ready for training."""
    web: Web = Web()
    """Where `tweetgen serve` answers browsers."""
    observers: tuple[PluginEntry, ...] = ()
    """Who is told what a person must hear of, each `NAME` or `NAME: {settings}`."""
    budgets: Budgets = Field(default_factory=lambda: MappingProxyType({}))
    """By app, the most it may cost all accounts together, in dollars: {x: {per_day: 5, per_month: 50}}."""
    service: Service = Service()
    """How `tweetgen serve` works."""
    schedule: Upkeep = Upkeep()
    """When the instance's own sources are asked and its model learns, besides what accounts want."""
    defaults: AccountDefaults = Field(default_factory=AccountDefaults)
    """What every account begins with."""
