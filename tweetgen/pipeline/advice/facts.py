"""What the rules of advice look at, and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from tweetgen.domain import Json
from tweetgen.pipeline.profiles import Point

Grade = Literal["good", "fair", "poor"]
Verdict = Literal["good", "fair", "poor", "unknown"]

#: share of long texts that repeat a post; real posts may do so twice as often
COPIED = 0.02
#: held-out posts below which every number is rough
FEW_HELD_OUT = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class AtTemperature:
    """What was found of texts written at one temperature; None where nothing was measured."""

    temperature: float
    #: share of the long texts that repeat a post
    copied: float | None = None
    #: how often a judge knows them from real posts
    told_apart: float | None = None
    #: how often a judge names their author, as a share of how often it does for real posts
    kept: float | None = None
    #: different pairs of words, as a share of those of real posts
    variety: float | None = None
    #: share cut at the longest length
    cut: float | None = None
    #: words of the longest run copied
    longest_run: int = 0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules look at; None and empty: not measured, not told."""

    model: str
    held_out: int = 0
    #: bits per character with the author's label (nobody's, where it has no authors) and with none
    bits: float | None = None
    none: float | None = None
    #: those of the best baseline
    baseline: float | None = None
    #: how many it can write as
    authors: int = 0
    #: posts learnt from
    posts: Mapping[str, int] = field(default_factory=dict)
    curve: Sequence[Point] = ()
    finished: bool | None = None
    stopped_early: bool | None = None
    seconds: float | None = None
    #: the budget that its training had
    minutes: float | None = None
    epochs: float | None = None
    #: how often it read each post
    passes: float | None = None
    #: what it was trained on from; None: from scratch
    parent: str | None = None
    dropout: float = 0.1
    weight_decay: float = 0.06
    guidance: float = 1.0
    #: share of as many real posts that repeat another
    real_copied: float | None = None
    #: by temperature, rising
    written: Sequence[AtTemperature] = ()
    #: the temperature in use, one of those of `written`
    temperature: float | None = None

    @property
    def now(self) -> AtTemperature:
        """At the temperature in use."""
        here = (each for each in self.written if each.temperature == self.temperature)
        return next(here, AtTemperature(temperature=self.temperature or 0.0))

    @property
    def rough(self) -> bool:
        """Whether there are too few held-out posts to trust the numbers."""
        return 0 < self.held_out < FEW_HELD_OUT

    @property
    def copying(self) -> float:
        """The share of texts that may repeat a post."""
        return max(COPIED, 2 * (self.real_copied or 0.0))


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a model, answered."""

    question: str
    grade: Grade
    #: the numbers, in a sentence
    answer: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next."""

    #: an order, such as "Train longer"
    what: str
    why: str
    #: to type, or to write into an account's file
    how: str | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether a model is good, why, and what to do next, the most important first."""

    verdict: Verdict
    headline: str
    checks: Sequence[Check]
    #: at least one
    steps: Sequence[Step]

    def to_json(self) -> dict[str, Json]:
        return asdict(self)
