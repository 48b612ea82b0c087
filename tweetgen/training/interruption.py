"""Ctrl-C waits until the step that is running is whole, so that what is kept can be gone on with exactly."""

import signal
import threading
from types import FrameType, TracebackType


class Interruption:
    """While open, a first Ctrl-C is only noted, and raised by `check`; a second one is raised wherever it comes.

    Only in the main thread, and only in the place of Python's own handler: elsewhere nothing changes.
    """

    def __init__(self) -> None:
        self._noted = False
        self._installed = False
        #: a second Ctrl-C came: what was being done may be half done
        self.forced = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if Ctrl-C was noted."""
        if self._noted:
            self._noted = False
            raise KeyboardInterrupt

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self._noted:
            self.forced = True
            raise KeyboardInterrupt
        self._noted = True

    def __enter__(self) -> "Interruption":
        ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if ours and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._note)
            self._installed = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._installed = False
        if kind is None:
            self.check()
