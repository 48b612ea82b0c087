"""Shows a training as it goes: a bar on a terminal, a line at each better network, samples by author."""

from typing import TYPE_CHECKING

from tweetgen.pipeline.train import Listener

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from tweetgen.model.model import Model
    from tweetgen.pipeline.lesson import Lesson
    from tweetgen.training.trainer import Progress

#: authors sampled at a time, and characters shown of each sample
_AUTHORS, _WIDTH = 3, 140
#: share of the budget between two sets of samples
_BETWEEN_SAMPLES = 0.2


class TrainingView(Listener):
    """Prints to `console` (stderr); `samples=False` keeps to numbers."""

    def __init__(self, console: "Console", *, samples: bool = True) -> None:
        self._console, self._samples = console, samples
        self._next_sample = _BETWEEN_SAMPLES
        self._turn = 0
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def prepared(self, lesson: "Lesson") -> None:
        characters = sum(len(text.text) for text in lesson.held_out)
        authors = lesson.labels.get("author", ())
        self._console.print(
            f"learning {len(authors):,} {'author' if len(authors) == 1 else 'authors'}"
            f" ({lesson.vocabulary.level}, {lesson.vocabulary.size:,} tokens);"
            f" {len(lesson.held_out):,} posts ({characters:,} characters) held out to measure on"
        )
        if lesson.unmeasured:
            names = ", ".join(lesson.unmeasured[:5]) + (", …" if len(lesson.unmeasured) > 5 else "")
            self._console.print(f"too few posts to hold any out, so nobody can say how well learnt: {names}")
        if self._console.is_terminal:
            self._open_bar()

    def _open_bar(self) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=self._console, transient=True)
        self._task = self._bar.add_task("compiling", total=1.0)
        self._bar.start()

    def progress(self, progress: "Progress") -> None:
        if self._bar is None or self._task is None:
            return
        held_out = "" if progress.held_out is None else f", held out {progress.held_out:.3f}"
        words = f"{progress.bits_per_character:.3f} bits per character{held_out}"
        pace = f"{progress.characters_per_second / 1000:,.0f}k characters/s"
        self._bar.update(self._task, completed=progress.fraction, description=f"{words}, {pace}")

    def better(self, model: "Model", progress: "Progress") -> None:
        if progress.held_out is not None:
            self._console.print(
                f"{progress.seconds:6.0f} s  {progress.held_out:.3f} bits per character held out"
                f"  ({progress.characters_per_second / 1000:,.0f}k characters/s, {progress.epochs:.1f} passes)"
            )
        if self._samples and progress.fraction >= self._next_sample:
            self._next_sample = progress.fraction + _BETWEEN_SAMPLES
            self._show_samples(model)

    def _show_samples(self, model: "Model") -> None:
        authors = model.authors
        for author in (authors[(self._turn + place) % len(authors)] for place in range(min(_AUTHORS, len(authors)))):
            (text,) = model.generate(1, author, seed=self._turn, max_length=_WIDTH)
            self._console.print(f"          {author}: {' '.join(text.split())}", style="dim")
        self._turn += _AUTHORS

    def reporting(self) -> None:
        self.close()
        self._console.print("measuring on held-out posts")

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
