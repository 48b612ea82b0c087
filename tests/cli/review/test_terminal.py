"""`tweetgen review` in a real terminal: one key decides, and the next candidate is there."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.store import Store

Add = Callable[..., list[Pending]]
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The program in a pseudo-terminal, and somebody in front of it."""

    def __init__(self, folder: Path, lines: int = 30, columns: int = 100, editor: str = "true") -> None:
        self._ours, theirs = pty.openpty()
        self.lines, self.columns = lines, columns
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        # the size is the terminal's, not that of whatever runs the tests
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tweetgen", "review", "--as", "ann"],
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**environment, "TERM": "xterm-256color", "EDITOR": editor, "COVERAGE_PROCESS_START": ""},
            preexec_fn=self._own_terminal,
        )
        self._theirs = theirs
        self.raw = ""

    @staticmethod
    def _own_terminal() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, lines: int, columns: int) -> None:
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def until(self, wanted: str, seconds: float = 60) -> str:
        """All that was shown since the screen was last cleared, once it holds `wanted`."""
        ends = time.monotonic() + seconds
        while True:
            screen = _SEQUENCE.sub("", self.raw.rpartition("\x1b[H\x1b[2J")[2])
            if wanted in screen:
                return screen
            if not select.select([self._ours], [], [], max(0.0, ends - time.monotonic()))[0]:
                raise AssertionError(f"{wanted!r} is not shown, but {screen!r}")
            try:
                self.raw += os.read(self._ours, 65_536).decode(errors="replace")
            except OSError as error:
                raise AssertionError(f"it ended without {wanted!r}: {screen!r}") from error

    def end(self, keys: str) -> tuple[int, str]:
        """Press these, and wait for the end: exit code, and all that it said."""
        self.press(keys)
        code = self.process.wait(timeout=60)
        while select.select([self._ours], [], [], 0.1)[0]:
            self.raw += os.read(self._ours, 65_536).decode(errors="replace")
        return code, self.raw

    def echoes(self) -> bool:
        """Whether the terminal is as a shell wants it."""
        return bool(termios.tcgetattr(self._theirs)[3] & termios.ECHO)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for handle in (self._ours, self._theirs):
            with suppress(OSError):
                os.close(handle)


