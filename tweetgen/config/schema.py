"""JSON Schemas of the two kinds of files, for editors and for the messages about what a key allows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from pydantic import BaseModel, TypeAdapter

from tweetgen.config.model import SECRET_SCHEMA, Account, Config
from tweetgen.schedule import durations

Schema: TypeAlias = dict[str, Any]
#: the settings of what plugins offer, by role (a key of `Plugins.registries`) and name
Offered: TypeAlias = Mapping[str, Mapping[str, Schema]]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
DURATION = r"^ *([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)? *$"
#: what stands in a list of entries, or is one, by role
ENTRIES = {
    "sources": "Source",
    "filters": "Filter",
    "review_queues": "ReviewQueue",
    "destinations": "Destination",
    "observers": "Observer",
}
#: sections in which a list of one may be written as its item
SECTIONS = ("Writing", "Schedule", "Upkeep", "Limits")
#: what is said of a key, whatever may stand there
OUTSIDE = ("description", "default")


def config_schema(offered: Offered | None = None) -> Schema:
    """Of config.yaml; `offered` None: any plugin with any settings."""
    return _composed(Config, "tweetgen: config.yaml", offered)


def account_schema(offered: Offered | None = None) -> Schema:
    """Of accounts/NAME.yaml."""
    return _composed(Account, "tweetgen: accounts/NAME.yaml", offered)


def settings_schema(settings: type[BaseModel] | None) -> Schema:
    """Of a plugin's own settings; anything goes where it has no model."""
    return settings.model_json_schema() if settings is not None else {"type": "object"}


def _composed(model: type[BaseModel], title: str, offered: Offered | None) -> Schema:
    schema: Schema = {"$schema": DIALECT, **model.model_json_schema(), "title": title}
    definitions = schema.setdefault("$defs", {})
    if offered is not None:
        _name_the_offered(schema, offered)
    for holder in (schema, *definitions.values()):
        for value in holder.get("properties", {}).values():
            value.pop("title", None)  # pydantic's only repeat the keys
            _as_people_write(value)
    for section in SECTIONS:
        _one_or_several(definitions.get(section, {}))
    _empty_is_absent(schema)
    return schema


def _name_the_offered(schema: Schema, offered: Offered) -> None:
    definitions = schema["$defs"]
    delivery = definitions.get("_WithDelivery", {}).get("properties", {})
    for role, name in ENTRIES.items():
        beside = delivery if role == "destinations" else {}
        definitions[name] = _entry(offered.get(role, {}), beside)
    for holder in (schema, definitions.get("AccountDefaults", {})):
        properties = holder.get("properties", {})
        for role in ENTRIES.keys() & properties.keys():
            properties[role]["items"] = {"$ref": f"#/$defs/{ENTRIES[role]}"}
        if "review" in properties:
            outside = {key: properties["review"][key] for key in OUTSIDE if key in properties["review"]}
            properties["review"] = {**outside, "$ref": f"#/$defs/{ENTRIES['review_queues']}"}


def _as_people_write(value: Schema) -> None:
    """Durations as `longhand.py` reads them."""
    for choice in value.get("anyOf", [value]):
        if choice.get("format") == "duration":
            del choice["format"]
            choice["pattern"] = DURATION
            if isinstance(value.get("default"), str):
                value["default"] = durations.spell(TypeAdapter(timedelta).validate_python(value["default"]))


def _one_or_several(section: Schema) -> None:
    """A list in a section of settings may also be written as its one item; `longhand.py` makes a list of it."""
    for value in section.get("properties", {}).values():
        if value.get("type") != "array":
            continue
        several = {key: value.pop(key) for key in ("type", "items", "minItems") if key in value}
        value["anyOf"] = [several["items"], several]
        if len(value.get("default", ())) == 1:
            value["default"] = value["default"][0]


def _empty_is_absent(schema: Schema) -> None:
    """A key at the top with nothing behind it counts as not written: all below it may be commented out."""
    for name, value in schema["properties"].items():
        described = {key: value.pop(key) for key in ("description", "default") if key in value}
        if isinstance(described.get("default"), dict):
            del described["default"]  # stands, key by key, in the definition
        rest = dict(value)
        schema["properties"][name] = {**described, "anyOf": [rest, {"type": "null"}]}


def _entry(offered: Mapping[str, Schema], beside: Schema) -> Schema:
    """One entry: a name, or a name with its settings and the host's keys, `beside` them."""
    choices: list[Schema] = [{"enum": sorted(offered)}] if offered else []
    for name, settings in sorted(offered.items()):
        own = _inlined(_with_secrets(settings))
        if beside:
            own = {**own, "properties": {**own.get("properties", {}), **beside}}
        choices.append(
            {
                "type": "object",
                "properties": {name: own},
                "required": [name],
                "additionalProperties": False,
            }
        )
    return {"anyOf": choices} if choices else {"type": ["string", "object"]}


def _with_secrets(settings: Schema) -> Schema:
    """Every key of a plugin's settings may also be a reference to a secret."""
    properties = {
        name: {
            **{key: value[key] for key in OUTSIDE if key in value},
            "anyOf": [{key: value[key] for key in value if key not in OUTSIDE}, SECRET_SCHEMA],
        }
        for name, value in settings.get("properties", {}).items()
    }
    return {**settings, "properties": properties} if properties else settings


def _inlined(schema: Schema) -> Schema:
    """`schema` without `$defs` of its own, since references start at the root of the whole."""
    definitions: Mapping[str, Schema] = schema.get("$defs", {})

    def inline(node: Any, within: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [inline(item, within) for item in node]
        if not isinstance(node, dict):
            return node
        name = str(node.get("$ref", "")).removeprefix("#/$defs/")
        if name in within:  # settings that hold themselves: deeper than an editor needs
            return {}
        if name in definitions:
            beside = {key: value for key, value in node.items() if key != "$ref"}
            return {**inline(definitions[name], (*within, name)), **beside}
        return {key: inline(value, within) for key, value in node.items() if key != "$defs"}

    result: Schema = inline(schema, ())
    return result
