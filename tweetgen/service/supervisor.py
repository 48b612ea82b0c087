"""What the daemon tells systemd, over the socket that sd_notify(3) describes; without one nothing is said."""

import os
import socket
import time
from collections.abc import Mapping


class Supervisor:
    """The service manager that started this process, if one did."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        meant_for = environment.get("WATCHDOG_PID", "")
        mine = not meant_for or meant_for == str(os.getpid())
        #: seconds between signs of life, half of what systemd waits for; None where it does not
        self.pulse = _seconds(environment.get("WATCHDOG_USEC", "")) if mine else None

    def ready(self, status: str) -> None:
        """All is set up (again)."""
        self._tell(f"READY=1\nSTATUS={status}")

    def alive(self) -> None:
        """To be said every `pulse` seconds."""
        self._tell("WATCHDOG=1")

    def reloading(self) -> None:
        """Until `ready` is said again; the time is what Type=notify-reload asks for."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """The end has begun."""
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.settimeout(1)
                channel.sendto(state.encode(), address)
        except OSError:
            pass  # a supervisor that went away is no reason to stop


def _seconds(microseconds: str) -> float | None:
    return int(microseconds) / 2e6 if microseconds.isdecimal() and int(microseconds) else None
