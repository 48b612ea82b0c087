"""Reviewers' decisions → a ranker of an account's own, used only where it provenly chooses better than the default."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tweetgen.domain import Action, Json
from tweetgen.pipeline.rank import SCORES, Overall, weighted
from tweetgen.settings import Ranking

if TYPE_CHECKING:
    from tweetgen.store import Entry, Store

#: decisions below which nothing is learnt, and rows of the log looked at, the newest
NEEDED = 200
_MOST = 5000
# Decisions on candidates shown at random from which on these alone judge: the others were chosen by a ranker.
_ENOUGH_AT_RANDOM = 60
_FOLDS = 10
_PENALTY = 1.0
_RESAMPLES = 2000
_PLUGIN = "ranking"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about a candidate, and what it was scored."""

    scores: Mapping[str, float]
    liked: bool
    at_random: bool


@dataclass(frozen=True, slots=True)
class Preference:
    """What was learnt from an account's decisions."""

    #: how many there are
    decisions: int
    #: those that the gain was measured on
    judged_on: int = 0
    #: whether these were shown at random
    at_random: bool = False
    #: held-out gain of AUC over the default ranker, and its 95 % bootstrap interval; None while nothing can be said
    gain: float | None = None
    low: float = 0.0
    high: float = 0.0
    #: of the logistic model: the constant, then one for each of `SCORES`
    coefficients: tuple[float, ...] = ()

    @property
    def used(self) -> bool:
        """Only where the whole interval is above zero."""
        return self.gain is not None and self.low > 0

    def overall(self, scores: Mapping[str, float]) -> float:
        """How probably a reviewer approves, 0 to 1."""
        constant, *factors = self.coefficients
        return float(_logistic(constant + _row(scores) @ np.array(factors)))

    def told(self) -> str:
        """One line for a person."""
        if self.decisions < NEEDED:
            return f"default ranking; learns from {NEEDED} decisions on, {self.decisions} so far"
        if self.gain is None:
            return f"default ranking; {self.decisions} decisions, too much alike to learn from"
        where = "shown at random" if self.at_random else "decided on"
        told = f"{self.gain:+.3f} AUC ({self.low:+.3f} to {self.high:+.3f}) on {self.judged_on} {where}"
        return f"learnt ranking: {told}" if self.used else f"default ranking; the learnt one is not proven: {told}"


def chooser(store: "Store", account: str, ranking: Ranking) -> Overall:
    """How an account's candidates are scored overall: as learnt where that is proven, else by the weights."""
    found = preference(store, account, ranking) if ranking.learn else None
    return found.overall if found is not None and found.used else weighted(ranking.weights)


def preference(store: "Store", account: str, ranking: Ranking) -> Preference:
    """What the decisions so far teach; learnt anew only after new ones, or under other weights."""
    newest = store.candidates.decisions(account, limit=1)
    weights = [float(weight) for weight in asdict(ranking.weights).values()]
    basis: list[Json] = [newest[0].number if newest else 0, *weights]
    kept, version = store.plugin_states.get(_PLUGIN, account)
    if isinstance(kept, dict) and kept.get("basis") == basis:
        return _read(kept["preference"])
    learnt = learn(decided(reversed(store.candidates.decisions(account, limit=_MOST))), weighted(ranking.weights))
    if learnt.decisions >= NEEDED:  # less is counted again quickly
        store.plugin_states.put(_PLUGIN, account, {"basis": basis, "preference": _spelt(learnt)}, version)
    return learnt


def is_learnt(store: "Store", account: str) -> bool:
    """Whether candidates were last chosen as learnt from decisions; nothing is learnt for it."""
    kept, _ = store.plugin_states.get(_PLUGIN, account)
    return isinstance(kept, dict) and _read(kept["preference"]).used


def decided(log: "Iterable[Entry]") -> list[Decided]:
    """People's last word on each candidate, by an account's log from the oldest row on; rules do not count."""
    found: dict[int, Decided] = {}
    for entry in log:
        if entry.action in (Action.APPROVE, Action.SCHEDULE, Action.REJECT) and entry.via != "automatic":
            found[entry.candidate] = Decided(entry.scores, entry.action is not Action.REJECT, entry.at_random)
        elif entry.action is Action.UNDO:
            found.pop(entry.candidate, None)
    return list(found.values())


