"""One entry of a list of plugins: a name and its settings; a destination's also says what the host sees to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, ConfigDict, GetCoreSchemaHandler, PlainValidator, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from tweetgen.config import secrets
from tweetgen.config.strict import Name, Strict
from tweetgen.domain import Json
from tweetgen.settings import Limits, OnUnknown

ENTRY = "is no entry of this list; allowed: NAME, or NAME: {its settings}"


@dataclass(frozen=True)
class Entry:
    """A plugin's name and its settings, unchecked, secrets as references."""

    name: str
    settings: Mapping[str, Any]

    @classmethod
    def parse(cls, value: object) -> "Entry":
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

    def written(self) -> Json:
        """As it stands in a file."""
        return {self.name: dict(self.settings)} if self.settings else self.name


class Delivery(Strict):
    """What the host, not the plugin, sees to for one destination; stands among the plugin's settings."""

    name: Name | None = None
    """What it is called in this account; null: as its plugin. Give names where two have the same plugin."""
    limits: Limits = Limits()
    """The most that may be sent there, besides the account's own limits."""
    on_unknown: OnUnknown | None = None
    """What becomes of a text of which nobody knows whether it arrived; null: as the account says."""
    settle: timedelta | None = None
    """How long after a request that was cut off the text may still appear there; null: as its plugin says."""
    enabled: bool = True
    """False leaves it out for now."""


@dataclass(frozen=True)
class DestinationEntry:
    """One entry of `destinations`: the plugin with its own settings, and what the host sees to."""

    entry: Entry
    delivery: Delivery

    @property
    def name(self) -> str:
        """Unique within the account."""
        return self.delivery.name or self.entry.name


#: the keys of a destination that never reach its plugin
RESERVED = tuple(Delivery.model_fields)


def plugin_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of a destination's settings is its plugin's own."""
    return {key: value for key, value in settings.items() if key not in RESERVED}


def _entry(value: object) -> Entry:
    try:
        return Entry.parse(value)
    except ValueError as error:
        raise PydanticCustomError("entry", ENTRY) from error


class _WithDelivery(Delivery):
    """The host's keys; whatever else stands there is the plugin's."""

    model_config = ConfigDict(extra="allow")


def _destination(parsed: Mapping[str, _WithDelivery]) -> DestinationEntry:
    ((name, whole),) = parsed.items()  # its shape was looked at by `longhand.py`
    delivery = Delivery.model_construct(**{key: getattr(whole, key) for key in RESERVED})
    return DestinationEntry(Entry(name, whole.model_extra or {}), delivery)


class _AsDestination:
    """Validates `{NAME: settings}` key by key, so that problems are told at their place, then makes the entry."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        parsed = handler.generate_schema(Mapping[str, _WithDelivery])
        return core_schema.no_info_after_validator_function(_destination, parsed)


def _one_name_each(destinations: tuple[DestinationEntry, ...]) -> tuple[DestinationEntry, ...]:
    names = [destination.name for destination in destinations]
    for name in names:
        if names.count(name) > 1:
            message = "two are called {name}; give one of them another `name: …`"
            raise PydanticCustomError("destination_names", message, {"name": repr(name)})
    return destinations


PluginEntry: TypeAlias = Annotated[
    Entry,
    PlainValidator(_entry),
    WithJsonSchema({"type": ["string", "object"]}),
]
Destinations: TypeAlias = Annotated[
    tuple[Annotated[DestinationEntry, _AsDestination()], ...], AfterValidator(_one_name_each)
]
