"""Compose a text at a terminal: the likeliest ways on, one key to pick."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

#: ways on from a text, with their probabilities; an empty one ends it
Ways = Callable[[str], list[tuple[str, float]]]
_KEYS = "1-9 pick · b back · w write your own · f let it finish · Enter stop · q quit"
#: control characters but line breaks and tabs; those that turn the direction of all that follows
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BACK = ("b", "\x7f", "\x08")
_STOP = ("\r", "\n", "s", "\x04")


def compose(screen: "Console", text: str, ways: Ways, finish: Callable[[str], str]) -> str | None:
    """The text somebody picked together, None if they left; `finish` writes one to its end."""
    earlier: list[str] = []
    while True:
        offered = ways(text)
        _show(screen, text, offered)
        key = _key()
        if key in _STOP:
            return text
        if key == "q":
            return None
        if key in _BACK:
            text = earlier.pop() if earlier else text
            continue
        changed = _changed(key, text, offered, finish)
        if changed is None:
            return text
        if changed != text:
            earlier.append(text)
            text = changed


def _changed(key: str, text: str, offered: list[tuple[str, float]], finish: Callable[[str], str]) -> str | None:
    """The text after a key, None if that chose its end."""
    if key == "f":
        return finish(text)
    if key == "w":
        return _joined(text, click.prompt("your words", default="", show_default=False, err=True))
    if key.isdecimal() and 1 <= int(key) <= len(offered):
        more = offered[int(key) - 1][0]
        return text + more if more else None
    return text


def _show(screen: "Console", text: str, offered: list[tuple[str, float]]) -> None:
    from rich.text import Text

    screen.clear()
    screen.print(Text(harmless(text) or "(nothing yet)", style="bold" if text else "dim"))
    screen.print()
    for place, (more, probability) in enumerate(offered, 1):
        line = Text(f" {place} ", style="reverse")
        line.append(f" {probability:6.1%}  ", style="not reverse dim")
        line.append(_visible(more), style="not reverse")
        screen.print(line)
    screen.print()
    screen.print(Text(_KEYS, style="dim"))


def _visible(more: str) -> str:
    return harmless(more).replace("\n", "⏎").replace("\t", "⇥") or "(the end)"


def harmless(text: str) -> str:
    """Without the control characters that a terminal would obey: posts may hold, and a network may write, any."""
    return _OBEYED.sub("\ufffd", text)


def _joined(text: str, own: str) -> str:
    """Words of one's own begin a new word, unless they begin with a sign or white space."""
    apart = text and own and not text[-1].isspace() and own[0].isalnum()
    return f"{text} {own}" if apart else text + own


def _key() -> str:
    try:
        return click.getchar()
    except EOFError:
        return "\x04"
