"""Weights in memory: loaded when first needed, and again when their file changes."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tweetgen.model.library import find

if TYPE_CHECKING:
    from tweetgen.model.model import Model


class Models:
    """Every model in use, by name; of each the newest file only."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._held: dict[str, tuple[Path, tuple[int, int], Model]] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> "Model":
        """The model of that name. Raises `UnknownName`, or `WeightsError` for a file that cannot be read."""
        path = find(name, self._folders)
        with self._lock:
            status = path.stat()
            seen = (status.st_mtime_ns, status.st_size)
            held = self._held.get(name)
            if held is None or held[:2] != (path, seen):
                from tweetgen.model.model import Model  # numpy, only once something is to be written

                held = self._held[name] = (path, seen, Model.load(path))
            return held[2]

    def drop(self) -> None:
        """Forget them all, for a machine with little memory."""
        with self._lock:
            self._held.clear()
