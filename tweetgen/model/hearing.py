"""Texts told as they are written: piece by piece, of which no later one takes anything back."""

from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tweetgen.model.ending import settled
from tweetgen.model.request import Written
from tweetgen.model.rows import Row

#: is told a text's place in the caller's order, what has come to it, and with its last piece the whole of it; pieces
#: put together are the text. What it raises breaks off the writing of all and goes to who asked for it
Heard: TypeAlias = Callable[[int, str, Written | None], None]


@dataclass
class _Told:
    """A text that is being told."""

    decoder: IncrementalDecoder = field(default_factory=getincrementaldecoder("utf-8"))
    #: code points told
    told: int = 0
    #: whole characters not told yet
    held: str = ""


class Hearing:
    """Tells of each text what can no longer change.

    Its last grapheme cluster is held back: more may come to it, and a text that grows too long is cut before it.
    """

    def __init__(self, token_bytes: Sequence[bytes], written: Callable[[Row], Written], heard: Heard) -> None:
        self._bytes, self._written, self._heard = token_bytes, written, heard
        self._texts: dict[int, _Told] = {}

    def step(self, row: Row, ended: bool) -> None:
        """A row has taken a token."""
        if ended:
            self._end(row)
            return
        text = self._texts.setdefault(row.place, _Told())
        text.held += text.decoder.decode(self._bytes[row.drawn.tokens[-1]])
        # beyond it, what is there may be cut off yet
        if row.characters <= row.request.writing.max_length and (size := settled(text.held)):
            piece, text.held = text.held[:size], text.held[size:]
            text.told += size
            self._heard(row.place, piece, None)

    def _end(self, row: Row) -> None:
        text = self._texts.pop(row.place, _Told())
        written = self._written(row)
        self._heard(row.place, written.text[text.told :], written)
