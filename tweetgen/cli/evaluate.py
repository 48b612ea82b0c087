"""`tweetgen evaluate`: how well a model knows its authors, and how new what it writes is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.corpus.novelty import Novelty
    from tweetgen.model.model import Model
    from tweetgen.pipeline.evaluate import Evaluation, Measured
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
    "--quick", is_flag=True, help="Leave out wrong labels and attribution: far faster with many authors."
)
@click.option(
    "--samples", default=200, show_default=True, type=click.IntRange(min=0), help="Texts written for novelty."
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
    compare. Novelty is that of texts the model writes, against all collected posts of its authors.

    \b
    Examples:
      tweetgen evaluate shared
      tweetgen evaluate shared --posts 500 --quick
      tweetgen evaluate base others.jsonl.gz --json
    """
    from tweetgen.errors import InputError
    from tweetgen.model.library import find
    from tweetgen.model.model import Model
    from tweetgen.pipeline.evaluate import Evaluation, measure, some

    opened = Model.load(find(model, instance.app.weights_folders))
    texts = some(_texts_of_store(instance, opened) if file is None else _texts_of_file(instance, file), posts)
    if file is not None and not texts:
        why = "no post in it can be measured (links, @names and reposts do not count)"
        raise InputError(str(file), why, "name another FILE")
    with _bar(instance) as progress:
        likelihoods = measure(opened, texts, quick, progress)
    found = Evaluation(opened.name, likelihoods, _novelty(instance, opened, samples, seed))
    if as_json:
        instance.out.print_json(data=found.to_json())
    else:
        _print(instance, found)
    _remark(instance, found)


def _texts_of_store(instance: Instance, model: "Model") -> "list[Text]":
    """The held-out posts of the model's authors."""
    from tweetgen.pipeline.deduplicate import find_duplicates
    from tweetgen.pipeline.texts import cleaning_of, held_out_texts

    find_duplicates(instance.app.store)
    known = set(model.authors)
    texts = held_out_texts(instance.app.store, cleaning_of(model.origin))
    return [text for text in texts if text.author in known or not known]


def _texts_of_file(instance: Instance, file: Path) -> "list[Text]":
    from tweetgen.pipeline.evaluate import plain_texts

    pages = instance.app.source("jsonl", {"path": str(file.resolve())}).source.fetch(None, None)
    texts: list[Text] = []
    for page in pages:
        texts.extend(plain_texts(page.posts))
        for problem in page.problems:
            instance.err.print(problem)
    return texts


def _novelty(instance: Instance, model: "Model", samples: int, seed: int) -> "Novelty | None":
    """None without samples, or without a post of the model's authors to compare them with."""
    from tweetgen.corpus.novelty import novelty
    from tweetgen.pipeline.evaluate import write_samples
    from tweetgen.pipeline.texts import cleaned_texts, cleaning_of

    if not samples:
        return None
    store = instance.app.store
    learnt = set(store.authors()).intersection(model.authors or store.authors())
    if not learnt:
        return None
    texts = (text for text, _ in cleaned_texts(store, cleaning_of(model.origin)))
    corpus = (text.text for text in texts if text.author in learnt)
    return novelty(write_samples(model, samples, seed), corpus)


@contextmanager
def _bar(instance: Instance) -> "Iterator[Callable[[int, int], None] | None]":
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
    if found.novelty is not None:
        instance.out.print(_novelty_line(found.novelty))


def _cells(name: str, measured: "Measured") -> list[str]:
    bits = measured.bits_per_character
    shown = ["–" if value is None else f"{value:.3f}" for value in (bits.right, bits.none, bits.wrong)]
    return [name, f"{measured.posts:,}", f"{measured.characters:,}", *shown]


def _novelty_line(found: "Novelty") -> str:
    new = (
        "" if found.novel_5grams is None else f", {found.novel_5grams:.1%} of their 5-grams of words are new"
    )
    run = f"; the longest run copied is {found.longest_run} words" if found.longest_run else ""
    quoted = f': "{" ".join(found.longest_run_text.split())}"' if found.longest_run else ""
    return f"Novelty: of {found.samples:,} texts {found.verbatim or 0:.1%} repeat a post{new}{run}{quoted}."


def _remark(instance: Instance, found: "Evaluation") -> None:
    if unknown := found.likelihoods.unknown:
        names = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
        instance.err.print(f"{found.model} does not know {names}: measured as nobody's alone")
    if found.novelty is None:
        instance.err.print(
            "novelty was not measured: no samples, or no collected post of this model's authors"
        )
