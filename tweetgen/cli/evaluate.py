"""`tweetgen evaluate`: how well a model knows its authors, and how new what it writes is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.measures.baselines import Baselines
    from tweetgen.model.model import Model
    from tweetgen.pipeline.evaluate import Evaluation, Measured
    from tweetgen.pipeline.gather import Gathered
    from tweetgen.pipeline.samples import Judged
    from tweetgen.pipeline.texts import Text

_READING = """\
Bits per character: fewer is better. "right" reads each post as its author's, "none" as nobody's, "wrong" as \
every other author's (mean). The further "right" is below the other two, the more of the voices was learnt.\
"""


@click.command(short_help="Measure a model: bits per character, attribution, novelty")
@click.argument("model")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--posts", type=click.IntRange(min=1), help="Measure on this many, evenly spread. Default: all."
)
@click.option(
    "--quick", is_flag=True, help="Leave out wrong labels, baselines and judges: far faster with many authors."
)
@click.option(
    "--samples", default=1000, show_default=True, type=click.IntRange(min=0), help="Texts written to be measured."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Of these texts.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@click.pass_obj
def command(
    instance: Instance,
    model: str,
    file: Path | None,
    posts: int | None,
    quick: bool,
    samples: int,
    seed: int,
    as_json: bool,
) -> None:
    """Measure MODEL on the held-out posts of the corpus, or on every post of FILE (JSON Lines).

    FILE may be gzipped. Its posts are cleaned in one way whatever the model's own cleaning, so that models
    compare. What the model writes is measured beside these posts and all collected ones of its authors: whose it
    sounds, how new and various it is, whether a judge can tell it from real posts (with scikit-learn).

    \b
    Examples:
      tweetgen evaluate shared
      tweetgen evaluate shared --posts 500 --quick
      tweetgen evaluate base others.jsonl.gz --json
    """
    from tweetgen.model.library import find
    from tweetgen.model.model import Model
    from tweetgen.pipeline.evaluate import Evaluation, measure

    opened = Model.load(find(model, instance.app.weights_folders))
    at_hand = gathered(instance, opened, file, posts)
    texts, learnt = at_hand.real, at_hand.learnt
    with reading(instance) as progress:
        likelihoods = measure(opened, texts, quick, progress)
    with instance.err.status("comparing"):
        judged = _judged(instance, opened, learnt, texts, samples, seed, quick)
        found = Evaluation(opened.name, likelihoods, _baselines(learnt, texts, quick), judged)
    if as_json:
        instance.out.print_json(data=found.to_json())
    else:
        _print(instance, found)
    _remark(instance, found)


def gathered(instance: Instance, model: "Model", file: Path | None, most: int | None) -> "Gathered":
    """What a model is measured with: held-out posts of the store or the posts of a file, at most so many."""
    from tweetgen.errors import InputError
    from tweetgen.pipeline.gather import gather

    source = None if file is None else instance.app.source("jsonl", {"path": str(file.resolve())}).source
    pages = None if source is None else source.fetch(None, None)
    found = gather(instance.app.store, model, pages, most, instance.err.print)
    if file is not None and not found.real:
        why = "no post in it can be measured (links, @names and reposts do not count)"
        raise InputError(str(file), why, "name another FILE")
    return found


def _baselines(learnt: "list[Text]", measured: "list[Text]", quick: bool) -> "Baselines | None":
    from tweetgen.measures.baselines import baselines

    if quick or not learnt:
        return None
    return baselines([text.text for text in learnt], [text.text for text in measured])


def _judged(
    instance: Instance,
    model: "Model",
    learnt: "list[Text]",
    measured: "list[Text]",
    samples: int,
    seed: int,
    quick: bool,
) -> "Judged | None":
    """None without samples, or without a post of the model's authors to compare them with."""
    from tweetgen.pipeline.samples import judge_samples, write_samples

    if not samples or not learnt:
        return None
    written = write_samples(model, samples, seed, instance.app.config.writing)
    return judge_samples(written, learnt, measured, quick)


@contextmanager
def reading(instance: Instance) -> "Iterator[Callable[[int, int], None] | None]":
    """Texts scored so far, where somebody watches."""
    if not instance.err.is_terminal:
        yield None
        return
    from rich.progress import Progress

    with Progress(console=instance.err, transient=True) as bar:
        task = bar.add_task("reading posts")
        yield lambda done, count: bar.update(task, completed=done, total=count)


def _print(instance: Instance, found: "Evaluation") -> None:
    from rich.table import Table

    likelihoods = found.likelihoods
    table = Table(box=None, pad_edge=False, show_footer=True)
    total = _cells("all", likelihoods.total)
    for heading, footer in zip(
        ("author", "posts", "characters", "right", "none", "wrong"), total, strict=True
    ):
        right = heading != "author"
        table.add_column(heading, footer, justify="right" if right else "left", overflow="fold")
    for author, measured in likelihoods.authors.items():
        table.add_row(*_cells(author, measured))
    instance.out.print(table)
    instance.out.print(f"\n{_READING}")
    if likelihoods.attribution is not None:
        instance.out.print(
            f"Attribution: {likelihoods.attribution:.1%} of the posts are likeliest as their author's."
        )
    if found.baselines is not None:
        instance.out.print(_baselines_line(found.baselines))
    if found.judged is not None:
        _print_judged(instance, found.judged)


def _cells(name: str, measured: "Measured") -> list[str]:
    bits = measured.bits_per_character
    shown = ["–" if value is None else f"{value:.3f}" for value in (bits.right, bits.none, bits.wrong)]
    return [name, f"{measured.posts:,}", f"{measured.characters:,}", *shown]


def _baselines_line(found: "Baselines") -> str:
    reached = f"{found.unigram:.3f} by single characters, {found.witten_bell:.3f} and {found.ppm:.3f} (PPM) by the five"
    return f"Without a network: {reached} characters before."


def _print_judged(instance: Instance, found: "Judged") -> None:
    """Ours beside real posts'."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in (f"{found.samples:,} texts it wrote", "ours", "real posts"):
        table.add_column(heading, justify="left" if heading.endswith("wrote") else "right")
    for name, ours, real in _rows(found):
        table.add_row(name, ours, real)
    instance.out.print()
    instance.out.print(table)
    if run := found.novelty.longest_run_text:
        instance.out.print(f'The longest run copied: "{" ".join(run.split())}"')


def _rows(found: "Judged") -> "Iterator[tuple[str, str, str]]":
    news, various = (found.novelty, found.real_novelty), (found.variety, found.real_variety)
    if (whose := found.attributed) is not None:
        yield "a judge names the right author", _percent(whose.ours), _percent(whose.real)
    if found.told_apart is not None:
        yield "a judge tells it from a real post (50 % = it cannot)", _percent(found.told_apart), ""
    yield _both("repeats a post", news, "verbatim")
    yield _both("repeats a post of 30 characters or more", news, "verbatim_long")
    yield _both("new among its runs of four words", news, "novel_4grams")
    real = found.real_novelty
    yield "words in the longest run copied", str(found.novelty.longest_run), str(real.longest_run) if real else "–"
    yield _both("different words", various, "distinct_1")
    yield _both("different pairs of words", various, "distinct_2")
    yield _both("self-BLEU (how much they say the same)", various, "self_bleu")
    if (length := found.lengths) is not None:
        yield "characters, mean", f"{length.mean:.0f}", f"{length.real_mean:.0f}"
        yield "characters off in length", f"{length.distance:.0f}", ""
        yield "cut at the longest length", _percent(length.cut), ""


def _both(name: str, pair: "tuple[object, object]", measure: str) -> "tuple[str, str, str]":
    ours, real = (getattr(each, measure, None) for each in pair)
    return name, _percent(ours), _percent(real)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _remark(instance: Instance, found: "Evaluation") -> None:
    if unknown := found.likelihoods.unknown:
        names = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
        instance.err.print(f"{found.model} does not know {names}: measured as nobody's alone")
    if found.judged is None:
        instance.err.print(
            "what it writes was not measured: no samples, or no collected post of this model's authors"
        )
