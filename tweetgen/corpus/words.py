"""Words wherever words count: those of Unicode's word segmentation (UAX #29, default rules, no dictionary).

Each CJK ideograph and each hiragana is one word, a run of katakana is one; so is each letter with its marks
in scripts that set no spaces and would need a dictionary (Thai, Lao, Khmer, Burmese). A flag and an emoji
made of several are one word each, as are "can't", "don’t" and "3.14"; "e-mail" is two.
"""

from collections.abc import Iterator

import regex

_BOUNDARY = regex.compile(r"\b", regex.V1 | regex.WORD)
_COUNTS = regex.compile(r"[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]", regex.V1)


def words(text: str) -> list[str]:
    """The words of a text in order: segments that hold a letter, a number or an emoji."""
    return [segment for segment in _BOUNDARY.split(text) if segment.isalnum() or _COUNTS.search(segment)]


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each of `words` starts and ends in the text, in code points."""
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        end = boundary.start()
        if _COUNTS.search(text, start, end):
            yield start, end
        start = end
