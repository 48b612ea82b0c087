"""JSON Schemas of the two kinds of files, for editors and for the messages about what a key allows."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel

from tweetgen.config.model import SECRET_SCHEMA, Account, Config

Schema: TypeAlias = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def config_schema(sources: Mapping[str, Schema] | None = None) -> Schema:
    """Of config.yaml; `sources` are the schemas of the known sources' settings by name, None = any source."""
    return _composed(Config, "tweetgen: config.yaml", sources)


def account_schema(sources: Mapping[str, Schema] | None = None) -> Schema:
    """Of accounts/NAME.yaml."""
    return _composed(Account, "tweetgen: accounts/NAME.yaml", sources)


def settings_schema(settings: type[BaseModel] | None) -> Schema:
    """Of a plugin's own settings; anything goes where it has no model."""
    return settings.model_json_schema() if settings is not None else {"type": "object"}


def _composed(model: type[BaseModel], title: str, sources: Mapping[str, Schema] | None) -> Schema:
    schema: Schema = {"$schema": DIALECT, **model.model_json_schema(), "title": title}
    definitions = schema.setdefault("$defs", {})
    _one_or_several(definitions)
    if sources is not None:
        definitions["Source"] = _source_entry(sources)
        for holder in (schema, definitions.get("AccountDefaults", {})):
            if "sources" in holder.get("properties", {}):
                holder["properties"]["sources"]["items"] = {"$ref": "#/$defs/Source"}
    for holder in (schema, *definitions.values()):
        _drop_titles(holder)
    _empty_is_absent(schema)
    return schema


def _one_or_several(definitions: Mapping[str, Schema]) -> None:
    """A temperature may also be written as one number; `read.py` makes a list of it."""
    temperature = definitions["Writing"]["properties"]["temperature"]
    several = {key: temperature.pop(key) for key in ("type", "items", "minItems") if key in temperature}
    temperature["anyOf"] = [several["items"], several]
    temperature["default"] = temperature["default"][0]


def _empty_is_absent(schema: Schema) -> None:
    """A key at the top with nothing behind it counts as not written: all below it may be commented out."""
    for name, value in schema["properties"].items():
        described = {key: value.pop(key) for key in ("description", "default") if key in value}
        if isinstance(described.get("default"), dict):
            del described["default"]  # stands, key by key, in the definition
        rest = dict(value)
        schema["properties"][name] = {**described, "anyOf": [rest, {"type": "null"}]}


def _source_entry(sources: Mapping[str, Schema]) -> Schema:
    choices: list[Schema] = [{"enum": sorted(sources)}] if sources else []
    for name, settings in sorted(sources.items()):
        choices.append(
            {
                "type": "object",
                "properties": {name: _inlined(_with_secrets(settings))},
                "required": [name],
                "additionalProperties": False,
            }
        )
    return {"anyOf": choices} if choices else {"type": ["string", "object"]}


def _with_secrets(settings: Schema) -> Schema:
    """Every key of a plugin's settings may also be a reference to a secret."""
    outside = ("description", "default")
    properties = {
        name: {
            **{key: value[key] for key in outside if key in value},
            "anyOf": [{key: value[key] for key in value if key not in outside}, SECRET_SCHEMA],
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


def _drop_titles(holder: Schema) -> None:
    """pydantic's titles only repeat the keys."""
    for value in holder.get("properties", {}).values():
        value.pop("title", None)
