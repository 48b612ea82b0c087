"""What config.yaml and accounts/NAME.yaml may say, as frozen models; `settings.py` holds the numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from tweetgen.config import secrets
from tweetgen.errors import suggestion
from tweetgen.settings import Architecture, Cleaning, Positive, Tokens, Training, Writing

NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
ENTRY = "is no entry of this list; allowed: NAME, or NAME: {its settings}"
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


@dataclass(frozen=True)
class SourceEntry:
    """One entry of a `sources` list: a plugin's name and its settings, unchecked, secrets as references."""

    name: str
    settings: Mapping[str, Any]

    @classmethod
    def parse(cls, value: object) -> "SourceEntry":
        """`NAME` or `{NAME: settings}`; raises ValueError."""
        if isinstance(value, str) and value:
            return cls(value, {})
        if isinstance(value, dict) and len(value) == 1 and not secrets.is_secret(value):
            ((name, settings),) = value.items()
            if settings is None:
                return cls(name, {})
            if isinstance(settings, dict) and not secrets.is_secret(settings):
                return cls(name, settings)
        raise ValueError(value)


def _entry(value: object) -> SourceEntry:
    try:
        return SourceEntry.parse(value)
    except ValueError as error:
        raise PydanticCustomError("entry", ENTRY) from error


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # unknown, a folder, or a path that leads elsewhere
        near = suggestion(name, ["Europe/Berlin", "UTC", *sorted(available_timezones())], most=2)
        message = "{name} is no time zone; allowed: a name of the IANA list; {near}"
        raise PydanticCustomError("time_zone", message, {"name": repr(name), "near": near}) from error
    return name


def _text_or_secret(value: Any) -> Any:
    if isinstance(value, str) and value:
        return value
    if secrets.is_secret(value):
        if problem := secrets.check(value):
            raise PydanticCustomError("secret", "{problem}", {"problem": problem})
        return value
    raise PydanticCustomError("text", "does not fit; allowed: a path, a URL, {$env: NAME}, {$file: PATH}")


def _frozen_shares(shares: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType(dict(shares))


def _ordered_lengths(writing: Writing) -> Writing:
    if writing.min_length > writing.max_length:
        lengths = {"least": writing.min_length, "most": writing.max_length}
        raise PydanticCustomError("lengths", "min_length {least} is more than max_length {most}", lengths)
    return writing


Entry: TypeAlias = Annotated[
    SourceEntry,
    PlainValidator(_entry),
    WithJsonSchema({"type": ["string", "object"]}),
]
TextOrSecret: TypeAlias = Annotated[
    str | Mapping[str, str],
    PlainValidator(_text_or_secret),
    WithJsonSchema({"anyOf": [{"type": "string"}, SECRET_SCHEMA]}),
]
Author: TypeAlias = Annotated[str, Field(min_length=1)]
Shares: TypeAlias = Annotated[Mapping[Author, Positive], AfterValidator(_frozen_shares)]
Way: TypeAlias = Annotated[Writing, AfterValidator(_ordered_lengths)]
Name: TypeAlias = Annotated[str, Field(pattern=NAME, max_length=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )


class ModelChoice(_Strict):
    """Which weights file is written, and which one it starts from."""

    name: Name = "shared"
    """The model of this instance: weights/NAME.safetensors."""
    from_: str = Field(default="base", alias="from", min_length=1)
    """What training starts from: a model's name, a path, or `scratch`."""


class AccountDefaults(_Strict):
    """What an account may leave to `defaults`."""

    sources: tuple[Entry, ...] = ()
    """Where posts come from, each `NAME` or `NAME: {settings}`; `tweetgen plugins` lists them."""
    cleaning: Cleaning = Cleaning()
    """How the posts of the authors in `voice` are made ready for training."""
    writing: Way = Writing()
    """How candidates are drawn."""


class _Identity(_Strict):
    about: str = ""
    """What this account is, for people."""
    voice: Shares = Field(default_factory=lambda: MappingProxyType({}))
    """Authors and their shares, such as {dril: 2, NASA: 1}; empty = as nobody."""


class Account(AccountDefaults, _Identity):
    """One bot account: accounts/NAME.yaml."""


class Config(_Strict):
    """The instance: config.yaml."""

    database: TextOrSecret = Field(default="state/tweetgen.db", repr=False)
    """A file of SQLite's, or the URL of a PostgreSQL database."""
    timezone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    """The time zone of times of day, such as Europe/Berlin."""
    plugins: tuple[str, ...] = ()
    """Folders whose plugin files are loaded as well. They run as you: look at them first."""
    model: ModelChoice = ModelChoice()
    """Which weights file is written, and which one it starts from."""
    sources: tuple[Entry, ...] = ()
    """Who else is learnt from: each `NAME` or `NAME: {settings}`; `tweetgen plugins` lists them."""
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
    defaults: AccountDefaults = AccountDefaults()
    """What every account begins with."""
