"""Shows how posts come in, and what came: shared by `collect` and `import`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from tweetgen.cli.instance import Instance
from tweetgen.domain import Json
from tweetgen.errors import TweetgenError

if TYPE_CHECKING:
    from tweetgen.pipeline.collect import Collected, Configured, Progress
    from tweetgen.pipeline.deduplicate import Deduplicated
    from tweetgen.store import Store

#: problems and authors shown; --json gives more
MOST_SHOWN = 10
_MOST_AUTHORS = 30
# columns of a source's name beside its bar
_NAME_WIDTH = 30


def take_in(
    instance: Instance,
    store: "Store",
    sources: "Sequence[Configured]",
    authors: Sequence[str] | None = None,
    **how: bool,
) -> "tuple[Collected, Deduplicated]":
    """Collect from the sources, then look for near-duplicates, under a progress bar; what costs is told before."""
    from tweetgen.pipeline.collect import collect, estimates
    from tweetgen.pipeline.deduplicate import find_duplicates

    for line in estimates(store, sources, authors, again=how.get("again", False)):
        instance.err.print(line)
    with _bars(instance) as bars:
        collected = collect(store, sources, authors, bars.page, **how)
        duplicates = find_duplicates(store, bars.duplicates)
    return collected, duplicates


def finish(
    instance: Instance, collected: "Collected", duplicates: "Deduplicated", as_json: bool, next_step: str
) -> None:
    """Print what came in; exit code 2 where a source broke off."""
    if collected.failed and not as_json and not collected.authors:
        raise TweetgenError("\n".join(collected.problems[:MOST_SHOWN]))
    if as_json:
        instance.out.print_json(data=_to_json(collected, duplicates))
    else:
        _print_authors(instance, collected)
        near = f", {duplicates.duplicates:,} of them near-duplicates" if duplicates.duplicates else ""
        instance.out.print(f"{_count(collected.new, 'new post')}{near}; {collected.known:,} known before")
    _print_problems(instance, collected)
    if collected.failed:
        click.get_current_context().exit(2)
    if not as_json and next_step:
        instance.out.print(f"\nNext: {next_step}")


def _to_json(collected: "Collected", duplicates: "Deduplicated") -> dict[str, Json]:
    return {
        "new": collected.new,
        "known": collected.known,
        "duplicates": duplicates.duplicates,
        "authors": {
            author: {"new": new, "known": known} for author, (new, known) in sorted(collected.authors.items())
        },
        "problems": list(collected.problems),
        "problem_count": collected.problem_count,
        "failed": list(collected.failed),
    }


def _print_authors(instance: Instance, collected: "Collected") -> None:
    from rich.table import Table

    if not collected.authors:
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("author", overflow="fold")
    table.add_column("new", justify="right")
    table.add_column("known", justify="right")
    ranked = sorted(collected.authors.items(), key=lambda item: (-sum(item[1]), item[0]))
    for author, (new, known) in ranked[:_MOST_AUTHORS]:
        table.add_row(author, f"{new:,}", f"{known:,}")
    instance.out.print(table)
    if len(ranked) > _MOST_AUTHORS:
        instance.out.print(f"… and {_count(len(ranked) - _MOST_AUTHORS, 'more author')}: tweetgen corpus")


def _print_problems(instance: Instance, collected: "Collected") -> None:
    if not collected.problem_count:
        return
    instance.err.print(f"{_count(collected.problem_count, 'problem')}:")
    for problem in collected.problems[:MOST_SHOWN]:
        instance.err.print(f"  {problem}")
    if collected.problem_count > MOST_SHOWN:
        instance.err.print(f"  … and {collected.problem_count - MOST_SHOWN:,} more")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class _NoBars:
    """Where nobody watches."""

    page = None
    duplicates = None


class _Bars:
    """One bar for each source, one for the search for near-duplicates."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def page(self, progress: "Progress") -> None:
        done, total = progress.of or (0, None)
        said = f"{progress.new:,} new"
        self._show(progress.source, done, total, said)

    def duplicates(self, found: "Deduplicated") -> None:
        said = f"{found.duplicates:,} found in {found.posts:,}"
        self._show("near-duplicates", 0, None, said)

    def _show(self, name: str, done: int, total: int | None, said: str) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name[-_NAME_WIDTH:], total=total, said=said)
        self._progress.update(self._tasks[name], completed=done, total=total, said=said)


@contextmanager
def _bars(instance: Instance) -> Iterator[Any]:
    if not instance.err.is_terminal:
        yield _NoBars()
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=instance.err, transient=True) as progress:
        yield _Bars(progress)
