"""One YAML file as plain JSON values, by YAML 1.2: `no` is a word, `09:00` a text, `1e-2` a number."""

import math
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from tweetgen.domain import Json
from tweetgen.errors import TweetgenError

NULL, BOOL, INT, FLOAT, STR = (
    f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str")
)
MOST_BYTES = 1_000_000


class Unreadable(TweetgenError):
    """A file that is no YAML mapping; the message says where and why, without the file's name."""


class _Loader(yaml.SafeLoader):
    """The JSON half of YAML. Keys are texts and stand once; no aliases, tags, dates or other surprises."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 (PyYAML's way of starting without those of YAML 1.1)

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _error("anchors and aliases (& and *) are not read here; write it out", event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _error("a key must be a plain text", key_node.start_mark)
            if key_node.value in mapping:
                raise _error(f"the key {key_node.value!r} stands here a second time", key_node.start_mark)
            mapping[self.construct_text(key_node)] = self.construct_object(value_node, deep=True)
        return mapping

    def construct_text(self, node: yaml.ScalarNode) -> str:
        text = str(node.value)
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise _error("half of a character (a lone surrogate)", node.start_mark)
        return text

    def construct_whole(self, node: yaml.ScalarNode) -> int:
        if len(node.value) > 30:
            raise _error("a number of that length is not read here", node.start_mark)
        return int(node.value)

    def construct_decimal(self, node: yaml.ScalarNode) -> float:
        number = float(node.value)
        if not math.isfinite(number):
            raise _error(f"{node.value} is too large a number", node.start_mark)
        return number

    def construct_foreign(self, node: yaml.Node) -> None:
        raise _error(f"the tag {node.tag} is not read here", node.start_mark)


def _error(problem: str, mark: yaml.Mark) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


for _tag, _pattern, _first in (
    (NULL, r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    (BOOL, r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    (INT, r"[-+]?[0-9]+", list("-+0123456789")),
    (FLOAT, r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})\\Z"), _first)
_Loader.add_constructor(STR, _Loader.construct_text)
_Loader.add_constructor(INT, _Loader.construct_whole)
_Loader.add_constructor(FLOAT, _Loader.construct_decimal)
_Loader.add_constructor(None, _Loader.construct_foreign)
for _kind in ("timestamp", "binary", "set", "omap", "pairs"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _Loader.construct_foreign)


def read_document(path: Path) -> dict[str, Json]:
    """The mapping in `path`; an empty file is an empty one. Raises Unreadable, with line and column."""
    return parse(_text(path))


def parse(text: str) -> dict[str, Json]:
    """As `read_document`, of its text."""
    try:
        data = yaml.load(text, _Loader)  # a SafeLoader that reads even less
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_describe(error)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(f"line {line}: the character U+{error.character:04X} is not allowed") from error
    except (ValueError, KeyError) as error:  # `!!int x`, `!!bool x`
        raise Unreadable("a `!!` tag stands before a value it does not fit") from error
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Unreadable(f"holds {a_kind(data)} instead of `key: value` lines")
    return data


def open_node(text: str) -> yaml.Node | None:
    """A text that `parse` has read, as nodes that know where they stand; None for an empty one."""
    node: yaml.Node | None = yaml.compose(text, _Loader)
    return node


def read_value(text: str) -> Json:
    """One value as it would stand behind a key of a file; what cannot stand there is a text."""
    try:
        value: Json = yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError, KeyError, RecursionError):
        return text
    return value


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"is longer than {MOST_BYTES:,} bytes; is this a configuration file?")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"line {line}: is not UTF-8; save the file as UTF-8") from error


def _describe(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    what = ", ".join(part for part in (error.context, error.problem) if part)
    return f"line {mark.line + 1}, column {mark.column + 1}: {what}" if mark else what


def a_kind(value: object) -> str:
    """What `value` is, in the words of somebody who writes YAML."""
    if value is None:
        return "nothing"
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return kinds.get(type(value), "keys with values")
