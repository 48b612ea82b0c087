"""Whether a process that wrote to this store is gone, as far as that can be seen from here."""

import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path


@cache
def here() -> str:
    """Where process numbers mean the same as to us: this start of this machine, and in it this container."""
    with suppress(OSError):
        start = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{start} {Path('/proc/self/ns/pid').readlink()}"
    return ""  # not Linux, where the name of the host has to do


def gone(owner: str, where: object) -> bool:
    """Whether `owner` (host:pid:random), which called the place it ran in `where`, surely runs no longer."""
    host, _, rest = owner.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or where != here() or not number.isdecimal() or int(number) < 1:
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        pass  # it runs, as somebody else
    return False
