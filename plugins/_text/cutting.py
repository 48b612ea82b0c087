"""Take pieces out of a text, so that what is left reads as if they had never been there."""

import re
from collections.abc import Iterable

_SPACE = " \t"
#: punctuation that ends something; it stands right after a word
_CLOSING = re.compile(r"[,.!?;:…]+(?=\s|\Z)")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">", '"': '"', "“": "”"}


def cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text without the spans, which come in order and do not overlap, and without needless space around."""
    left: list[str] = []
    start = 0
    for begin, end in spans:
        _join(left, text[start:begin])
        start = end
    _join(left, text[start:])
    return "".join(left).strip()


def _join(left: list[str], right: str) -> None:
    """Add what comes after a cut; nothing is glued to a word that stood apart from it."""
    if left and right and _BRACKETS.get(left[-1][-1:]) == right[0]:
        left[-1], right = left[-1][:-1], right[1:]
    if not right or right[0].isspace() or _CLOSING.match(right):
        _strip_end(left)
    elif left and left[-1] and not left[-1][-1].isspace():
        right = f" {right}"
    if not left or left[-1].endswith("\n"):
        right = right.lstrip(_SPACE)
    if right:
        left.append(right)


def _strip_end(left: list[str]) -> None:
    while left and not (stripped := left[-1].rstrip(_SPACE)):
        left.pop()
    if left:
        left[-1] = stripped
