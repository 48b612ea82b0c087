"""An OpenAPI document in the words of a page: what may be asked, by whom, with what, and what comes back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from tweetgen.web.roles import Needs

Schema = Mapping[str, Any]
_OTHER = "other"
#: bounds as they are written in a sentence
_BOUNDS = (
    ("minimum", "from {}"),
    ("maximum", "to {}"),
    ("exclusiveMinimum", "above {}"),
    ("exclusiveMaximum", "below {}"),
    ("maxLength", "{} characters at most"),
    ("maxItems", "{} at most"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a key of the JSON sent."""

    name: str
    #: such as "integer, from 1, to 200"
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask."""

    method: str
    path: str
    #: one sentence or less
    about: str
    #: the least role; "" for everybody
    role: str
    parameters: Sequence[Field]
    body: Sequence[Field]
    #: the keys of what comes back
    answer: Sequence[Field]
    #: other answers: status and why
    others: Sequence[tuple[str, str]]

    @property
    def anchor(self) -> str:
        """For links to it."""
        return f"{self.method}{self.path}".replace("/", "-").replace("{", "").replace("}", "").lower()


def groups(document: Schema, routes: Iterable[Any]) -> list[tuple[str, list[Operation]]]:
    """All operations by their tag, sorted by tag and path."""
    roles = dict(_roles(routes))
    found: list[tuple[str, Operation]] = []
    for path, item in document.get("paths", {}).items():
        for method, told in item.items():
            tag = next(iter(told.get("tags", ())), _OTHER)
            found.append((tag, _operation(document, method.upper(), path, told, roles)))
    found.sort(key=lambda one: (one[0], one[1].path, one[1].method))
    return [(tag, [operation for _, operation in group]) for tag, group in groupby(found, key=lambda one: one[0])]


def _roles(routes: Iterable[Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """By method and path the least role; "" for everybody."""
    for one in iter_route_contexts(list(routes)):
        if isinstance(one.original_route, APIRoute):
            needs = next(_needs(one.original_route.dependant), None)
            for method in one.methods or ():
                yield (method, str(one.path)), "" if needs is None or needs.role is None else needs.role.word


def _needs(dependant: Dependant) -> Iterator[Needs]:
    if isinstance(dependant.call, Needs):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _needs(inner)


def _operation(
    document: Schema, method: str, path: str, told: Schema, roles: Mapping[tuple[str, str], str]
) -> Operation:
    sent = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    parameters = [
        Field(one["name"], _kind(document, one["schema"]), one.get("required", False), one.get("description", ""))
        for one in told.get("parameters", ())
    ]
    answers = told.get("responses", {})
    contents = [answer.get("content", {}) for status, answer in answers.items() if status.startswith("2")]
    schemas = [kind.get("schema", {}) for content in contents for kind in content.values()]
    others = [(status, answer.get("description", "")) for status, answer in answers.items() if status >= "3"]
    return Operation(
        method,
        path,
        told.get("description") or told.get("summary", "").capitalize(),
        roles.get((method, path), ""),
        parameters,
        _fields(document, sent),
        _fields(document, schemas[0] if schemas else {}),
        sorted(others),
    )


def _fields(document: Schema, schema: Schema) -> list[Field]:
    """The keys of an object; none where it is something else."""
    whole = _resolved(document, schema)
    needed = whole.get("required", ())
    return [
        Field(name, _kind(document, one), name in needed, one.get("description", ""))
        for name, one in whole.get("properties", {}).items()
    ]


def _resolved(document: Schema, schema: Schema) -> Schema:
    found: Any = schema
    while "$ref" in found:
        place: Any = document
        for part in found["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        found = place
    return found  # type: ignore[no-any-return]


def _kind(document: Schema, schema: Schema) -> str:
    """A type with its bounds, in words."""
    if (options := schema.get("anyOf") or schema.get("oneOf")) is not None:
        return " or ".join(dict.fromkeys(_kind(document, one) for one in options))
    if "$ref" in schema:
        whole = _resolved(document, schema)
        return _kind(document, whole) if "enum" in whole else str(whole.get("title", "object"))
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    name = str(schema.get("format") or schema.get("type", "any"))
    if name == "array":
        name = f"list of {_kind(document, schema.get('items', {}))}"
    return ", ".join([name, *(text.format(_short(schema[key])) for key, text in _BOUNDS if key in schema)])


def _short(number: float) -> str:
    """Bounds that only keep numbers out that no machine can hold are told by their power."""
    return {2**63 - 1: "2⁶³ − 1", 2**63: "2⁶³", 2**31 - 1: "2³¹ − 1", 2**31: "2³¹"}.get(int(number), f"{number:,}")
