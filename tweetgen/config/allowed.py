"""What a JSON Schema allows at one place of a file, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tweetgen.config.schema import DURATION, Schema
from tweetgen.config.strict import NAME

PATTERNS = {NAME: "a text of letters, digits, '_', '.', '-'", DURATION: "a duration such as 90s, 10m, 6h, 2d or 1w"}

BOUNDS = {
    "exclusiveMinimum": "above",
    "minimum": "at least",
    "exclusiveMaximum": "below",
    "maximum": "at most",
}


def known_keys(schema: Schema, place: Sequence[str | int]) -> list[str]:
    """The keys that may stand in the mapping at `place`."""
    return [key for node in _nodes(schema, place) for key in node.get("properties", {})]


def allowed(schema: Schema, place: Sequence[str | int]) -> str | None:
    """What may stand at `place`; None where the schema does not say."""
    words = dict.fromkeys(words for node in _nodes(schema, place) if (words := _in_words(schema, node)))
    if place and len(place) == 1:
        words.pop("nothing", None)  # an empty key at the top is no choice worth naming
    return ", or ".join(words) or None


def _nodes(root: Schema, place: Sequence[str | int]) -> list[Schema]:
    """Every schema that applies at `place`."""
    nodes = list(_choices(root, root))
    for key in place:
        nodes = [choice for node in nodes for below in _below(node, key) for choice in _choices(root, below)]
    return nodes


def _choices(root: Schema, node: Schema) -> Iterator[Schema]:
    while "$ref" in node:
        node = root.get("$defs", {}).get(node["$ref"].removeprefix("#/$defs/"), {})
    if "anyOf" in node:
        for choice in node["anyOf"]:
            yield from _choices(root, choice)
    else:
        yield node


def _below(node: Schema, key: str | int) -> Iterator[Schema]:
    if isinstance(key, int):
        below = node.get("items")
    else:
        below = node.get("properties", {}).get(key, node.get("additionalProperties"))
    if isinstance(below, dict):
        yield below


def _in_words(root: Schema, node: Schema) -> str | None:
    if "enum" in node or "const" in node:
        return ", ".join(str(value) for value in node.get("enum", [node.get("const")]))
    match node.get("type"):
        case "integer":
            return "a whole number" + _range(node)
        case "number":
            return "a number" + _range(node)
        case "boolean":
            return "true, false"
        case "string":
            pattern = node.get("pattern")
            return PATTERNS.get(pattern, f"a text of {pattern}") if pattern else "a text" + _length(node)
        case "array":
            items = filter(
                None, (_in_words(root, choice) for choice in _choices(root, node.get("items", {})))
            )
            return "a list, each " + " or ".join(items) if "items" in node else "a list"
        case "object":
            return "the keys " + ", ".join(node["properties"]) if "properties" in node else "keys with values"
        case "null":
            return "nothing"
    return None


def _length(node: Mapping[str, Any]) -> str:
    """In characters; that a text may not be empty goes without saying."""
    least, most = node.get("minLength", 0), node.get("maxLength")
    parts = [f"at least {least}"] if least > 1 else []
    parts += [f"at most {most}"] if most is not None else []
    return f" of {' and '.join(parts)} characters" if parts else ""


def _range(node: Mapping[str, Any]) -> str:
    if "minimum" in node and "maximum" in node:
        return f" from {node['minimum']:g} to {node['maximum']:g}"
    parts = [f"{word} {node[key]:g}" for key, word in BOUNDS.items() if key in node]
    return " " + ", ".join(parts) if parts else ""
