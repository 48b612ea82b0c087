"""The training loop: repeatable, resumable, and it keeps the best."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from tweetgen.errors import InputError
from tweetgen.model.network import Network as InNumpy
from tweetgen.model.scoring import log_likelihoods
from tweetgen.model.vocabulary import Vocabulary, learn
from tweetgen.settings import Architecture, Tokens, Training
from tweetgen.training.network import Arrays
from tweetgen.training.token_map import Passage, TokenMap, write
from tweetgen.training.trainer import CHECKS, Outcome, Progress, Trainer

pytestmark = pytest.mark.timeout(600)  # compiling takes its time on a machine with other work

SMALL = Architecture(layers=1, cells=8, embedding=8, label_size=3)
AUTHORS = ("ada", "bob", "cleo")
Posts = Callable[..., list[tuple[str, str]]]


class Corpus(NamedTuple):
    vocabulary: Vocabulary
    learnt: TokenMap
    held_out: TokenMap
    nothing: TokenMap


@pytest.fixture(scope="module")
def corpus(posts: Posts, folders: Callable[[], Path]) -> Corpus:
    known = posts(90)
    vocabulary = learn([text for _, text in known], Tokens(level="char"))
    passages = [Passage(text, (AUTHORS.index(author) + 1,)) for author, text in known]
    parts: tuple[list[Passage], ...] = (passages[9:], passages[:9], [])
    return Corpus(vocabulary, *(write(folders(), part, vocabulary, 1) for part in parts))


def settings(**changes: Any) -> Training:
    told: dict[str, Any] = {"minutes": None, "epochs": 4, "dropout": 0.2, "patience": 100, "seed": 1}
    return Training(**({"batch": 4, "sequence": 16} | told | changes))


def trainer(
    corpus: Corpus,
    path: Path | None = None,
    *,
    held_out: TokenMap | None = None,
    initial: Mapping[str, np.ndarray] | None = None,
    clock: Callable[[], float] | None = None,
    **changes: Any,
) -> Trainer:
    return Trainer(
        corpus.learnt,
        corpus.held_out if held_out is None else held_out,
        architecture=SMALL,
        training=settings(**changes),
        vocabulary=corpus.vocabulary.size,
        labels={"author": len(AUTHORS)},
        initial=initial,
        checkpoint_path=path,
        clock=clock or time.monotonic,
    )


class Whole(NamedTuple):
    """A training that nothing interrupted, on the road that training really takes."""

    outcome: Outcome
    #: what lay on the disk when it was at step 50
    checkpoint: Path


@pytest.fixture(scope="module")
def whole(corpus: Corpus, folders: Callable[[], Path]) -> Whole:
    path = folders() / "checkpoint.npz"
    found = path.with_name("found.npz")

    def copy(progress: Progress) -> None:
        if progress.steps == 50:
            found.write_bytes(path.read_bytes())

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("tweetgen.training.trainer._REPORT_SECONDS", 0.0)
        return Whole(trainer(corpus, path).run(copy), found)


def assert_same(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], err_msg=name)


def stop_at(step: int) -> Callable[[Progress], None]:
    """Interrupts as Ctrl-C would, once, at this step or soon after it."""
    waiting = [step]

    def hear(progress: Progress) -> None:
        if waiting and progress.steps >= waiting[0]:
            waiting.clear()
            raise KeyboardInterrupt

    return hear


@pytest.fixture
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is told after each step."""
    monkeypatch.setattr("tweetgen.training.trainer._REPORT_SECONDS", 0.0)


def test_the_same_seed_gives_the_same_weights_bit_for_bit(corpus: Corpus, whole: Whole) -> None:
    again = trainer(corpus).run()
    assert_same(again.arrays, whole.outcome.arrays)
    assert again.held_out == whole.outcome.held_out
    assert [point[1:] for point in again.curve] == [point[1:] for point in whole.outcome.curve]


def test_it_learns(whole: Whole) -> None:
    outcome = whole.outcome
    assert outcome.held_out is not None
    first, last = outcome.curve[0], outcome.curve[-1]
    assert last[3] < first[3] < np.log2(len(AUTHORS) * 100)
    assert outcome.held_out == pytest.approx(min(point[3] for point in outcome.curve))
    assert [point[1] for point in outcome.curve] == sorted(point[1] for point in outcome.curve)
    assert 3 <= len(outcome.curve) <= CHECKS + 1


