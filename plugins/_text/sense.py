"""Signs that a text breaks off or goes round in circles. Each check gives its reason, None where all is well.

Posts are no prose: faces, list markers, feet and inches, apostrophes and shouting are let pass, in doubt for the text.
"""

import re
from collections.abc import Iterator, Sequence

_PAIRS = {")": "(", "]": "[", "}": "{", "」": "「", "』": "『", "）": "（", "】": "【"}
_BRACKET = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_PAIRS.values())) + "]")
#: brackets that need no partner, but may be one: (nice :)
_LOOSE = re.compile(
    r"[:;=8xXB%][-~'’^o*]?[()\[\]{}]+|(?<![\w()\[\]{}])[()\[\]{}]{1,3}+[-~'’^o*]?[:;=8](?!\w)"  # :-) and (:
    r"|(?<![\w(])(?:\w|\d\d|[ivx]{2,4})\)"  # a) 12) iv)
)
_INCHES = re.compile(r'\d"')
_CURLY = re.compile("[“”„‟]")
_LAST_WORD = re.compile(r"(?<![^\s\"'“‘„«(\[])([^\W\d_]+)(?P<mark>[.!?]?)[\"'”’)\]]*\Z")
_OPEN_END = re.compile(r"(?:[,;:\-–—&/+=(\[{])\Z")
_FACE_OR_LINK = re.compile(r"(?:[:;=8xX][-~'’^o*]?[/\\|(\[{*$&;,-]+|https?://\S+|[-:=>~^_+]{2,}|\b[A-F][-+])\Z")
#: not even a full stop makes an end of these; without one, nothing does of the others
_NEVER_LAST = frozenset({"the", "an", "your", "our", "their", "and", "or", "nor", "because", "und", "oder"})
_NOT_LAST = frozenset({"a", "but", "if", "than", "whose", "unless", "although", "whereas", "into", "et", "ou", "very"})
_LONGEST_PHRASE = 8  # words of one that is repeated
_LOOP_OF_CHARACTERS = re.compile(r"(?P<one>\S)(?P=one){39,}|(?P<few>\S.{1,3}?)(?P=few){19,}", re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FEW, _LEAST_DIFFERENT = 20, 0.3  # words from which on it counts how many of them differ, and the share that must


def unbalanced_brackets(text: str) -> str | None:
    """A bracket without its partner."""
    loose = {place for found in _LOOSE.finditer(text) for place in range(found.start(), found.end())}
    opened: list[str] = []
    may_open = may_close = 0
    for found in _BRACKET.finditer(text):
        bracket = found[0]
        opens = bracket not in _PAIRS
        if found.start() in loose:
            may_open, may_close = may_open + opens, may_close + (not opens)
        elif opens:
            opened.append(bracket)
        elif opened and opened[-1] == _PAIRS[bracket]:
            opened.pop()
        elif may_open:
            may_open -= 1
        else:
            return f"closes {bracket!r} that was never opened"
    return f"opens {opened[-1]!r} and never closes it" if len(opened) > may_close else None


def unbalanced_quotes(text: str) -> str | None:
    """A quotation mark without its partner. Single ones are not looked at: they are apostrophes as well."""
    marks = text.count('"') + len(_CURLY.findall(text))  # people mix them
    if marks % 2 and (marks - len(_INCHES.findall(text))) % 2:
        return "has a quotation mark without its partner"
    if text.count("«") != text.count("»"):
        return "has a « or » without its partner"
    return None


def cut_off(text: str) -> str | None:
    """An end that is none: a comma, an open bracket, a word that something must follow."""
    text = text.rstrip()
    if (last := _OPEN_END.search(text)) and not _FACE_OR_LINK.search(text):
        return f"ends in {last[0]!r}"
    if text.endswith(("...", "…")):
        return None
    word = _LAST_WORD.search(text[-80:])
    if word is None:
        return None
    folded = word[1] if word[1] == "A" else word[1].lower()  # a grade, a vitamin
    if folded in _NEVER_LAST or (folded in _NOT_LAST and not word["mark"]):
        return f"ends in {word[1]!r}, after which something is missing"
    return None


def loop(text: str, times: int) -> str | None:
    """The same words, or the same characters, over and over: more than `times` times in a row for several words."""
    if found := _LOOP_OF_CHARACTERS.search(text):
        unit = found["one"] or found["few"]
        return f"repeats {unit!r} {len(found[0]) // len(unit)} times in a row"
    words = [word.lower() for word in _WORD.findall(text)]
    for length in range(1, _LONGEST_PHRASE + 1):
        allowed = times * 2 if length == 1 else times
        for start, repeats in _repeats(words, length):
            if repeats > allowed:
                return f"repeats {' '.join(words[start : start + length])!r} {repeats} times in a row"
    if len(words) >= _FEW and len(set(words)) < len(words) * _LEAST_DIFFERENT:
        return f"has only {len(set(words))} different words among {len(words)}"
    return None


def _repeats(words: Sequence[str], length: int) -> Iterator[tuple[int, int]]:
    """Where a phrase of `length` words follows on itself, and how often it stands there."""
    start = 0
    for place in range(length, len(words) + 1):
        if place < len(words) and words[place] == words[place - length]:
            continue
        yield start, (place - start) // length
        start = place - length + 1
