"""The training loop: steps, held-out checks, the best kept, and every moment resumable."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from tweetgen.settings import Architecture, Training
from tweetgen.training import checkpoint, device
from tweetgen.training.checkpoint import Checkpoint
from tweetgen.training.interruption import Interruption
from tweetgen.training.network import Arrays, Network
from tweetgen.training.optimizer import Muon
from tweetgen.training.schedule import NEW_ROWS, Budget, height, learning_rate
from tweetgen.training.streams import Batch, Streams, once
from tweetgen.training.thaw import thaw_of
from tweetgen.training.token_map import TokenMap

#: held-out checks over the whole budget; between two at least so many seconds, or steps, the latter where the budget
#: is in epochs alone: then nothing may depend on the clock
CHECKS = 15
_LEAST_SECONDS, _LEAST_STEPS = 5.0, 20
#: tokens of the held-out posts that a check during training reads; the end of training reads all
_CHECK_TOKENS = 20_000
_REPORT_SECONDS = 0.5


@dataclass(frozen=True)
class Progress:
    """How training stands."""

    fraction: float
    seconds: float
    steps: int
    epochs: float
    #: characters read a second, so far
    characters_per_second: float
    #: of the last steps, in training
    bits_per_character: float
    #: at the last check on held-out posts; None before the first, or with none held out
    held_out: float | None
    best: float | None


@dataclass(frozen=True)
class Outcome:
    """A finished training."""

    #: the arrays that did best on held-out posts
    arrays: Arrays
    #: bits per character of the best on all held-out posts, labels right; None with none held out
    held_out: float | None
    #: (seconds, characters read, bits in training, bits held out) at each check
    curve: list[tuple[float, int, float, float]]
    seconds: float
    characters: int
    stopped_early: bool


@dataclass
class _Course:
    """What changes from step to step, beside the network itself."""

    seconds: float = 0.0
    steps: int = 0
    characters: int = 0
    best: float = float("inf")
    checks_without_gain: int = 0
    held_out: float | None = None
    curve: list[tuple[float, int, float, float]] = field(default_factory=list)
    #: nats a token in each step since the last check
    recent: list[float] = field(default_factory=list)
    #: where the last check was: share of the budget, seconds, steps
    checked: tuple[float, float, int] = (0.0, 0.0, 0)


class Trainer:
    """Trains one network on one corpus.

    `labels` counts the values of each label; `initial` gives arrays to start from by name (shapes as the network's).
    `inherited` tells, of a network that goes on learning, how many rows of an array are not new.
    `held_out` may be empty: then the last arrays are the best. `checkpoint_path` is written at every check.
    `clock` gives seconds that only go forward.
    """

    def __init__(
        self,
        corpus: TokenMap,
        held_out: TokenMap,
        *,
        architecture: Architecture,
        training: Training,
        vocabulary: int,
        labels: Mapping[str, int],
        initial: Mapping[str, np.ndarray] | None = None,
        inherited: Mapping[str, int] | None = None,
        checkpoint_path: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._held_out, self._settings, self._clock = held_out, training, clock
        self._checkpoint_path = checkpoint_path
        self._characters_per_token = corpus.characters_per_token
        road = device.choose(*device.present(), architecture.cells)
        self.network = Network(
            architecture,
            vocabulary,
            labels,
            batch=training.batch,
            dropout=training.dropout,
            seed=training.seed,
            cudnn=road.cudnn,
        )
        self.network.assign_arrays(initial or {})
        self._height = height(training, continuing=bool(initial))
        shapes = {name: array.shape for name, array in self.network.arrays().items()}
        self._thaw = thaw_of(shapes, inherited or {}, training.thaw)
        self._stage: int | None = None
        self._optimizer = Muon(
            self._height,
            self.network.matrices(),
            clip=training.clip,
            decay=training.weight_decay,
            masks=self.network.by_path({name: self._thaw.shape(name) for name in shapes} if self._thaw else {}),
        )
        self.network.compile(
            optimizer=self._optimizer,
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            jit_compile=road.jit,
        )
        self._optimizer.build(self.network.trainable_variables)
        self._streams = Streams(
            corpus,
            batch=training.batch,
            sequence=training.sequence,
            seed=training.seed,
            balance=training.balance,
            label_dropout=training.label_dropout,
        )
        self._budget = Budget(training)
        self._course = _Course()
        self._best: Arrays = self.network.arrays()
        self._continuing = bool(initial)
        self._interruption = Interruption()

    def run(
        self,
        on_progress: Callable[[Progress], None] = lambda _: None,
        on_best: Callable[[Arrays, Progress], None] = lambda _arrays, _progress: None,
    ) -> Outcome:
        """Train until the budget is spent or held-out checks stop gaining.

        `on_progress` hears about twice a second, `on_best` at each check that beat all before. An interruption
        (KeyboardInterrupt) leaves a checkpoint, lets `on_best` hear if this moment is the best, and goes on up.
        With a budget of epochs alone, an interrupted and restored run ends with the very arrays of a whole one.
        """
        with self._interruption:
            try:
                self._learn(on_progress, on_best)
            except KeyboardInterrupt:
                if not self._interruption.forced:
                    self.save_checkpoint()
                    self._offer(on_best)
                raise
            self.network.assign_arrays(self._best)
            measured = self.measure()
        course = self._course
        return Outcome(self._best, measured, course.curve, course.seconds, course.characters, self._stopped_early)

    def _learn(self, on_progress: Callable[[Progress], None], on_best: Callable[[Arrays, Progress], None]) -> None:
        course = self._course
        started, next_report = self._clock() - course.seconds, 0.0
        if course.steps == 0:
            self.save_checkpoint()
            if self._continuing:
                course.held_out = self.measure(_CHECK_TOKENS)
                course.best = course.best if course.held_out is None else course.held_out
        while (fraction := self._fraction()) < 1 and not self._stopped_early:
            self._interruption.check()
            self._step(self._streams.read(), fraction)
            course.seconds = self._clock() - started
            if self._check_is_due():
                self._check(on_best)
                self.save_checkpoint()
                course.seconds = self._clock() - started
            if course.seconds >= next_report:
                on_progress(self.progress())
                next_report = course.seconds + _REPORT_SECONDS
        if course.recent:
            self._check(on_best)
        self.save_checkpoint()

    @property
    def _stopped_early(self) -> bool:
        return self._course.checks_without_gain >= self._settings.patience

    def _fraction(self) -> float:
        return self._budget.fraction(self._course.seconds, self._streams.progress)

    def _check_is_due(self) -> bool:
        """Evenly over the budget, and not so often that checks would take long in all."""
        fraction, seconds, steps = self._course.checked
        if self._fraction() < fraction + 1 / CHECKS:
            return False
        if self._settings.minutes is None:
            return self._course.steps >= steps + _LEAST_STEPS
        return self._course.seconds >= seconds + _LEAST_SECONDS

    def _step(self, batch: Batch, fraction: float) -> None:
        if self._thaw is not None and (stage := self._thaw.stage(fraction)) != self._stage:
            self._stage = stage
            self._optimizer.hold(self.network.by_path(self._thaw.masks(stage)))
        height = NEW_ROWS if self._stage == 0 else self._height
        self._optimizer.learning_rate.assign(learning_rate(height, self._settings.schedule, fraction))
        inputs = {"tokens": batch.tokens, "labels": batch.labels}
        loss = self.network.train_on_batch(inputs, batch.targets, sample_weight=batch.weights)
        self._course.recent.append(float(np.asarray(loss)))
        self._course.steps += 1
        self._course.characters += round(batch.tokens.size * self._characters_per_token)

    def _check(self, on_best: Callable[[Arrays, Progress], None]) -> None:
        """Measure on held-out posts (a part of them) and keep the arrays if they are the best so far."""
        measured = self.measure(_CHECK_TOKENS)
        course = self._course
        trained = self._bits(float(np.mean(course.recent)))
        held_out = trained if measured is None else measured
        course.held_out = measured
        course.curve.append((course.seconds, course.characters, trained, held_out))
        course.recent.clear()
        course.checked = (self._fraction(), course.seconds, course.steps)
        if self._is_better(measured, trained):
            course.best = held_out
            course.checks_without_gain = 0
            self._best = self.network.arrays()
            on_best(self._best, self.progress())
        else:
            course.checks_without_gain += 1

    def _is_better(self, measured: float | None, trained: float) -> bool:
        """With nothing held out, the last is the best, as long as it has not gone astray (NaN)."""
        return bool(np.isfinite(trained)) if measured is None else measured < self._course.best

    def _offer(self, on_best: Callable[[Arrays, Progress], None]) -> None:
        """Let `on_best` hear of this moment if it is the best; the course stays as the checkpoint has it."""
        course = self._course
        if not course.recent:
            return
        measured, trained = self.measure(_CHECK_TOKENS), self._bits(float(np.mean(course.recent)))
        if self._is_better(measured, trained):
            now = replace(self.progress(), held_out=measured, best=trained if measured is None else measured)
            on_best(self.network.arrays(), now)

    def progress(self) -> Progress:
        course = self._course
        return Progress(
            fraction=self._fraction(),
            seconds=course.seconds,
            steps=course.steps,
            epochs=self._streams.progress,
            characters_per_second=course.characters / max(course.seconds, 1e-9),
            bits_per_character=self._bits(float(np.mean(course.recent[-50:]))) if course.recent else float("nan"),
            held_out=course.held_out,
            best=None if course.best == float("inf") else course.best,
        )

    def _bits(self, nats_per_token: float) -> float:
        return nats_per_token / float(np.log(2)) / self._characters_per_token

    def measure(self, most_tokens: int | None = None, *, labelled: bool = True) -> float | None:
        """Bits per character on held-out posts, ends counted: on all, or on the first to fill `most_tokens`.

        `labelled=False` reads every post as nobody's. None where nothing is held out.
        """
        passages = _some(self._held_out, most_tokens)
        if len(passages) == 0:
            return None
        state = self.network.forget()
        nats = 0.0
        shape = {"batch": self._settings.batch, "sequence": self._settings.sequence}
        try:
            for batch in once(self._held_out, passages, labelled=labelled, **shape):
                self._interruption.check()
                inputs = {"tokens": batch.tokens, "labels": batch.labels}
                loss = self.network.test_on_batch(inputs, batch.targets, sample_weight=batch.weights)
                nats += float(np.asarray(loss)) * batch.tokens.size
        finally:
            self.network.remember(state)
        return nats / float(np.log(2)) / float(self._held_out.characters[passages].sum())

    def save_checkpoint(self) -> None:
        """Leave everything on disk that `restore` needs to go on as if nothing had happened."""
        if self._checkpoint_path is None:
            return
        notes: dict[str, Any] = {
            "course": asdict(self._course),
            "streams": self._streams.position(),
            "height": self._height,
            "continuing": self._continuing,
        }
        state = Checkpoint(
            arrays=self.network.arrays(),
            best=self._best,
            state=[np.asarray(v.numpy()) for v in self.network.non_trainable_variables],
            optimizer=[np.asarray(v.numpy()) for v in self._optimizer.variables],
            notes=notes,
        )
        checkpoint.save(state, self._checkpoint_path)

    def restore(self) -> None:
        """Go on from the checkpoint; raises `InputError` where there is none."""
        if self._checkpoint_path is None:
            return
        saved = checkpoint.load(self._checkpoint_path)
        self.network.assign_arrays(saved.arrays)
        self._best = dict(saved.best)
        for variable, value in zip(self.network.non_trainable_variables, saved.state, strict=True):
            variable.assign(value)
        for variable, value in zip(self._optimizer.variables, saved.optimizer, strict=True):
            variable.assign(value)
        self._course = _Course(**saved.notes["course"])
        self._streams.seek(saved.notes["streams"])
        self._height, self._continuing = saved.notes["height"], saved.notes["continuing"]


def _some(held_out: TokenMap, most_tokens: int | None) -> np.ndarray:
    """Numbers of the passages to measure on: all, or an even sample of about `most_tokens` tokens."""
    count, tokens = len(held_out), len(held_out.tokens)
    if most_tokens is None or tokens <= most_tokens:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, max(1, count * most_tokens // tokens)).astype(np.int64))