def test_what_it_measures_is_what_numpy_measures(corpus: Corpus, whole: Whole) -> None:
    """Bits per character on all held-out posts, each read as its author, and as nobody."""
    network = InNumpy(whole.outcome.arrays, SMALL, {"author": AUTHORS})
    held_out = corpus.held_out
    posts = [held_out.tokens[a:b].tolist() for a, b in zip(held_out.offsets, held_out.offsets[1:], strict=False)]
    measuring = trainer(corpus, initial=whole.outcome.arrays)
    for labelled in (True, False):
        voices = [{"author": {AUTHORS[row - 1]: 1.0}} if labelled else {} for row in held_out.labels[:, 0]]
        nats = log_likelihoods(network, posts, network.label_vectors(voices)).sum()
        expected = -nats / np.log(2) / held_out.characters.sum()
        assert measuring.measure(labelled=labelled) == pytest.approx(expected, abs=1e-5)
    assert whole.outcome.held_out == measuring.measure()


def test_an_interrupted_training_resumed_ends_as_if_nothing_had_happened(
    corpus: Corpus, whole: Whole, tmp_path: Path, every_step: None
) -> None:
    path = tmp_path / "checkpoint.npz"
    with pytest.raises(KeyboardInterrupt):
        trainer(corpus, path).run(stop_at(1))
    resumed = trainer(corpus, path)
    resumed.restore()
    with pytest.raises(KeyboardInterrupt):
        resumed.run(stop_at(43))
    resumed.restore()
    outcome = resumed.run()
    assert_same(outcome.arrays, whole.outcome.arrays)
    assert [point[1:] for point in outcome.curve] == [pytest.approx(point[1:]) for point in whole.outcome.curve]


def test_a_killed_training_goes_on_from_its_last_check(corpus: Corpus, whole: Whole) -> None:
    """What lies on the disk while it runs, and so after a kill, is enough."""
    resumed = trainer(corpus, whole.checkpoint)
    resumed.restore()
    assert 0 < resumed.progress().steps < 50
    assert_same(resumed.run().arrays, whole.outcome.arrays)


