"""Single keys from a terminal: as they are pressed, unechoed, and never out of a text pasted by mistake."""

import codecs
import os
import re
import select
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_ESCAPE = "\x1b"
# a key's sequence, such as an arrow's; alone, ESC is the key
_KEY = re.compile(r"\x1b\[200~.*?\x1b\[201~|\x1b[\[O][0-9;]*[A-Za-z~]|\x1b[^\[O]|.", re.DOTALL)
_PASTE = "\x1b[200~"
_PASTE_ON, _PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
_END = "\x04"
#: what `Keys.next` gives when the terminal has got another size; no key sends it
RESIZED = "\0resized"
# seconds; a terminal sends the rest of a sequence at once
_PATIENCE = 0.05


class Keys:
    """The keyboard of a terminal, between `open` and `close`; Ctrl-C is still Ctrl-C."""

    def __init__(self, input_file: int, output_file: int) -> None:
        """`input_file`, `output_file`: descriptors of the terminal."""
        self._input, self._output = input_file, output_file
        self._before: list[Any] | None = None
        self._waiting: deque[str] = deque()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        #: a byte in this pipe says that the size has changed; None: nobody asked to be told
        self._told: tuple[int, int] | None = None
        self._handler_before: Any = None

    def open(self) -> None:
        """From now on keys come one by one."""
        import termios
        import tty

        self._before = termios.tcgetattr(self._input)
        tty.setcbreak(self._input)
        self._say(_PASTE_ON)
        self._heed_size()

    def close(self) -> None:
        """The terminal as it was."""
        if self._before is None:
            return
        import termios

        self._forget_size()
        self._say(_PASTE_OFF)
        with suppress(termios.error):  # it was closed
            termios.tcsetattr(self._input, termios.TCSADRAIN, self._before)
        self._before = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Another program, or a prompt, has the terminal meanwhile; keys pressed before are forgotten."""
        self._waiting.clear()
        self.close()
        try:
            yield
        finally:
            self.open()

    def next(self) -> str:
        """The next key, "\\x04" at the end of input; what is pasted is no key and is passed over."""
        while True:
            while not self._waiting:
                self._read()
            key = self._waiting.popleft()
            if not key.startswith(_PASTE):
                return key

    def _heed_size(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        self._told = reader, writer

        def tell(*_: object) -> None:  # a full pipe says it already
            with suppress(OSError):
                os.write(writer, b".")

        self._handler_before = signal.signal(signal.SIGWINCH, tell)

    def _forget_size(self) -> None:
        if self._told is not None:
            signal.signal(signal.SIGWINCH, self._handler_before)
            for end in self._told:
                os.close(end)
            self._told = None

    def _is_resized(self) -> bool:
        """Wait for a key or another size; whether it is the latter."""
        if self._told is None:
            return False
        reader, _ = self._told
        if reader not in select.select([self._input, reader], [], [])[0]:
            return False
        os.read(reader, 4096)
        return True

    def _read(self) -> None:
        if self._is_resized():
            self._waiting.append(RESIZED)
            return
        text = self._more()
        while text is not None and _is_unfinished(text) and self._is_more():
            more = self._more()
            text = None if more is None else text + more
        self._waiting.extend([_END] if text is None else _KEY.findall(text))

    def _more(self) -> str | None:
        try:
            data = os.read(self._input, 4096)
        except OSError:  # the terminal is gone
            return None
        return self._decoder.decode(data) if data else None

    def _is_more(self) -> bool:
        return bool(select.select([self._input], [], [], _PATIENCE)[0])

    def _say(self, sequence: str) -> None:
        with suppress(OSError):
            os.write(self._output, sequence.encode("ascii"))


def _is_unfinished(text: str) -> bool:
    """Whether it ends within a sequence, or within something pasted."""
    if text.rfind(_PASTE) > text.rfind("\x1b[201~"):
        return True
    return not text or re.search(r"\x1b(?:[\[O][0-9;]*)?\Z", text) is not None
