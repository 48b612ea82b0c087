"""A reviewer at a terminal: one key decides and the next candidate is there."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tweetgen.cli.review_card import View, card, leaves, nothing
from tweetgen.cli.review_desk import Desk
from tweetgen.cli.review_keys import RESIZED, Keys
from tweetgen.domain import Action, Pending, Verdict

if TYPE_CHECKING:
    from rich.console import Console

_REASONS = {
    "1": "dull",
    "2": "not in the voice",
    "3": "makes no sense",
    "4": "offensive",
    "5": "too close to a real post",
    "6": "untrue or harmful",
}
_NO_REASON = ("\r", "\n", "x")
_QUIT = ("q", "\x04")
_BACK = (*_QUIT, "\x1b")
_WHY = " · ".join(["why?", *(f"{key} {reason}" for key, reason in _REASONS.items()), "Enter no reason", "Esc back"])
HELP = """\
a        approve: it may be posted
e        edit in $EDITOR; the new text then waits for your decision
x        reject, then one key for the reason
space    later: it comes again at the end
s        approve for a certain time: 18:30, 2026-03-01 18:30, or 2h from now
u        undo your last decision; again for the one before
v        the whole text
q        quit (so does Ctrl-C); nothing is lost, each decision is kept as it is made"""
_HIDE, _SHOW = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"  # a screen of its own, without a cursor
_HOME = "\x1b[H\x1b[2J"


@dataclass(frozen=True)
class Advice:
    """What is asked about a text or a time of an account, as the configuration has it."""

    #: a text's length in words, "" where nobody counts
    length: Callable[[str], str]
    #: the verdicts on an edited text
    judge: Callable[[Pending], Sequence[Verdict]]
    #: a moment from what somebody typed; raises ValueError
    moment: Callable[[Pending, str], datetime]
    #: what to know of that moment, "" if nothing
    hint: Callable[[Pending, datetime], str]
    #: what its destinations say about it
    remarks: Callable[[Pending], Sequence[str]]


class Session:
    """Reads keys, lets the desk decide, draws the screen."""

    def __init__(self, desk: Desk, screen: "Console", advice: Advice, now: Callable[[], datetime]) -> None:
        self._desk, self._screen, self._advice, self._now = desk, screen, advice, now
        self._keys = Keys(sys.stdin.fileno(), sys.stdout.fileno())
        self._message = ""
        self._verdicts: Sequence[Verdict] | None = None
        self._actions: dict[str, Callable[[], None]] = {
            "a": lambda: self._decide(Action.APPROVE),
            "e": self._edit,
            "x": self._reject,
            " ": lambda: self._decide(Action.SKIP),
            "s": self._schedule,
            "u": self._undo,
            "v": self._show_whole,
            "?": lambda: self._leaf_through(HELP),
        }

    def run(self) -> None:
        """Until somebody quits."""
        with self._terminal():
            while True:
                self._draw()
                self._desk.prepare()
                key = self._key(self._draw)
                if key in _QUIT:
                    return
                self._message = ""
                action = self._actions.get(key)
                if action is None:
                    self._message = "" if key in ("\x0c", "\r", "\n") else "? shows what the keys do"
                else:
                    action()

    def _decide(self, action: Action, reason: str = "", at: datetime | None = None) -> None:
        self._message = self._desk.decide(action, reason, at)
        self._verdicts = None

    def _undo(self) -> None:
        self._message = self._desk.undo()
        self._verdicts = None

    def _reject(self) -> None:
        if self._desk.current is None:
            return
        self._message = _WHY
        self._draw()
        key = self._key(self._draw)
        self._message = ""
        if key in _REASONS or key in _NO_REASON:
            self._decide(Action.REJECT, _REASONS.get(key, ""))

    def _edit(self) -> None:
        current = self._desk.current
        if current is None:
            return
        with self._away():
            try:
                text = click.edit(current.text, extension=".txt", require_save=False)
            except click.ClickException as error:
                self._message = f"{error.format_message()}; set EDITOR to one that is installed"
                return
        # an editor ends the last line whether or not the text did
        text = (text or "").rstrip("\n")
        if text == current.text.rstrip("\n"):
            self._message = "not changed"
            return
        verdicts = self._advice.judge(replace(current, text=text))
        self._message = self._desk.edit(text)
        front = self._desk.current
        self._verdicts = verdicts if front is not None and front.text == text else None

    def _schedule(self) -> None:
        if self._desk.current is None:
            return
        with self._away():
            try:
                typed = click.prompt("post it when (18:30, 2026-03-01 18:30, 2h; Enter: back)", "", show_default=False)
            except click.Abort:
                return
        if not typed.strip():
            return
        try:
            at = self._advice.moment(self._desk.current, typed)
        except ValueError as error:
            self._message = str(error)
            return
        hint = self._advice.hint(self._desk.current, at)
        self._decide(Action.SCHEDULE, at=at)
        self._message += f" · {hint}" if hint else ""

    def _show_whole(self) -> None:
        if self._desk.current is not None:
            self._leaf_through(self._desk.current.text)

    def _leaf_through(self, text: str) -> None:
        place, cut = 0, leaves(self._screen, text)

        def show() -> None:
            nonlocal place, cut
            cut = leaves(self._screen, text)
            place = min(place, len(cut) - 1)
            self._write(_HOME + cut[place])

        while place < len(cut):
            show()
            if self._key(show) in _BACK:
                return
            place += 1

    def _key(self, redraw: Callable[[], None]) -> str:
        """The next key; the screen follows the size of the terminal meanwhile."""
        while (key := self._keys.next()) == RESIZED:
            redraw()
        return key

    def _draw(self) -> None:
        current = self._desk.current
        if current is None:
            drawn = nothing(self._screen, self._message)
        else:
            view = View(
                self._desk.position,
                self._desk.total,
                self._message,
                self._now(),
                self._advice.length(current.text),
                self._verdicts,
                self._advice.remarks(current),
            )
            drawn = card(self._screen, current, view)
        self._write(_HOME + drawn)

    @contextmanager
    def _terminal(self) -> Iterator[None]:
        self._keys.open()
        self._write(_HIDE)
        try:
            yield
        finally:
            self._write(_SHOW)
            self._keys.close()

    @contextmanager
    def _away(self) -> Iterator[None]:
        """The terminal as other programs know it."""
        self._write(_SHOW)
        try:
            with self._keys.paused():
                yield
        finally:
            self._write(_HIDE)

    def _write(self, drawn: str) -> None:
        sys.stdout.write(drawn)
        sys.stdout.flush()
