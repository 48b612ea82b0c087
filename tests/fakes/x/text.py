"""X's ways with a text: short addresses, escapes, and how long it counts."""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256

import regex

_LINK = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3")
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
SHOWN = 280


def is_link(text: str) -> bool:
    """Whether an address is in it."""
    return bool(_LINK.search(text))


def shorten(text: str, number: int) -> Sequence[tuple[str, str]]:
    """For each address in a text its t.co address and itself."""
    return [(f"https://t.co/{_ten(number, place)}", found) for place, found in enumerate(_LINK.findall(text))]


def _ten(number: int, place: int) -> str:
    return sha256(f"{number}:{place}".encode()).hexdigest()[:10]


def escape(text: str) -> str:
    """The three characters that X writes otherwise."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def weight(text: str) -> int:
    """How long it counts, 280 being the most for most (twitter-text, config v3)."""
    text = _LINK.sub("x" * 23, unicodedata.normalize("NFC", text))
    return sum(2 if _EMOJI.search(cluster) else _plain(cluster) for cluster in _CLUSTER.findall(text))


def _plain(cluster: str) -> int:
    return sum(1 if any(low <= ord(one) <= high for low, high in _LIGHT) else 2 for one in cluster)
