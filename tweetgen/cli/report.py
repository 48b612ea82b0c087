"""`tweetgen report`: is this model good, and what to do next; one file for a browser, in short for the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetgen.cli.evaluate import gathered
from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.pipeline.model_report import ModelReport

_GRADES = {"good": ("yes", "green"), "fair": ("partly", "yellow"), "poor": ("no", "red")}


@click.command(short_help="Say whether a model is good, and what to do next")
@click.argument("model")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    default="report.html",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The HTML file to write.",
)
@click.option(
    "--posts", default=2000, show_default=True, type=click.IntRange(min=1), help="Measure on at most this many."
)
@click.option(
    "--samples", default=300, show_default=True, type=click.IntRange(min=0), help="Texts written at each temperature."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Of these texts.")
@click.option("--quick", is_flag=True, help="Leave out wrong labels, baselines and judges.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@click.pass_obj
def command(
    instance: Instance,
    model: str,
    file: Path | None,
    output: Path,
    posts: int,
    samples: int,
    seed: int,
    quick: bool,
    as_json: bool,
) -> None:
    """Measure MODEL on the held-out posts of the corpus, or on every post of FILE (JSON Lines), and write a report.

    The report is one HTML file that needs no network: a plain answer, what to do next, curves, bits per character
    beside simpler models', whose it sounds, what temperature does, samples. It quotes the model, and posts where it
    copied them: think before you show it around.

    \b
    Examples:
      tweetgen report shared
      tweetgen report shared others.jsonl.gz --output shared.html
      tweetgen report shared --quick --json
    """
    _refuse(output, file)
    report = _measure(instance, model, file, posts, samples, seed, quick)
    _write(report, output)
    if as_json:
        instance.out.print_json(data=report.to_json())
    else:
        _print(instance, report)
    instance.err.print(f"\nwritten: {output}")


def _refuse(output: Path, file: Path | None) -> None:
    """Before minutes of measuring, rather than after them."""
    from tweetgen.errors import InputError

    if not output.parent.is_dir():
        raise InputError(str(output), f"there is no folder {output.parent}", "make it, or name another --output")
    if file is not None and output.exists() and output.samefile(file):
        raise InputError(str(output), "is the FILE to measure on", "name another --output")


def _measure(
    instance: Instance, model: str, file: Path | None, posts: int, samples: int, seed: int, quick: bool
) -> "ModelReport":
    from tweetgen.model.library import find
    from tweetgen.model.model import Model
    from tweetgen.pipeline.model_report import report_on
    from tweetgen.pipeline.profiles import read

    path = find(model, instance.app.weights_folders)
    opened = Model.load(path)
    at_hand = gathered(instance, opened, file, posts)
    with instance.err.status("measuring") as status:
        return report_on(
            opened,
            read(path),
            at_hand,
            instance.app.config.writing,
            samples=samples,
            seed=seed,
            quick=quick,
            told=status.update,
        )


def _write(report: "ModelReport", output: Path) -> None:
    from datetime import UTC, datetime

    from tweetgen.atomic import write_whole
    from tweetgen.web.model_report import render

    # half of a character that stands alone, in an author's name, has no bytes
    write_whole(output, render(report, datetime.now(UTC)).encode("utf-8", "replace"))


def _print(instance: Instance, report: "ModelReport") -> None:
    from rich.table import Table
    from rich.text import Text

    out = instance.out
    out.print(report.advice.headline, style="bold")
    out.print()
    checks = Table.grid(padding=(0, 2))
    for check in report.advice.checks:
        word, colour = _GRADES[check.grade]
        checks.add_row(Text(word, style=colour), check.question, check.answer)
    out.print(checks)
    out.print("\nWhat to do next", style="bold")
    for place, step in enumerate(report.advice.steps, 1):
        out.print(f"{place}. {step.what}: {step.why}")
        if step.how:
            out.print(f"   {step.how}", style="dim")
    if any(each.judged for each in report.written):
        out.print()
        out.print(_temperatures(report))
    if not report.judges:
        instance.err.print("\nthe judges need scikit-learn: pip install 'tweetgen[evaluate]'")


def _temperatures(report: "ModelReport") -> object:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("temperature", "author named", "known as written", "repeats a post", "new 4-grams", "pairs"):
        table.add_column(heading, justify="right")
    for each in report.written:
        if (found := each.judged) is None:
            continue
        whose = None if found.attributed is None else found.attributed.ours
        shares = (whose, found.told_apart, found.novelty.verbatim, found.novelty.novel_4grams, found.variety.distinct_2)
        mark = "in use " if each.temperature == report.temperature else ""
        cells = ("–" if share is None else f"{share:.1%}" for share in shares)
        table.add_row(f"{mark}{each.temperature:g}", *cells)
    return table
