"""Count a text as X does: twitter-text 3, configuration v3, in time that grows with its length alone."""

import re
import unicodedata
from functools import cache

from .addresses import addresses

ADDRESS = 23  # what any address weighs, since X puts one of its own in its place
#: characters that X refuses a post for
INVALID = re.compile("[\ufffe\ufeff\uffff]")
#: everything that weighs two
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
#: where a sequence that weighs two as a whole may be: what joins, colours or begins one
_JOINING = re.compile("[\u200d\ufe0f\u20e3\xa9\xae\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
#: the emoji of Unicode 11: what twitter-text 3 knows as one. Younger sequences weigh what their parts do, so the
#: count is never too small
_KNOWN_VERSION = 11
_ONE = "\U0001f642"  # stands for any sequence that is known


def weighted_length(text: str) -> int:
    """What X counts for a text; 280 are allowed. Line breaks of two characters count as one, as in a browser."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    total = start = 0
    for begin, end in addresses(text):
        total += _weight(text[start:begin]) + ADDRESS
        start = end
    return total + _weight(text[start:])


def _weight(text: str) -> int:
    if text.isascii():
        return len(text)
    if _JOINING.search(text):
        text = _with_sequences_as_one(text)
    return len(text) + len(_HEAVY.findall(text))


def _with_sequences_as_one(text: str) -> str:
    sequences, heads, longest = _known()
    pieces: list[str] = []
    position = 0
    while position < len(text):
        length = 1
        if text[position] in heads:
            length = next((n for n in range(longest, 0, -1) if text[position : position + n] in sequences), 1)
        piece = text[position : position + length]
        pieces.append(_ONE if piece in sequences else piece)
        position += length
    return "".join(pieces)


@cache
def _known() -> tuple[frozenset[str], frozenset[str], int]:
    """All known emoji, what they may begin with, and the length of the longest, in code points."""
    from emoji import EMOJI_DATA  # thousands of entries, not wanted before a text needs them

    sequences = frozenset(text for text, entry in EMOJI_DATA.items() if entry["E"] <= _KNOWN_VERSION)
    return sequences, frozenset(text[0] for text in sequences), max(map(len, sequences))