def learn(decisions: Sequence[Decided], default: Overall, seed: int = 0) -> Preference:
    """Fit a logistic model, and measure on decisions held out from it how much better than `default` it chooses."""
    liked = np.array([one.liked for one in decisions], bool)
    if len(decisions) < NEEDED or min(liked.sum(), (~liked).sum()) < _FOLDS:
        return Preference(len(decisions))
    rows = np.stack([_row(one.scores) for one in decisions])
    learnt, usual = _held_out(rows, liked, seed), np.array([default(one.scores) for one in decisions])
    measured = _gain(learnt, usual, liked, np.array([one.at_random for one in decisions]), seed)
    return replace(measured, coefficients=tuple(float(each) for each in _fit(rows, liked)))


def _row(scores: Mapping[str, float]) -> Floats:
    return np.array([scores.get(name, 0.0) for name in SCORES])


def _held_out(rows: Floats, liked: NDArray[np.bool_], seed: int) -> Floats:
    """Each decision scored by a model that did not see it."""
    fold = np.random.default_rng(seed).permutation(len(rows)) % _FOLDS
    scored = np.zeros(len(rows))
    for each in range(_FOLDS):
        constant, *factors = _fit(rows[fold != each], liked[fold != each])
        # models of unlike folds are compared with each other: as probabilities
        scored[fold == each] = _logistic(constant + rows[fold == each] @ np.array(factors))
    return scored


def _fit(rows: Floats, liked: NDArray[np.bool_]) -> Floats:
    """Logistic regression by Newton's method, coefficients of standardised scores drawn to zero (L2): the constant
    first, then one for each score, on the scores' own scale."""
    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    design = np.column_stack([np.ones(len(rows)), (rows - mean) / spread])  # (decisions, 1 + scores)
    penalty = np.diag([1e-6, *[_PENALTY] * rows.shape[1]])
    found = np.zeros(design.shape[1])
    for _ in range(25):
        likely = _logistic(design @ found)
        slope = design.T @ (likely - liked) + penalty @ found
        step = np.linalg.solve((design.T * (likely * (1 - likely))) @ design + penalty, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    factors = found[1:] / spread
    return np.concatenate([[found[0] - factors @ mean], factors])


def _gain(
    learnt: Floats, usual: Floats, liked: NDArray[np.bool_], at_random: NDArray[np.bool_], seed: int
) -> Preference:
    """The gain of AUC, on those shown at random where they are enough."""
    few = min((at_random & liked).sum(), (at_random & ~liked).sum())
    fair = bool(at_random.sum() >= _ENOUGH_AT_RANDOM and few >= _FOLDS)
    chosen = at_random if fair else np.ones(len(liked), bool)
    good, bad = chosen & liked, chosen & ~liked
    # (liked, not liked): how much more the learnt ranker puts the one before the other
    better = _before(learnt[good], learnt[bad]) - _before(usual[good], usual[bad])
    draws = np.random.default_rng(seed)
    weights = [draws.multinomial(size, np.full(size, 1 / size), _RESAMPLES) / size for size in better.shape]
    gains = np.einsum("rg,rg->r", weights[0], weights[1] @ better.T)
    low, high = np.quantile(gains, [0.025, 0.975])
    return Preference(len(liked), int(chosen.sum()), fair, float(better.mean()), float(low), float(high))


def _before(good: Floats, bad: Floats) -> Floats:
    """1 where a liked one is before one not liked, 0 where after, ½ where they are level."""
    return (np.sign(good[:, None] - bad[None, :]) + 1) / 2


def _logistic(value: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(value, -30, 30)))


def _spelt(found: Preference) -> Json:
    return {**asdict(found), "coefficients": list(found.coefficients)}


def _read(kept: Any) -> Preference:
    return Preference(**{**kept, "coefficients": tuple(kept["coefficients"])})
