"""Files that are watched by looking at them: a change is another time or size."""

from collections.abc import Iterable
from pathlib import Path

#: by path: when it was changed (nanoseconds) and how long it is (bytes)
Look = dict[Path, tuple[int, int]]


class Watch:
    """Tells what changed since it looked last."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._seen = look(paths)

    def changed(self, paths: Iterable[Path]) -> set[Path]:
        """Those of `paths` that are new, gone or different since the last call."""
        now = look(paths)
        before, self._seen = self._seen, now
        return {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}


def look(paths: Iterable[Path]) -> Look:
    """What can be seen of each file that is there."""
    seen: Look = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        seen[path] = (status.st_mtime_ns, status.st_size)
    return seen
