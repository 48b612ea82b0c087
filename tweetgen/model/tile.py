"""Some rows that are written together, a token a step; rows that end leave, and new ones take their place."""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from threading import Event, Lock
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import Floats
from tweetgen.model.draw import PER_STEP, Chance, draw, draw_from_nucleus
from tweetgen.model.network import Network
from tweetgen.model.request import Request
from tweetgen.model.scoring import token_log_likelihoods
from tweetgen.model.truncation import exponentiate, keep_min_p, keep_top_k, penalise
from tweetgen.model.utf8 import FORBIDDEN, WHOLE, Utf8
from tweetgen.model.vocabulary.base import END

#: requests with their place in the caller's order
Queue: TypeAlias = deque[tuple[int, Request]]
#: steps whose uniform numbers are taken from a row's chance at a time
_AHEAD = 32
#: a top-k that leaves every token
_ALL = 1 << 40


@dataclass(frozen=True)
class Drawn:
    """A row's tokens, END last where it was reached, and with scoring their log-likelihoods."""

    tokens: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)


@dataclass
class _Columns:
    """What is known of each row, as arrays (rows, …) so that a step is a few numpy calls."""

    #: the token to be read next
    token: NDArray[np.int64]
    #: draws made so far, and uniforms at hand (rows, _AHEAD, PER_STEP)
    used: NDArray[np.int64]
    uniforms: NDArray[np.float64]
    characters: NDArray[np.int32]
    #: state of the UTF-8 automaton
    utf8: NDArray[np.int8]
    #: 1/temperature (rows, 1)
    scale: Floats
    guidance: Floats
    penalty: Floats
    top_k: NDArray[np.int64]
    top_p: Floats
    min_p: Floats
    shortest: NDArray[np.int32]
    longest: NDArray[np.int32]

    @classmethod
    def empty(cls, rows: int) -> Self:
        def column(kind: Any, *width: int) -> Any:
            return np.zeros((rows, *width), kind)

        return cls(
            token=column(np.int64), used=column(np.int64), uniforms=column(np.float64, _AHEAD, PER_STEP),
            characters=column(np.int32), utf8=column(np.int8), scale=column(np.float32, 1),
            guidance=column(np.float32, 1), penalty=column(np.float32, 1), top_k=column(np.int64),
            top_p=column(np.float32), min_p=column(np.float32), shortest=column(np.int32),
            longest=column(np.int32),
        )  # fmt: skip

    def keep(self, rows: NDArray[np.intp]) -> "_Columns":
        return _Columns(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def enter(self, row: int, request: Request) -> None:
        writing = request.writing
        self.token[row] = END
        self.used[row] = self.characters[row] = 0
        self.utf8[row] = WHOLE
        self.scale[row] = 1 / writing.temperature[0]
        self.guidance[row] = writing.guidance
        self.penalty[row] = writing.repetition_penalty
        self.top_k[row] = writing.top_k or _ALL
        self.top_p[row] = 1 if writing.top_p is None else writing.top_p
        self.min_p[row] = writing.min_p or 0
        self.shortest[row] = writing.min_length
        self.longest[row] = writing.max_length


class _Row:
    """The rest of what is known of one row."""

    def __init__(self, place: int, request: Request) -> None:
        self.place = place
        self.request = request
        self.chance = Chance(request.seed)
        self.drawn = Drawn()

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

    @property
    def in_prefix(self) -> bool:
        return self.forced is not None or self.choices is not None


class Tile:
    """Rows computed by one thread. A row's numbers depend on nothing but the row."""

    def __init__(self, network: Network, utf8: Utf8, guided: bool, score: bool, turn: Lock) -> None:
        self._network = network
        self._utf8 = utf8
        self._guided = guided
        self._score = score
        self._turn = turn

    def run(self, queue: Queue, size: int, drawn: dict[int, Drawn], stop: Event) -> None:
        """Write until the queue is empty and the last row has ended; `drawn` gets the results by place."""
        self._queue, self._drawn = queue, drawn
        self._start(_take(queue, size))
        while self._rows and not stop.is_set():
            self._predict()
            with self._turn:
                self._step()

    def _start(self, taken: Sequence[tuple[int, Request]]) -> None:
        self._rows = [_Row(place, request) for place, request in taken]
        self._columns = _Columns.empty(len(taken))
        vectors = self._network.label_vectors([request.heard for _, request in taken])
        self._states = [self._network.start(self._network.constants(vectors))]
        if self._guided:
            nobody = self._network.label_vectors([{}] * len(taken))
            self._states.append(self._network.start(self._network.constants(nobody)))
        for row, (_, request) in enumerate(taken):
            self._columns.enter(row, request)
        self._used = np.zeros((len(taken), self._network.size), np.bool_)
        self._look()
        self._read()

    def _look(self) -> None:
        """Find out what need not be done as long as the rows are the same."""
        columns = self._columns
        self._range = np.arange(len(self._rows))
        self._in_prefix = [(row, each) for row, each in enumerate(self._rows) if each.in_prefix]
        self._cycling = [
            (row, each) for row, each in enumerate(self._rows) if len(each.request.writing.temperature) > 1
        ]
        self._penalised = np.flatnonzero(columns.penalty != 1)
        self._top_k = bool((columns.top_k < self._network.size).any())
        self._min_p = bool((columns.min_p > 0).any())
        self._nucleus = bool((columns.top_p < 1).any())

    def _predict(self) -> None:
        columns = self._columns
        for row, each in self._cycling:
            temperatures = each.request.writing.temperature
            columns.scale[row] = 1 / temperatures[columns.used[row] % len(temperatures)]
        self._logits = [self._network.predict(state, columns.scale) for state in self._states]

    def _step(self) -> None:
        own, logits = self._mixed()
        self._restrict(logits)
        tokens = self._choose(logits)
        scores = self._scores(own, tokens)
        for row, (each, token) in enumerate(zip(self._rows, tokens.tolist(), strict=True)):
            each.drawn.tokens.append(token)
            if scores:
                each.drawn.scores.append(scores[row])
        self._move(tokens)

    def _mixed(self) -> tuple[Floats, Floats]:
        """Logits (rows, V) as the voice, and those to be drawn from; both over the temperature."""
        own = self._logits[0]
        if not self._guided:
            return own, own.copy() if self._score else own
        nobody = self._logits[1]
        return own, nobody + self._columns.guidance * (own - nobody)

    def _restrict(self, logits: Floats) -> None:
        columns = self._columns
        if len(self._penalised):
            rows = self._penalised
            some = logits[rows]
            penalise(some, self._used[rows], columns.penalty[rows])
            logits[rows] = some
        logits += self._utf8.mask[columns.utf8 if columns.utf8.any() else slice(1)]
        short = columns.characters < columns.shortest
        if short.any():
            logits[short, END] = FORBIDDEN
        for row, each in self._in_prefix:
            if (choices := each.choices) is not None:
                allowed = logits[row, choices]
                logits[row] = FORBIDDEN
                logits[row, choices] = allowed

    def _choose(self, logits: Floats) -> NDArray[np.int64]:
        """Draw a token for each row, (rows, V) to (rows,); a row still inside its prefix takes that."""
        columns = self._columns
        exponentiate(logits)
        if self._top_k:
            keep_top_k(logits, columns.top_k)
        if self._min_p:
            keep_min_p(logits, columns.min_p)
        place = columns.used % _AHEAD
        for spent in np.flatnonzero(place == 0):
            columns.uniforms[spent] = self._rows[spent].chance.next(_AHEAD)
        uniforms = columns.uniforms[self._range, place]
        if self._nucleus:
            tokens = draw_from_nucleus(logits, columns.top_p, uniforms)
        else:
            tokens = draw(logits, uniforms[:, 0])
        columns.used += 1
        for row, each in self._in_prefix:
            if (forced := each.forced) is not None:
                tokens[row] = forced
                columns.used[row] -= 1
        return tokens

    def _scores(self, own: Floats, tokens: NDArray[np.int64]) -> list[float]:
        if not self._score:
            return []
        own /= self._columns.scale
        scores: list[float] = token_log_likelihoods(own, tokens).tolist()
        return scores

    def _move(self, tokens: NDArray[np.int64]) -> None:
        columns = self._columns
        if len(self._penalised):
            self._used[self._range, tokens] = True
        columns.token = tokens
        columns.characters += self._utf8.characters[tokens]
        columns.utf8 = self._utf8.after[columns.utf8, tokens]
        ended = (tokens == END) | ((columns.characters > columns.longest) & (columns.utf8 == WHOLE))
        if ended.any():
            self._replace(np.flatnonzero(ended))
        elif self._in_prefix:
            self._look()
        self._read()

    def _read(self) -> None:
        for state in self._states:
            self._network.read(state, self._columns.token)

    def _replace(self, ended: NDArray[np.intp]) -> None:
        gone = []
        for row in ended:
            self._drawn[self._rows[row].place] = self._rows[row].drawn
            if taken := _take(self._queue, 1):
                self._enter(row, *taken[0])
            else:
                gone.append(row)
        if gone:
            self._keep(np.setdiff1d(self._range, gone))
        self._look()

    def _enter(self, row: int, place: int, request: Request) -> None:
        self._rows[row] = _Row(place, request)
        self._columns.enter(row, request)
        self._used[row] = False
        for state, voice in zip(self._states, (request.heard, {}), strict=False):
            constants = self._network.constants(self._network.label_vectors([voice]))
            self._network.restart(state, row, constants)

    def _keep(self, rows: NDArray[np.intp]) -> None:
        self._rows = [self._rows[row] for row in rows]
        self._columns = self._columns.keep(rows)
        self._used = self._used[rows]
        self._states = [self._network.keep(state, rows) for state in self._states]


def _take(queue: Queue, most: int) -> list[tuple[int, Request]]:
    """Up to so many from the queue, which other threads also take from."""
    taken: list[tuple[int, Request]] = []
    with suppress(IndexError):
        while len(taken) < most:
            taken.append(queue.popleft())
    return taken
