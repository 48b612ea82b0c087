"""Which token may follow which bytes, so that what is written is always whole UTF-8 (RFC 3629)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import Floats, padded
from tweetgen.model.truncation import FORBIDDEN

#: between characters; the other states wait for 1, 2, 3 more bytes, or follow E0, ED, F0, F4
WHOLE = 0
_E0, _ED, _F0, _F4, _REJECT = 4, 5, 6, 7, 8
#: (state, first byte, last byte) → state
_MOVES = {
    (WHOLE, 0x00, 0x7F): WHOLE,
    (WHOLE, 0xC2, 0xDF): 1,
    (WHOLE, 0xE1, 0xEF): 2,
    (WHOLE, 0xF1, 0xF3): 3,
    (WHOLE, 0xE0, 0xE0): _E0,
    (WHOLE, 0xED, 0xED): _ED,
    (WHOLE, 0xF0, 0xF0): _F0,
    (WHOLE, 0xF4, 0xF4): _F4,
    (1, 0x80, 0xBF): WHOLE,
    (2, 0x80, 0xBF): 1,
    (3, 0x80, 0xBF): 2,
    (_E0, 0xA0, 0xBF): 1,
    (_ED, 0x80, 0x9F): 1,
    (_F0, 0x90, 0xBF): 2,
    (_F4, 0x80, 0x8F): 2,
}


@dataclass(frozen=True)
class Utf8:
    """For every token what it does to the state, and how many characters it begins."""

    #: by state and token: the state after it; meaningless where forbidden
    after: list[list[int]]
    #: (states, V padded): 0 where the token may follow, `FORBIDDEN` where not; END only between characters
    mask: Floats
    #: by token: characters it begins
    characters: list[int]


def utf8(token_bytes: Sequence[bytes]) -> Utf8:
    """Tables for a vocabulary; a state that no token leads out of is not entered."""
    moves = np.full((9, 256), _REJECT, np.int8)
    for (state, first, last), target in _MOVES.items():
        moves[state, first : last + 1] = target
    after = np.full((8, len(token_bytes)), _REJECT, np.int8)
    for token, spelling in enumerate(token_bytes):
        after[:, token] = _walk(moves, spelling)
    after[:, 0] = _REJECT
    after[WHOLE, 0] = WHOLE
    _close_dead_ends(after)
    mask = np.where(after == _REJECT, FORBIDDEN, np.float32(0))
    characters = [sum(byte & 0xC0 != 0x80 for byte in spelling) for spelling in token_bytes]
    return Utf8(np.minimum(after, _F4).tolist(), padded(mask), characters)


def _walk(moves: NDArray[np.int8], spelling: bytes) -> NDArray[np.int8]:
    """The state after `spelling`, for each state before it; an empty one leads nowhere."""
    if not spelling:
        return np.full(8, _REJECT, np.int8)
    if spelling.isascii():
        return _ASCII
    states = np.arange(8, dtype=np.int8)
    for byte in spelling:
        states = moves[states, byte]
    return states


_ASCII = np.array([WHOLE, *[_REJECT] * 7], np.int8)


def _close_dead_ends(after: NDArray[np.int8]) -> None:
    while True:
        dead = (after == _REJECT).all(axis=1)
        entering = np.isin(after, np.flatnonzero(dead))
        if not entering.any():
            return
        after[entering] = _REJECT
