"""What pydantic objects to, as lines a person can act on: `file: key.path: what is wrong; allowed: …`."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tweetgen.config.allowed import allowed, known_keys
from tweetgen.config.documents import a_kind
from tweetgen.config.schema import Schema
from tweetgen.config.secrets import Place
from tweetgen.errors import suggestion

UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
MISSING = ("missing", "missing_keyword_only_argument")
#: raised by our own validators: their message already says what is allowed
OWN = ("entry", "secret", "text", "time_zone", "lengths")
LONGEST = 40


def line(file: str, place: Sequence[str | int], what: str) -> str:
    """One problem; `place` is the path of keys in the file."""
    where = dotted(place)
    return f"{file}: {where}: {what}" if where else f"{file}: {what}"


def dotted(place: Sequence[str | int]) -> str:
    """("sources", 0, "path") as `sources[0].path`."""
    path = ""
    for key in place:
        name = str(key) if re.fullmatch(r"[\w@$-]+", str(key)) else repr(key)
        path += f"[{key}]" if isinstance(key, int) else f".{name}" if path else name
    return path


def described(
    error: ValidationError,
    file: str,
    schema: Callable[[], Schema],
    *,
    raw: object,
    under: Place = (),
    hidden: Collection[Place] = (),
    show_values: bool = True,
) -> list[str]:
    """One line for each thing that is wrong with the value `raw` that stands at `under` in `file`.

    `schema`, of `raw`, is asked only now. Problems at or below the places in `hidden` (dummies of secrets)
    are left out; `show_values=False` keeps what stands there unsaid.
    """
    root = schema()
    lines = []
    for detail in error.errors(include_url=False):
        place = _written(raw, tuple(part for part in detail["loc"] if part != "[key]"))
        if not any(place[: len(secret)] == secret for secret in hidden):
            lines.append(line(file, (*under, *place), _what(detail, place, root, show_values)))
    return list(dict.fromkeys(lines))


def _written(raw: Any, place: Place) -> Place:
    """`place` as far as it stands in the file: `temperature: hot` was read as a list of one."""
    for depth, key in enumerate(place):
        if isinstance(key, int) and not isinstance(raw, list):
            return place[:depth]
        known = key in raw if isinstance(raw, dict) else isinstance(raw, list)
        raw = raw[key] if known else None
    return place


def _what(detail: ErrorDetails, place: Place, root: Schema, show_values: bool) -> str:
    kind, message = detail["type"], detail["msg"]
    if kind in OWN:
        return message
    if kind in UNKNOWN_KEY:
        known = known_keys(root, place[:-1])
        return f"unknown key; {suggestion(str(place[-1]), known, most=len(known))}"
    if kind in ("value_error", "assertion_error"):
        return message.partition(", ")[2]
    if detail["loc"][-1:] == ("[key]",):
        return f"cannot be a key here: {_lower(message)}"
    choice = allowed(root, place)
    if kind in MISSING:
        return "is missing" + (f"; allowed: {choice}" if choice else "")
    if not choice:
        return _lower(message)
    return f"{_shown(detail['input']) if show_values else 'what stands here'} does not fit; allowed: {choice}"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        text = repr(value)
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return a_kind(value)
