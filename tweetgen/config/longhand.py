"""What people may write shorter than it is kept, written out: `10m`, one expression for a list, `file` for `file: {}`.

What is no duration, no schedule, no span of hours or no entry is told here, by its own place and reason, and left out
or replaced by something harmless, so that the rest of the file is checked all the same.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias, get_args, get_type_hints

from pydantic import BaseModel, TypeAdapter

from tweetgen.config.entries import ENTRY, Delivery, Entry
from tweetgen.config.secrets import Place
from tweetgen.domain import Json
from tweetgen.schedule import durations, expressions, quiet

Note: TypeAlias = Callable[[Place, str], None]

#: what the texts of these keys must be
SPELT: Mapping[str, Callable[[str], object]] = {
    "collect": expressions.parse,
    "train": expressions.parse,
    "post": expressions.parse,
    "quiet": quiet.parse,
}
ISO_DURATION = TypeAdapter(timedelta)


def written_out(document: Mapping[str, Json], kind: type, note: Note, place: Place = ()) -> dict[str, Json]:
    """`document` as pydantic reads `kind`, a model or a section; `note` is told of what cannot be written out."""
    whole: dict[str, Json] = {}
    hints = get_type_hints(kind)
    for key, value in document.items():
        try:
            whole[key] = _value(key, value, hints.get(key), note, (*place, key))
        except ValueError as error:
            note((*place, key), str(error))
    return whole


def _value(key: str, value: Json, kind: Any, note: Note, place: Place) -> Json:
    if timedelta in (kind, *get_args(kind)) and value is not None:
        return _duration(value)
    if key == "destinations" and isinstance(value, list):
        return [_destination(number, item, note, (*place, number)) for number, item in enumerate(value)]
    if isinstance(value, dict) and (dataclasses.is_dataclass(kind) or _is_model(kind)):
        return written_out(value, kind, note, place)
    if key in SPELT:
        return _spelt(value, SPELT[key], note, place)
    return value if key != "temperature" or isinstance(value, list) else [value]


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _duration(value: Json) -> Json:
    """As ISO 8601, which pydantic reads; raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("is no duration; write a number and its unit, such as 90s, 10m, 6h, 2d, 1w or 1h30m")
    iso: Json = ISO_DURATION.dump_python(durations.parse(value), mode="json")
    return iso


def _spelt(value: Json, parse: Callable[[str], object], note: Note, place: Place) -> Json:
    """A list of texts, each of which `parse` understands or `note` is told of."""
    for number, text in enumerate(value if isinstance(value, list) else [value]):
        try:
            if isinstance(text, str):
                parse(text)
        except ValueError as error:
            note((*place, number) if isinstance(value, list) else place, str(error))
    return value if isinstance(value, list) else [value]


def _destination(number: int, value: Json, note: Note, place: Place) -> Json:
    try:
        entry = Entry.parse(value)
    except ValueError:
        note(place, ENTRY)
        return {f"entry {number}": {}}
    return {entry.name: written_out(entry.settings, Delivery, note, (*place, entry.name))}
