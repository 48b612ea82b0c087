"""What is known of each text while it is written: one by one, and as columns of all of them."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import Floats
from tweetgen.model.draw import PER_STEP, Chance
from tweetgen.model.request import Request
from tweetgen.model.utf8 import WHOLE, Utf8
from tweetgen.model.vocabulary.base import END

#: steps whose uniform numbers are taken from a row's chance at a time
AHEAD = 32
#: a temperature at which the likeliest token is certain; far below, logits no longer fit into float32
_COLDEST = 1e-6
#: a top-k that leaves every token
_ALL = 1 << 40


@dataclass(frozen=True)
class Drawn:
    """A text's tokens, END last where it was reached, and with scoring their log-likelihoods."""

    tokens: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)


class Row:
    """One text that is being written."""

    def __init__(self, place: int, request: Request) -> None:
        #: in the caller's order
        self.place = place
        self.request = request
        self.cycles = len(request.writing.temperature) > 1
        self.penalised = request.writing.repetition_penalty > 1
        self.unrepeating = request.writing.no_repeat is not None
        self.drawn = Drawn()
        self.chance = Chance(request.seed)
        #: whether the next token is not free
        self.in_prefix = bool(request.prefix.tokens) or request.prefix.choices is not None
        #: begun so far
        self.characters = 0
        #: state of the automaton
        self.utf8 = WHOLE

    def take(self, token: int, utf8: Utf8) -> bool:
        """Append a token; whether the text has ended with it, or is too long by a whole character or more."""
        self.drawn.tokens.append(token)
        if self.in_prefix:
            self.in_prefix = self.forced is not None or self.choices is not None
        if token == END:
            return True
        self.characters += utf8.characters[token]
        self.utf8 = utf8.after[self.utf8][token]
        return self.characters > self.request.writing.max_length and self.utf8 == WHOLE

    @property
    def scale(self) -> float:
        """1/temperature of the next token; several take turns, beginning after the prefix."""
        temperatures = self.request.writing.temperature
        step = max(0, len(self.drawn.tokens) - len(self.request.prefix.tokens))
        return 1 / max(_COLDEST, temperatures[step % len(temperatures)])

    @property
    def short(self) -> bool:
        """Whether it may not end yet."""
        return self.characters < self.request.writing.min_length

    @property
    def forced(self) -> int | None:
        """The prefix's token that comes next, if it has one left."""
        tokens, step = self.request.prefix.tokens, len(self.drawn.tokens)
        return tokens[step] if step < len(tokens) else None

    @property
    def choices(self) -> NDArray[np.intp] | None:
        """Those of which the next token must be one."""
        prefix = self.request.prefix
        return prefix.choices if len(self.drawn.tokens) == len(prefix.tokens) else None


@dataclass
class Columns:
    """Numbers of all rows as arrays (rows, …)."""

    #: the token to be read next
    token: NDArray[np.int64]
    #: (rows, AHEAD, PER_STEP)
    uniforms: NDArray[np.float64]
    #: 1/temperature (rows, 1)
    scale: Floats
    #: (rows, 1)
    guidance: Floats
    top_k: NDArray[np.int64]
    top_p: Floats
    min_p: Floats
    typical_p: Floats

    @classmethod
    def empty(cls, rows: int) -> "Columns":
        def column(kind: Any, *width: int) -> Any:
            return np.zeros((rows, *width), kind)

        ids, numbers, one = column(np.int64), column(np.float32), column(np.float32, 1)
        uniforms = column(np.float64, AHEAD, PER_STEP)
        return cls(ids, uniforms, one, one.copy(), ids.copy(), numbers, numbers.copy(), numbers.copy())

    def keep(self, rows: NDArray[np.intp]) -> "Columns":
        """Some of the rows, in this order."""
        return Columns(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def enter(self, row: int, new: Row, place: int) -> None:
        """`new` takes the place of a row that ended; its first uniforms are the next step's, at `place`."""
        writing = new.request.writing
        self.token[row] = END
        self.uniforms[row, place:] = new.chance.next(AHEAD - place)
        self.scale[row] = new.scale
        self.guidance[row] = writing.guidance
        self.top_k[row] = writing.top_k or _ALL
        self.top_p[row] = 1 if writing.top_p is None else writing.top_p
        self.min_p[row] = writing.min_p or 0
        self.typical_p[row] = 1 if writing.typical_p is None else writing.typical_p
