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

#: numbers of a row that are summed together before a draw; rows that are read fast are a multiple of it long
BLOCK = 64
#: numbers in a cache line
_LINE = 16
#: columns of a matrix taken at a time are chosen so that they stay in a core's own cache from row to row
_PANEL_NUMBERS = 1 << 17


def row_product(rows: Floats, matrix: Floats, out: Floats | None = None) -> Floats:
    """`rows @ matrix`, each row on its own: (n, k) by (k, m) gives (n, m).

    A product of a whole batch gives a row other last bits with 1, 8 or 256 neighbours, because BLAS picks
    its kernel by the number of rows. Stacked single rows are looped over inside numpy, one `gemv` each:
    always the same kernel. That costs a large batch about twice the arithmetic, and spares a single row a
    tile's work.
    """
    if out is None:
        out = np.empty((len(rows), matrix.shape[1]), np.float32)
    stacked, target = rows[:, None, :], out[:, None, :]
    if matrix.size <= _PANEL_NUMBERS:
        np.matmul(stacked, matrix, out=target)
        return out
    panel = max(BLOCK, _PANEL_NUMBERS // len(matrix) // BLOCK * BLOCK)
    for start in range(0, matrix.shape[1], panel):
        np.matmul(stacked, matrix[:, start : start + panel], out=target[:, :, start : start + panel])
    return out


def padded(array: Floats, fill: float = 0) -> Floats:
    """The same numbers, and some of `fill` in each row, so that it fills blocks and begins a cache line."""
    rows, columns = array.shape
    width = -(-columns // BLOCK) * BLOCK
    room = np.full(rows * width + _LINE, fill, np.float32)
    start = -(room.ctypes.data // room.itemsize) % _LINE
    wide = room[start : start + rows * width].reshape(rows, width)
    wide[:, :columns] = array
    return wide


def aligned(array: Floats) -> Floats:
    """The same numbers, with each row at the start of a cache line: products read it a tenth faster."""
    return padded(array)[:, : array.shape[1]]


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
