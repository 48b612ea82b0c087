"""A text too long for one post as several, cut where a reader would pause."""

import re
from collections.abc import Sequence

from .._text.weighted import weighted_length

#: from the best place to cut behind to the worst; none is inside an address
_PAUSES = [
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？])[”’」』]*\s*"),
    re.compile(r"(?<=[,;:])\s+|(?<=[，；：、])\s*"),
    re.compile(r"\s+"),
]
#: a part that is cut sooner than at this share of its room is cut at the next best place instead
_LEAST = 0.4


def split(text: str, most: int) -> list[str]:
    """Parts of at most `most` weighted characters that together say it all, in order; one where it fits.

    Nothing is added, and nothing but white space between parts is taken out.
    """
    rest, parts = text.strip(), []
    while rest and weighted_length(rest) > most:
        end = _end(rest, most)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [part for part in [*parts, rest] if part]


def _end(text: str, most: int) -> int:
    """Where the first part ends."""
    room = _fitting(text, most)
    for pause in _PAUSES:
        ends = [found.end() for found in pause.finditer(text, 0, room + 1)]
        for end in reversed(ends):
            length = len(text[:end].rstrip())
            if room * _LEAST <= length <= room and weighted_length(text[:length]) <= most:
                return end
    return _whole_character(text, room)


def _fitting(text: str, most: int) -> int:
    """The most code points from the beginning that weigh no more than `most`."""
    low, high = 1, min(len(text), most * 30)  # an emoji of many code points weighs two, an address 23
    while low < high:
        middle = (low + high + 1) // 2
        if weighted_length(text[:middle].rstrip()) <= most:
            low = middle
        else:
            high = middle - 1
    return low


def _whole_character(text: str, end: int) -> int:
    """`end`, or as much sooner as it takes not to cut through what a reader sees as one character."""
    from regex import finditer  # slow to import, and seldom needed

    ends: Sequence[int] = [found.end() for found in finditer(r"\X", text[: end + 40])]
    fitting = [one for one in ends if one <= end]
    return fitting[-1] if fitting else end
