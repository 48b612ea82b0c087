"""Some texts that are written together, a token a step; when one has ended, the next takes its place."""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.blas import Floats
from tweetgen.model.draw import draw, draw_from_nucleus
from tweetgen.model.hearing import Hearing
from tweetgen.model.network import Constants, Network, Voice
from tweetgen.model.request import Request
from tweetgen.model.rows import AHEAD, Columns, Drawn, Row
from tweetgen.model.scoring import token_log_likelihoods
from tweetgen.model.truncation import FORBIDDEN, exponentiate, keep_min_p, keep_top_k, keep_typical, penalise, repeats
from tweetgen.model.utf8 import WHOLE, Utf8
from tweetgen.model.vocabulary.base import END

#: requests with their place in the caller's order
Queue: TypeAlias = deque[tuple[int, Request]]


class Tile:
    """Rows computed by one thread. A row's numbers depend on nothing but the row.

    `turn` is held for all that is many short calls into numpy, and let go for the few long ones: threads that
    took the interpreter's own lock from each other at every call would spend their time on that.
    """

    def __init__(
        self, network: Network, utf8: Utf8, guided: bool, score: bool, turn: Lock, hearing: Hearing | None = None
    ) -> None:
        self._network = network
        self._utf8 = utf8
        self._guided = guided
        self._score = score
        self._turn = turn
        self._hearing = hearing
        self._constants: dict[object, Constants] = {}

    def run(self, queue: Queue, size: int, drawn: dict[int, Drawn], stop: Event) -> None:
        """Write until the queue is empty and the last row has ended; `drawn` gets the results by place."""
        self._queue, self._drawn = queue, drawn
        with self._turn:
            self._start(_take(queue, size))
        while self._rows and not stop.is_set():
            own, probabilities = self._predict()
            with self._turn:
                self._step(own, probabilities)

    def _start(self, taken: Sequence[tuple[int, Request]]) -> None:
        self._rows = [Row(place, request) for place, request in taken]
        self._columns = Columns.empty(len(taken))
        self._place = 0
        voices = [self._heard(request) for _, request in taken]
        self._states = [
            self._network.start(Constants.stack([self._constants_of(voice) for voice in each]))
            for each in zip(*voices, strict=True)
        ]
        for row, each in enumerate(self._rows):
            self._columns.enter(row, each, self._place)
        self._look()
        self._read()

    def _heard(self, request: Request) -> list[Voice]:
        """The voice of each state."""
        return [request.heard, {}] if self._guided else [request.heard]

    def _constants_of(self, voice: Voice) -> Constants:
        key = tuple((label, tuple(shares.items())) for label, shares in voice.items())
        if key not in self._constants:
            self._constants[key] = self._network.constants(self._network.label_vectors([voice]))
        return self._constants[key]

    def _look(self) -> None:
        """Find out what need not be done as long as the rows are the same."""
        columns, rows = self._columns, list(enumerate(self._rows))
        self._in_prefix = [(row, each) for row, each in rows if each.in_prefix]
        self._cycling = [(row, each) for row, each in rows if each.cycles]
        self._penalised = [(row, each) for row, each in rows if each.penalised]
        self._unrepeating = [(row, each) for row, each in rows if each.unrepeating]
        self._short = True
        self._top_k = bool((columns.top_k < self._network.size).any())
        self._top_p = bool((columns.top_p < 1).any())
        self._min_p = bool((columns.min_p > 0).any())
        self._typical_p = bool((columns.typical_p < 1).any())

    def _predict(self) -> tuple[Floats, Floats]:
        """Logits as the voice, and what to draw from: (rows, V padded) each."""
        for row, each in self._cycling:
            self._columns.scale[row] = each.scale
        own, logits = self._mixed([self._network.predict(state, self._columns.scale) for state in self._states])
        self._restrict(logits)
        exponentiate(logits)
        return own, logits

    def _step(self, own: Floats, probabilities: Floats) -> None:
        tokens = self._choose(probabilities)
        scores = self._scores(own, tokens)
        ended = []
        for row, (each, token) in enumerate(zip(self._rows, tokens.tolist(), strict=True)):
            if scores:
                each.drawn.scores.append(scores[row])
            if each.take(token, self._utf8):
                ended.append(row)
        self._columns.token = tokens
        if self._hearing is not None:
            for row, each in enumerate(self._rows):
                self._hearing.step(each, row in ended)
        if ended:
            self._replace(ended)
        if ended or self._in_prefix:
            self._look()
        self._read()

    def _mixed(self, logits: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Those of the voice, and those to be drawn from; both over the temperature."""
        own = logits[0]
        if not self._guided:
            return own, own.copy() if self._score else own
        return own, logits[1] + self._columns.guidance * (own - logits[1])

    def _restrict(self, logits: Floats) -> None:
        """Forbid what may not come next."""
        for row, each in self._penalised:
            penalise(logits[row], each.drawn.tokens, each.request.writing.repetition_penalty)
        for row, each in self._unrepeating:
            if each.utf8 == WHOLE:  # inside a character there may be one way on
                logits[row, repeats(each.drawn.tokens, each.request.writing.no_repeat or 0)] = FORBIDDEN
        states = [each.utf8 for each in self._rows]
        logits += self._utf8.mask[states if any(states) else slice(1)]
        if self._short:
            short = [row for row, each in enumerate(self._rows) if each.short]
            logits[short, END] = FORBIDDEN
            self._short = bool(short)
        for row, each in self._in_prefix:
            if (choices := each.choices) is not None:
                allowed = logits[row, choices]
                logits[row] = FORBIDDEN
                logits[row, choices] = allowed

    def _choose(self, probabilities: Floats) -> NDArray[np.int64]:
        """Draw a token for each row; a row still inside its prefix takes that."""
        columns = self._columns
        if self._top_k:
            keep_top_k(probabilities, columns.top_k)
        if self._min_p:
            keep_min_p(probabilities, columns.min_p)
        if self._typical_p:
            keep_typical(probabilities, columns.typical_p)
        uniforms = self._uniforms()
        if self._top_p:
            tokens = draw_from_nucleus(probabilities, columns.top_p, uniforms)
        else:
            tokens = draw(probabilities, uniforms[:, 0])
        for row, each in self._in_prefix:
            if (forced := each.forced) is not None:
                tokens[row] = forced
        return tokens

    def _uniforms(self) -> NDArray[np.float64]:
        """Those of this step, (rows, PER_STEP)."""
        if self._place == AHEAD:
            self._place = 0
            for row, each in enumerate(self._rows):
                self._columns.uniforms[row] = each.chance.next(AHEAD)
        self._place += 1
        return self._columns.uniforms[:, self._place - 1]

    def _scores(self, own: Floats, tokens: NDArray[np.int64]) -> list[float]:
        if not self._score:
            return []
        own /= self._columns.scale
        scores: list[float] = token_log_likelihoods(own, tokens).tolist()
        return scores

    def _read(self) -> None:
        for state in self._states:
            self._network.read(state, self._columns.token)

    def _replace(self, ended: Sequence[int]) -> None:
        gone = []
        for row in ended:
            self._drawn[self._rows[row].place] = self._rows[row].drawn
            if taken := _take(self._queue, 1):
                self._enter(row, *taken[0])
            else:
                gone.append(row)
        if gone:
            self._keep(np.setdiff1d(np.arange(len(self._rows)), gone))

    def _enter(self, row: int, place: int, request: Request) -> None:
        self._rows[row] = Row(place, request)
        self._columns.enter(row, self._rows[row], self._place)
        for state, voice in zip(self._states, self._heard(request), strict=True):
            self._network.restart(state, row, self._constants_of(voice))

    def _keep(self, rows: NDArray[np.intp]) -> None:
        self._rows = [self._rows[row] for row in rows]
        self._columns = self._columns.keep(rows)
        self._states = [self._network.keep(state, rows) for state in self._states]


def _take(queue: Queue, most: int) -> list[tuple[int, Request]]:
    """Up to so many from the queue, which other threads also take from."""
    taken: list[tuple[int, Request]] = []
    with suppress(IndexError):
        while len(taken) < most:
            taken.append(queue.popleft())
    return taken
