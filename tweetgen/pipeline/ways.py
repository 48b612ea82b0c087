"""Which ways of writing are tried: a coarse grid, then what lies around the best."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tweetgen.settings import Writing

#: what is swept; everything else stays as it is
SWEPT = ("temperature", "top_p", "min_p", "typical_p", "no_repeat", "guidance")
_OFF: dict[str, Any] = {"top_p": None, "min_p": None, "typical_p": None}
#: what cuts unlikely tokens off, one at a time, and each one's steps
_CUTS: dict[str, tuple[float, ...]] = {
    "top_p": (0.8, 0.85, 0.9, 0.95, 0.98),
    "min_p": (0.02, 0.05, 0.1, 0.15),
    "typical_p": (0.8, 0.9, 0.95, 0.98),
}
_COARSE_CUTS: tuple[Mapping[str, float], ...] = ({}, {"top_p": 0.95}, {"min_p": 0.05}, {"typical_p": 0.95})
_TEMPERATURES = (0.6, 0.75, 0.9, 1.05, 1.2)
_GUIDANCE = (1.0, 1.25, 1.5, 2.0)
_NO_REPEAT = (None, 3, 5)
_STEP = 0.07


def coarse(present: Writing) -> Iterator[Writing]:
    """Every temperature with every way of cutting the unlikely off; the middle ones first, should time run out."""
    for temperature in sorted(_TEMPERATURES, key=lambda each: abs(each - 0.9)):
        for cut in _COARSE_CUTS:
            yield replace(present, **{**_OFF, **cut, "temperature": (temperature,), "guidance": 1.0})


def guided(best: Writing) -> Iterator[Writing]:
    """More and less of the voice: what exaggerates it narrows it, too, and stands a higher temperature."""
    for guidance in _GUIDANCE:
        for more in (0.0, 0.15):
            warmer = tuple(round(each + more, 3) for each in best.temperature)
            yield replace(best, guidance=guidance, temperature=warmer)


def unrepeated(best: Writing) -> Iterator[Writing]:
    """With and without runs of tokens that may not come twice in a text."""
    for length in _NO_REPEAT:
        yield replace(best, no_repeat=length)


def around(best: Writing) -> Iterator[Writing]:
    """One step from the best, one setting at a time."""
    for step in (-_STEP, _STEP):
        temperature = tuple(round(max(each + step, 0.05), 3) for each in best.temperature)
        yield replace(best, temperature=temperature)
    for name, steps in _CUTS.items():
        if (now := getattr(best, name)) is not None:
            below, above = [each for each in steps if each < now], [each for each in steps if each > now]
            for value in [*below[-1:], *above[:1]]:
                changed: dict[str, Any] = {name: value}
                yield replace(best, **changed)
    if best.guidance != 1.0:
        for guidance in (best.guidance - 0.25, best.guidance + 0.25):
            yield replace(best, guidance=round(max(guidance, 0.0), 3))


def key(writing: Writing) -> tuple[object, ...]:
    """By which two ways are told apart."""
    return tuple(getattr(writing, name) for name in SWEPT)


def described(writing: Writing) -> str:
    """What of a way is swept, in one line, but for what is off."""
    return ", ".join(f"{name} {told}" for name, told in _told(writing))


def changes(present: Writing, chosen: Writing) -> dict[str, Any]:
    """The swept settings that differ, as they stand in a file."""
    found: dict[str, Any] = {}
    for name in SWEPT:
        if (value := getattr(chosen, name)) != getattr(present, name):
            found[name] = (value[0] if len(value) == 1 else list(value)) if isinstance(value, tuple) else value
    return found


def _told(writing: Writing) -> Iterator[tuple[str, str]]:
    off = Writing()
    for name in SWEPT:
        value = getattr(writing, name)
        if name == "temperature":
            yield name, "/".join(f"{each:g}" for each in value)
        elif value is not None and (name != "guidance" or value != off.guidance):
            yield name, f"{value:g}"
