"""Write many texts at once, each as if it were alone."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import accumulate
from threading import Event, Lock

from tweetgen.model.blas import one_blas_thread
from tweetgen.model.ending import cut
from tweetgen.model.hearing import Heard, Hearing
from tweetgen.model.network import Network
from tweetgen.model.request import Request, Written
from tweetgen.model.rows import Drawn, Row
from tweetgen.model.scoring import available_threads
from tweetgen.model.tile import Queue, Tile
from tweetgen.model.utf8 import utf8
from tweetgen.model.vocabulary.base import END, Vocabulary

#: rows computed together by one thread: enough to make numpy's calls worth while, few enough for the cache
_ROWS = 32
#: fewer rows than this are not worth another thread
_FEWEST = 8


class Sampler:
    """Draws texts from a network.

    The same request gives the same text on the same machine and version, whatever else is written in the
    same call and by however many threads: rows share no arithmetic (see `blas.row_product`), and each has
    its own chance.
    """

    def __init__(self, network: Network, vocabulary: Vocabulary) -> None:
        self.network = network
        self.vocabulary = vocabulary
        self.utf8 = utf8(vocabulary.token_bytes)

    def write(
        self,
        requests: Sequence[Request],
        threads: int | None = None,
        score: bool = False,
        heard: Heard | None = None,
    ) -> list[Written]:
        """One text for each request, in their order; `score` also computes their likelihoods.

        `heard` is told each text as it grows, by whichever thread writes it, one at a time; the texts are the same.
        """
        drawn: dict[int, Drawn] = {}
        hearing = None if heard is None else Hearing(self.vocabulary.token_bytes, self._of_row, heard)
        turn = Lock()
        with one_blas_thread():
            for guided in (False, True):
                queue = deque((place, each) for place, each in enumerate(requests) if each.guided is guided)
                tile = partial(Tile, self.network, self.utf8, guided, score, turn, hearing)
                _empty(queue, tile, drawn, threads or available_threads())
        return [self._written(request, drawn[place]) for place, request in enumerate(requests)]

    def _of_row(self, row: Row) -> Written:
        return self._written(row.request, row.drawn)

    def _written(self, request: Request, drawn: Drawn) -> Written:
        complete = drawn.tokens[-1] == END
        tokens = drawn.tokens[:-1] if complete else drawn.tokens
        text = self.vocabulary.decode(tokens)
        if complete:
            return Written(text, True, sum(drawn.scores))
        text = cut(text, request.writing.max_length)
        size = len(text.encode())
        ends = accumulate(len(self.vocabulary.token_bytes[token]) for token in tokens)
        inside = [score for score, end in zip(drawn.scores, ends, strict=False) if end <= size]
        return Written(text, False, sum(inside))


def _empty(queue: Queue, tile: "partial[Tile]", drawn: dict[int, Drawn], threads: int) -> None:
    """Write all that is in the queue, with this thread and maybe others."""
    if not queue:
        return
    threads = min(threads, -(-len(queue) // _FEWEST))
    rows = min(_ROWS, -(-len(queue) // threads))
    stop = Event()

    def work() -> None:
        try:
            tile().run(queue, rows, drawn, stop)
        except BaseException:
            stop.set()
            raise

    if threads == 1:
        work()
        return
    with ThreadPoolExecutor(threads - 1) as pool:
        others = [pool.submit(work) for _ in range(threads - 1)]
        work()
        for other in others:
            other.result()
