"""What a caller asks for, checked: a voice, and the way of writing."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from tweetgen.errors import InputError, UnknownName
from tweetgen.settings import Writing

#: smallest and largest number allowed; the smallest itself is not where it is an open end
_LIMITS: dict[str, tuple[float, float]] = {
    "temperature": (0, 1000),
    "top_k": (1, 1 << 31),
    "top_p": (0, 1),
    "min_p": (0, 0.999),
    "typical_p": (0, 1),
    "no_repeat": (2, 1_000_000),
    "repetition_penalty": (1, 1000),
    "guidance": (0, 1000),
    "min_length": (0, 1_000_000),
    "max_length": (1, 1_000_000),
}
_OPEN = {"temperature", "top_p", "typical_p"}
_OPTIONAL = {"top_k", "top_p", "min_p", "typical_p", "no_repeat"}


def writing_with(writing: Writing, changes: Mapping[str, Any]) -> Writing:
    """`writing` with some of its numbers replaced; a temperature may be one number or several.

    Raises `UnknownName` for a setting there is none of, `InputError` for a number out of its range.
    """
    known = [each.name for each in fields(Writing)]
    for name in changes:
        if name not in known:
            raise UnknownName("setting", name, known)
    temperature = changes.get("temperature", writing.temperature)
    several = tuple(temperature) if isinstance(temperature, Sequence) else (temperature,)
    changed = replace(writing, **{**changes, "temperature": several})
    for name, limits in _LIMITS.items():
        value = getattr(changed, name)
        for number in value if isinstance(value, tuple) else (value,):
            _check(name, number, *limits)
    if not several:
        raise InputError("temperature", "no number given", "give one or more, such as 0.8")
    if changed.min_length > changed.max_length:
        why = f"{changed.min_length} is more than max_length {changed.max_length}"
        raise InputError("min_length", why, "make one of them fit")
    return changed


def shares(author: str | Mapping[str, float] | None, known: Sequence[str]) -> dict[str, float]:
    """A voice as shares that sum to 1, in the order given; None and {} are nobody.

    Raises `UnknownName` for an author the model has not learnt from, `InputError` for shares that are none.
    """
    given = {} if author is None else {author: 1.0} if isinstance(author, str) else dict(author)
    for name, share in given.items():
        if name not in known:
            raise UnknownName("author", name, known)
        if not 0 <= share < float("inf"):
            raise InputError(f"share of {name!r}", f"{share} is none", "give a number from 0 upwards")
    total = sum(given.values())
    if given and not total:
        raise InputError("voice", "all shares are 0", "give at least one author a share, or leave all out")
    return {name: share / total for name, share in given.items() if share}


def _check(name: str, number: Any, least: float, most: float) -> None:
    if number is None and name in _OPTIONAL:
        return
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if not is_number or not least <= number <= most or (number == least and name in _OPEN):
        end = "more than " if name in _OPEN else ""
        raise InputError(name, f"{number!r} does not fit", f"give a number from {end}{least:,} to {most:,}")


def labelled(wanted: Mapping[str, str], known: Mapping[str, Sequence[str]]) -> dict[str, Mapping[str, float]]:
    """What a text shall be, as shares by label. Raises `UnknownName` for a label, or a value, that was not learnt."""
    others = [name for name in known if name != "author"]
    for name, value in wanted.items():
        if name not in others:
            raise UnknownName("label", name, others)
        if value not in known[name]:
            raise UnknownName(name, value, known[name])
    return {name: {value: 1.0} for name, value in wanted.items()}
