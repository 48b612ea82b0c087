"""The way of writing whose texts are most like real posts, found in a staged search, then proved on other seeds.

A coarse grid, then guidance, then runs that may not repeat, then steps around the best until none helps. All ways
write from the same seeds, so that luck is shared. The best few and the present way are then written anew, more of each
and from seeds that the search never saw: who won among forty by luck loses here. `likeness` says what is compared.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tweetgen.pipeline.distance import Difference, Found, difference, measures, score
from tweetgen.pipeline.samples import Sample
from tweetgen.pipeline.ways import around, coarse, guided, key, unrepeated
from tweetgen.pipeline.yardstick import Yardstick
from tweetgen.settings import Writing

#: ways that are proved, besides the present one
FINALISTS = 3
#: how many times as many samples prove as search
PROOF = 2
#: starts the seeds of the proof
_FRESH = 1 << 48
#: rounds of steps around the best
_ROUNDS = 6

#: writes so many texts from a seed in a way
Write = Callable[[int, int, Writing], Sequence[Sample]]


@dataclass(frozen=True)
class Tried:
    """One way of writing, and what its texts measured."""

    writing: Writing
    score: float
    measures: Found


@dataclass
class Tuned:
    """What a search found."""

    present: Writing
    #: in the order in which they were tried, the present way first
    tried: list[Tried] = field(default_factory=list)
    #: proved on other seeds, the best first, the present way among them
    proved: list[Tried] = field(default_factory=list)
    #: the best's score less the present way's, of the proof; None where the present way is the best
    gain: Difference | None = None
    #: whether the search was stopped before its end
    stopped: bool = False

    @property
    def chosen(self) -> Writing:
        """The best if it is truly better, else the present way."""
        return self.proved[0].writing if self.gain is not None and self.gain.better else self.present


class Tuner:
    """Searches; each way is written and measured once."""

    def __init__(
        self,
        write: Write,
        yardstick: Yardstick,
        samples: int,
        seed: int = 0,
        going: Callable[[], bool] = lambda: True,
        heard: Callable[[Sequence[Tried]], object] = len,
    ) -> None:
        """`going`: asked before each way, ends the search with False; `heard`: told all that was tried so far."""
        self._write, self._yardstick = write, yardstick
        self._samples, self._seed = samples, seed
        self._going, self._heard = going, heard
        self._found: dict[tuple[object, ...], Tried] = {}

    def tune(self, present: Writing) -> Tuned:
        """Search until nothing is better, time is up or Ctrl-C comes; then prove. A second Ctrl-C goes through."""
        tuned = Tuned(present)
        try:
            tuned.stopped = not self._search(present)
        except KeyboardInterrupt:
            if not self._found:
                raise
            tuned.stopped = True
        tuned.tried = list(self._found.values())
        self._prove(tuned)
        return tuned

    def _search(self, present: Writing) -> bool:
        """Whether it came to its end."""
        return self._try([present]) and all(self._try(stage) for stage in self._stages(present))

    def _stages(self, present: Writing) -> Iterator[Iterable[Writing]]:
        yield coarse(present)
        yield from (guided(writing) for writing in [each.writing for each in self._ranked()[:2]])
        yield unrepeated(self._ranked()[0].writing)
        before = None
        for _ in range(_ROUNDS):
            if (best := self._ranked()[0].writing) == before:
                return
            before = best
            yield around(best)

    def _try(self, ways: Iterable[Writing]) -> bool:
        """Whether there was time for all of them."""
        for writing in ways:
            if key(writing) in self._found:
                continue
            if self._found and not self._going():
                return False
            self._found[key(writing)] = self._tried(writing, self._samples, self._seed)
            self._heard(list(self._found.values()))
        return True

    def _tried(self, writing: Writing, samples: int, seed: int) -> Tried:
        found = measures(self._yardstick.beside(self._write(samples, seed, writing)))
        return Tried(writing, score(found), found)

    def _ranked(self) -> list[Tried]:
        return sorted(self._found.values(), key=_score)

    def _prove(self, tuned: Tuned) -> None:
        """Write the best and the present way anew, and compare."""
        # where a setting changed no text, its ways measure the same: one of them is enough
        unlike: dict[object, Writing] = {}
        for tried in self._ranked():
            unlike.setdefault(tuple(tried.measures.items()), tried.writing)
        ways = {key(way): way for way in [tuned.present, *list(unlike.values())[:FINALISTS]]}
        seed, samples = self._seed + _FRESH, self._samples * PROOF
        sides = {place: self._yardstick.beside(self._write(samples, seed, way)) for place, way in ways.items()}
        found = {place: measures(side) for place, side in sides.items()}
        proved = [Tried(way, score(found[place]), found[place]) for place, way in ways.items()]
        tuned.proved = sorted(proved, key=_score)
        if (best := key(tuned.proved[0].writing)) != (now := key(tuned.present)):
            tuned.gain = difference(sides[best], sides[now])


def _score(tried: Tried) -> float:
    return tried.score
