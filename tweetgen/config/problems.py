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
OWN = ("entry", "secret", "text", "time_zone", "lengths", "address", "destination_names")
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
    lines: dict[Place, str] = {}
    details = error.errors(include_url=False)
    for detail in details:
        place = _written(raw, detail["loc"], missing=detail["type"] in MISSING)
        if place in lines or _follows(detail, details):
            continue
        if not any(place[: len(secret)] == secret for secret in hidden):
            lines[place] = line(file, (*under, *place), _what(detail, place, root, show_values))
    return list(lines.values())


def _follows(detail: ErrorDetails, details: Collection[ErrorDetails]) -> bool:
    """A list all of whose items are wrong counts as too short, too; its items are told already."""
    above = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(above) and other["loc"][: len(above)] == above for other in details
    )


def _written(raw: Any, place: Place, missing: bool) -> Place:
    """`place` as it stands in the file: without pydantic's names of the branches of a union.

    Nor does `temperature: hot`, read as a list of one, have a first item there.
    """
    written: Place = ()
    for depth, key in enumerate(place):
        last = missing and depth == len(place) - 1
        if isinstance(raw, dict) and (key in raw or last):
            written, raw = (*written, key), raw.get(key)
        elif isinstance(raw, list) and isinstance(key, int):
            written, raw = (*written, key), raw[key]
    return written


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