@pytest.fixture
def sit_down(folder: Path, store: Store) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def open_one(**options: object) -> Terminal:
        opened.append(Terminal(folder, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.close()


Sit = Callable[..., Terminal]


def test_one_key_decides_and_the_next_is_there(store: Store, add: Add, sit_down: Sit) -> None:
    add("fog again", "mist rising", "rain", "hail", "snow")
    terminal = sit_down()
    shown = terminal.until("q quit")
    for expected in ("1 of 5", "author 0.50", "the lamp burns – ada", "links: rewrite, one cut", "9 weighted"):
        assert expected in shown
    terminal.press("a")
    assert "2 of 5" in terminal.until("mist rising")
    terminal.press("x")
    terminal.until("why?")
    terminal.press("2")
    terminal.until("3 of 5")
    terminal.press(" ")
    terminal.until("hail")
    terminal.press("a")
    terminal.until("snow")
    terminal.press("u")
    terminal.until("hail")
    code, said = terminal.end("q")
    assert code == 0
    assert "1 approved, 1 rejected, 1 left for later; 3 wait" in said
    assert [store.candidates.get(number).state for number in (1, 2, 3, 4)] == [
        ReviewState.APPROVED,
        ReviewState.REJECTED,
        ReviewState.PENDING,
        ReviewState.PENDING,
    ]
    assert store.candidates.decisions(candidate=2)[0].reason == "not in the voice"
    assert [entry.action for entry in store.candidates.decisions(candidate=4)][:2] == [Action.UNDO, Action.APPROVE]
    assert terminal.echoes()


def test_the_screen_follows_the_size_of_the_terminal(add: Add, sit_down: Sit) -> None:
    add("fog " * 200)
    terminal = sit_down(lines=40, columns=100)
    terminal.until("q quit")
    terminal.resize(12, 40)
    assert "? help" in terminal.until("… of 800 characters")
    terminal.press("x")
    terminal.until("why?")
    terminal.resize(40, 100)
    assert "why?" in terminal.until("the lamp burns")  # and still nothing is decided
    assert "nothing decided; 1 wait" in terminal.end("zq")[1]


def test_keys_pressed_ahead_and_pasted_text(store: Store, add: Add, sit_down: Sit) -> None:
    add(*(f"text {number}" for number in range(6)))
    terminal = sit_down()
    terminal.until("q quit")
    terminal.press("aa\x1b[200~axaxax uuu\x1b[201~\x1b[A\x1b[Ba")
    terminal.until("4 of 6")
    assert terminal.end("q")[0] == 0
    assert [one.text for one in store.candidates.approved("keeper")] == ["text 0", "text 1", "text 2"]


def test_an_edit_waits_for_its_decision_and_is_judged_again(
    store: Store, add: Add, sit_down: Sit, tmp_path: Path
) -> None:
    add("fog again", "mist")
    editor = tmp_path / "editor"
    editor.write_text(f"#!{sys.executable}\nimport sys\nopen(sys.argv[1], 'w').write('x' * 300 + '\\n')\n")
    editor.chmod(0o755)
    terminal = sit_down(editor=str(editor))
    terminal.until("fog again")
    terminal.press("e")
    screen = terminal.until("it waits for your decision")
    assert "300 weighted characters, 20 more than the 280 allowed" in screen
    assert "length: drop" in screen
    assert "1 of 2" in screen
    terminal.press("u")
    terminal.until("fog again")
    terminal.end("q")
    assert store.candidates.get(1).text == "fog again"


def test_an_edit_that_changes_nothing_or_an_editor_that_fails(add: Add, store: Store, sit_down: Sit) -> None:
    add("fog again")
    terminal = sit_down(editor="true")
    terminal.until("q quit")
    terminal.press("e")
    terminal.until("not changed")
    terminal.end("q")
    terminal = sit_down(editor="/nowhere/editor")
    terminal.until("q quit")
    terminal.press("e")
    terminal.until("set EDITOR")
    terminal.end("q")
    assert store.candidates.get(1).version == 1


def test_a_candidate_is_scheduled_and_a_wrong_time_is_refused(store: Store, add: Add, sit_down: Sit) -> None:
    add("fog again")
    terminal = sit_down()
    terminal.until("q quit")
    terminal.press("s")
    terminal.until("post it when")
    terminal.press("soon\r")
    terminal.until("'soon' is no time")
    terminal.press("s")
    terminal.until("post it when")
    terminal.press("2h\r")
    terminal.until("Nothing waits for review")
    terminal.end("q")
    assert store.candidates.get(1).scheduled_for is not None


def test_two_reviewers_at_once_the_second_is_refused_and_goes_on(store: Store, add: Add, sit_down: Sit) -> None:
    one, _ = add("fog again", "mist")
    terminal = sit_down()
    terminal.until("q quit")
    store.candidates.apply(Decision(one.number, 1, Action.REJECT, "bob", "sheet"), datetime.now(UTC))
    terminal.press("a")
    terminal.until("mist")
    screen = " ".join(terminal.until("q quit").split())
    assert "not done: candidate 1 has changed (version 2, you saw 1): bob chose to reject through sheet at" in screen
    terminal.press("a")
    terminal.until("Nothing waits")
    terminal.end("q")
    assert [store.candidates.get(number).state for number in (1, 2)] == [ReviewState.REJECTED, ReviewState.APPROVED]


@pytest.mark.parametrize(("lines", "columns"), [(8, 20), (5, 10), (24, 80), (60, 200)])
def test_any_terminal_shows_the_text_and_no_more_than_it_holds(
    add: Add, sit_down: Sit, lines: int, columns: int
) -> None:
    add("long " + "word 😀 שלום " * 1000, "\x1b]0;title\x07\x1b[2J\u202ebad", "e\u0301" * 50, "👩‍👩‍👧‍👦" * 40)
    terminal = sit_down(lines=lines, columns=columns)
    for key in "aaaa":
        terminal.until("a e x" if columns < 50 else "q quit")
        screen = terminal.until(" of ")
        assert len(screen.split("\n")) <= lines
        terminal.press(key)
    terminal.until("Nothing")
    assert "\x1b]0;title" not in terminal.raw
    assert "\u202e" not in terminal.raw
    terminal.end("q")


def test_a_long_text_is_leafed_through(add: Add, sit_down: Sit) -> None:
    add("word " * 2000 + "the end")
    terminal = sit_down(lines=20, columns=60)
    assert "characters; v shows them all" in terminal.until("q quit")
    terminal.press("v")
    terminal.until("any key: on")
    terminal.press("j" * 8)
    terminal.until("the end")
    terminal.press("q")
    terminal.until("1 of 1")
    assert terminal.end("q")[0] == 0


def test_ctrl_c_leaves_the_terminal_as_it_was_and_loses_nothing(store: Store, add: Add, sit_down: Sit) -> None:
    add("fog again", "mist")
    terminal = sit_down()
    terminal.until("q quit")
    terminal.press("a")
    terminal.until("mist")
    code, said = terminal.end("\x03")
    assert code == 130
    assert "1 approved; 1 wait" in said
    assert said.rstrip().endswith("tweetgen: stopped")
    assert terminal.echoes()
    assert store.candidates.get(1).state is ReviewState.APPROVED


def test_help_and_the_end_of_input(add: Add, sit_down: Sit) -> None:
    add("fog again")
    terminal = sit_down()
    terminal.until("q quit")
    terminal.press("?")
    terminal.until("approve for a certain time")
    terminal.press(" ")
    terminal.until("1 of 1")
    terminal.press("j")
    terminal.until("? shows what the keys do")
    assert terminal.end("\x04")[0] == 0