@pytest.mark.usefixtures("without_xla")
class TestOnAnyRoad:
    """What the road has no part in."""

    def test_ctrl_c_waits_for_the_step_and_offers_the_best_so_far(self, corpus: Corpus, tmp_path: Path) -> None:
        def strike(progress: Progress) -> None:
            signal.raise_signal(signal.SIGINT)

        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        offered: list[Progress] = []
        path = tmp_path / "checkpoint.npz"
        try:
            with pytest.raises(KeyboardInterrupt):
                trainer(corpus, path).run(strike, lambda _, progress: offered.append(progress))
        finally:
            signal.signal(signal.SIGINT, before)
        assert [each.steps for each in offered] == [1]
        assert offered[0].held_out is not None
        resumed = trainer(corpus, path)
        resumed.restore()
        assert resumed.progress().steps == 1
        assert resumed.progress().best is None, "what was offered is not part of the course"

    def test_a_resumed_training_keeps_its_learning_rate_and_its_parent(
        self, corpus: Corpus, whole: Whole, tmp_path: Path, every_step: None
    ) -> None:
        """Resuming is not told of the arrays that the training started from."""
        options: dict[str, Any] = {"epochs": 1, "seed": 3}
        expected = trainer(corpus, initial=whole.outcome.arrays, **options).run()
        path = tmp_path / "checkpoint.npz"
        with pytest.raises(KeyboardInterrupt):
            trainer(corpus, path, initial=whole.outcome.arrays, **options).run(stop_at(10))
        resumed = trainer(corpus, path, **options)
        resumed.restore()
        assert_same(resumed.run().arrays, expected.arrays)

    def test_one_stopped_before_its_first_step_can_be_resumed(self, corpus: Corpus, tmp_path: Path) -> None:
        path = tmp_path / "checkpoint.npz"
        stopped = trainer(corpus, path, epochs=0.5)
        stopped.measure = lambda *_, **__: _raise()  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            stopped.run()
        resumed = trainer(corpus, path, epochs=0.5)
        resumed.restore()
        assert resumed.run().characters > 0

    def test_there_is_nothing_to_resume_without_a_checkpoint(self, corpus: Corpus, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no training to resume"):
            trainer(corpus, tmp_path / "checkpoint.npz").restore()

    def test_with_nothing_held_out_the_last_is_the_best_and_nothing_is_measured(self, corpus: Corpus) -> None:
        training = trainer(corpus, held_out=corpus.nothing, epochs=1)
        assert training.measure() is None
        heard: list[Progress] = []
        outcome = training.run(on_best=lambda _, progress: heard.append(progress))
        assert outcome.held_out is None
        assert [each.held_out for each in heard] == [None] * len(outcome.curve)
        assert_same(outcome.arrays, training.network.arrays())

    def test_a_training_gone_astray_leaves_no_nonsense(self, corpus: Corpus) -> None:
        outcome = trainer(corpus, held_out=corpus.nothing, epochs=0.3, learning_rate=1e30, dropout=0.0).run()
        assert all(np.isfinite(array).all() for array in outcome.arrays.values())

    def test_a_budget_in_minutes_goes_by_the_clock(self, corpus: Corpus) -> None:
        seconds = iter(range(10_000))
        training = trainer(corpus, minutes=1, epochs=None, clock=lambda: float(next(seconds)))
        heard: list[Progress] = []
        outcome = training.run(heard.append)
        assert 60 <= outcome.seconds <= 62
        assert heard[-1].fraction <= 1
        gaps = np.diff([point[0] for point in outcome.curve[:-1]])
        assert gaps.min() >= 5, "checks do not take all the time of a short training"


def _raise() -> float:
    raise KeyboardInterrupt


class Scripted(NamedTuple):
    """A training whose held-out checks give these numbers."""

    outcome: Outcome
    #: bits at each `on_best`, and the arrays given
    better: list[float | None]
    arrays: list[Arrays]


@pytest.fixture
def scripted(corpus: Corpus, without_xla: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Scripted]:
    """A check at every step."""
    monkeypatch.setattr("tweetgen.training.trainer._LEAST_STEPS", 0)
    monkeypatch.setattr("tweetgen.training.trainer.CHECKS", 10**9)

    def run(*checks: float, **changes: Any) -> Scripted:
        def numbers() -> Iterator[float]:
            yield from checks
            while True:
                yield 99.0

        left = numbers()
        training = trainer(corpus, epochs=100, **changes)
        training.measure = lambda *_, **__: next(left)  # type: ignore[method-assign]
        better: list[float | None] = []
        arrays: list[Arrays] = []

        def hear(found: Arrays, progress: Progress) -> None:
            better.append(progress.held_out)
            arrays.append(found)

        return Scripted(training.run(on_best=hear), better, arrays)

    return run


def test_the_best_is_kept_and_only_a_better_one_is_told(scripted: Callable[..., Scripted]) -> None:
    found = scripted(5.0, 4.0, 4.5, 4.0, float("nan"), 3.0, 3.5, 9.0, patience=4)
    assert found.better == [5.0, 4.0, 3.0]
    assert_same(found.outcome.arrays, found.arrays[-1])
    assert not np.array_equal(found.arrays[0]["embedding"], found.arrays[-1]["embedding"])


def test_it_stops_after_as_many_checks_without_gain_as_patience_has(scripted: Callable[..., Scripted]) -> None:
    found = scripted(5.0, 6.0, 6.0, 4.0, 6.0, 6.0, 6.0, 1.0, patience=3)
    assert [point[3] for point in found.outcome.curve] == [5.0, 6.0, 6.0, 4.0, 6.0, 6.0, 6.0]
    assert found.outcome.stopped_early
    assert found.better == [5.0, 4.0]


def test_a_network_that_goes_on_must_beat_its_parent(scripted: Callable[..., Scripted], whole: Whole) -> None:
    found = scripted(2.0, 3.0, 2.5, 2.0, initial=whole.outcome.arrays, patience=3)
    assert found.better == []
    assert_same(found.outcome.arrays, whole.outcome.arrays)
    found = scripted(2.0, 3.0, 1.5, 2.0, 2.0, initial=whole.outcome.arrays, patience=2)
    assert found.better == [1.5]
