"""Numbers for Prometheus, in a registry of our own; what stands in the store is counted when it is asked for."""

from collections.abc import Callable, Iterable
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from tweetgen.store import Store

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900)
#: name, what it counts, its labels; read by a function that gives label values and numbers
Counted = tuple[str, str, tuple[str, ...], Callable[[], "Numbers"]]
#: values of the labels, in order, and the number
Numbers = Iterable[tuple[tuple[str, ...], float]]


class Metrics:
    """What the daemon did and what waits."""

    def __init__(self, counted: Iterable[Counted] = ()) -> None:
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "tweetgen_step_seconds", "How long steps took", ["step"], buckets=_BUCKETS, registry=self._registry
        )
        self._outcomes = Counter(
            "tweetgen_steps", "Steps done, by outcome", ["step", "outcome"], registry=self._registry
        )
        self._success = Gauge(
            "tweetgen_step_last_success_timestamp_seconds",
            "When each step last went well",
            ["step"],
            registry=self._registry,
        )
        build = Gauge("tweetgen_build_info", "The version that runs", ["version"], registry=self._registry)
        build.labels(version("tweetgen")).set(1)
        self._registry.register(_FromStore(tuple(counted)))

    def step(self, step: str, outcome: str, seconds: float, at: datetime) -> None:
        """One step was done; `outcome`: "ok" or "failed"."""
        self._seconds.labels(step).observe(seconds)
        self._outcomes.labels(step, outcome).inc()
        if outcome == "ok":
            self._success.labels(step).set(at.timestamp())

    def exposition(self) -> bytes:
        """All of it as Prometheus reads it. Raises `StoreError` where the store cannot be read."""
        return generate_latest(self._registry)


def counted(store: Store) -> list[Counted]:
    """What of the store is measured."""
    return [
        ("tweetgen_outbox", "Texts in the outbox, by account and state", ("account", "state"), lambda: _outbox(store)),
        ("tweetgen_candidates", "Candidates, by account and state", ("account", "state"), lambda: _candidates(store)),
        ("tweetgen_slots", "Slots, by step and state", ("step", "state"), lambda: _slots(store)),
    ]


def _outbox(store: Store) -> Numbers:
    return [((account, state.value), count) for (account, state), count in store.outbox.counts().items()]


def _candidates(store: Store) -> Numbers:
    counts = store.candidates.counts()
    return [((account, state.value), count) for account, own in counts.items() for state, count in own.items()]


def _slots(store: Store) -> Numbers:
    return [((step, state.value), count) for (step, state), count in store.slots.counts().items()]


class _FromStore:
    def __init__(self, counted: tuple[Counted, ...]) -> None:
        self._counted = counted

    def collect(self) -> Iterable[Metric]:
        for name, what, labels, read in self._counted:
            family = GaugeMetricFamily(name, what, labels=labels)
            for values, number in read():
                family.add_metric(values, number)
            yield family

    def describe(self) -> Iterable[Metric]:
        return [GaugeMetricFamily(name, what, labels=labels) for name, what, labels, _ in self._counted]
