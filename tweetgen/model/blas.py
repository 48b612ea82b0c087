"""Matrix products whose bits do not depend on who else is in the batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

Floats: TypeAlias = NDArray[np.float32]


#: columns of a matrix taken at a time are chosen so that they stay in a core's own cache from row to row
_PANEL_NUMBERS = 1 << 17


def row_product(rows: Floats, matrix: Floats, out: Floats | None = None) -> Floats:
    """`rows @ matrix`, each row on its own: (n, k) by (k, m) gives (n, m).

    A product of a whole batch gives a row other last bits with 1, 8 or 256 neighbours, because BLAS picks
    its kernel by the number of rows. Stacked single rows are looped over inside numpy, one `gemv` each:
    always the same kernel. That costs a large batch about twice the arithmetic, and spares a single row a
    tile's work.
    """
    width, columns = matrix.shape
    if out is None:
        out = np.empty((len(rows), columns), np.float32)
    stacked, target = rows[:, None, :], out[:, None, :]
    panel = max(64, _PANEL_NUMBERS // max(width, 1) // 64 * 64)
    for start in range(0, columns, panel):
        np.matmul(stacked, matrix[:, start : start + panel], out=target[:, :, start : start + panel])
    return out


def aligned(array: Floats) -> Floats:
    """The same numbers with every row at the start of a cache line, where products read a tenth faster."""
    rows, columns = array.shape
    line = 16
    width = -(-columns // line) * line
    room = np.zeros(rows * width + line, np.float32)
    start = -(room.ctypes.data // room.itemsize) % line
    fit = room[start : start + rows * width].reshape(rows, width)[:, :columns]
    fit[:] = array
    return fit


class _Turnstile:
    """Counts who is inside, so that the last one out puts BLAS's thread count back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._controller = ThreadpoolController()
        self._limit: object = None

    def enter(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._limit = self._controller.limit(limits=1, user_api="blas")

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limit.restore_original_limits()  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _turnstile() -> _Turnstile:
    """The thread count is one number for the whole process, and so is this."""
    return _Turnstile()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread meanwhile: a product split among threads has other last bits.

    Several threads may be inside at once.
    """
    turnstile = _turnstile()
    turnstile.enter()
    try:
        yield
    finally:
        turnstile.leave()
