"""`tweetgen tune`: the way of writing that comes nearest to real posts, found and written into the account's file."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.model.model import Model
    from tweetgen.pipeline.gather import Gathered
    from tweetgen.pipeline.samples import Sample
    from tweetgen.pipeline.tune import Tried, Tuned, Write
    from tweetgen.pipeline.yardstick import Yardstick
    from tweetgen.settings import Writing

#: whom the texts of an account's voice are by, whatever its authors
_VOICE = "the voice"
#: columns under which only the judges are shown beside the score
_WIDE = 120
#: whose posts are compared where a model has more authors
_AUTHORS = 16


@dataclass(frozen=True)
class _Bench:
    """What is tuned, and what it is held against."""

    present: "Writing"
    write: "Write"
    yardstick: "Yardstick"


@click.command(short_help="Find the way of writing that comes nearest to real posts")
@click.option("--account", metavar="NAME", help="Tune the voice of accounts/NAME.yaml, and write the result into it.")
@click.option("--model", metavar="MODEL", help="Tune all authors of a model, and print the result.")
@click.option("--samples", default=250, show_default=True, type=click.IntRange(min=20), help="Texts of each way.")
@click.option("--minutes", default=10.0, show_default=True, type=click.FloatRange(min=0), help="Search no longer.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Of these texts.")
@click.option("--dry-run", is_flag=True, help="Print the lines for the account's file; write nothing.")
@click.pass_obj
def command(
    instance: Instance,
    account: str | None,
    model: str | None,
    samples: int,
    minutes: float,
    seed: int,
    dry_run: bool,
) -> None:
    """Try ways of writing (temperature, top-p, min-p, typical sampling, no-repeat, guidance) on held-out posts.

    The score says how far texts are from real posts: 0 is perfect. It counts whether a judge names the right author
    and tells ours from real posts, new and copied words, variety, length, and texts cut off. The best few ways are
    compared with the present one on texts that the search never saw; only what is truly better is written. Ctrl-C
    ends the search and compares what was found so far; once more leaves everything as it was.

    \b
    Examples:
      tweetgen tune --account parody
      tweetgen tune --account parody --samples 500 --dry-run
      tweetgen tune --model shared
    """
    from tweetgen.pipeline.tune import Tuner

    if (account is None) == (model is None):
        raise click.UsageError("name an account or a model: --account NAME or --model MODEL")
    with instance.err.status("reading posts"):
        bench = _bench(instance, account, model, samples)
    until = time.monotonic() + 60 * minutes
    with _progress(instance, until) as heard:
        going: Callable[[], bool] = lambda: time.monotonic() < until  # noqa: E731
        found = Tuner(bench.write, bench.yardstick, samples, seed, going, heard).tune(bench.present)
    _show(instance, found, samples)
    _keep(instance, found, None if dry_run else account)


def _bench(instance: Instance, account: str | None, model: str | None, samples: int) -> _Bench:
    from tweetgen.model.library import find
    from tweetgen.model.model import Model
    from tweetgen.pipeline.gather import gather

    app = instance.app
    opened = Model.load(find(app.account(account).model if account else model, app.weights_folders))
    if account is None:
        return _of_all(opened, gather(app.store, opened), app.config.writing, samples)
    from tweetgen.model.manner import shares

    configured = app.account(account)
    voice = shares(configured.voice, opened.authors)
    return _of_voice(opened, voice, gather(app.store, opened), configured.writing, samples)


def _of_voice(
    model: "Model", voice: Mapping[str, float], at_hand: "Gathered", present: "Writing", samples: int
) -> _Bench:
    """A voice, blended or not, against the posts of its authors as if they were one."""
    from tweetgen.pipeline.samples import Sample
    from tweetgen.pipeline.tune import PROOF
    from tweetgen.pipeline.yardstick import Yardstick, as_one, in_proportion

    def write(count: int, seed: int, writing: "Writing") -> "Sequence[Sample]":
        way = {name: value for name, value in asdict(writing).items() if name != "candidates"}
        return [
            Sample(_VOICE, each.text, each.complete) for each in model.candidates(count, voice, seed=seed, **way)
        ]

    real = as_one(in_proportion(at_hand.real, voice), voice, _VOICE)
    return _Bench(present, write, Yardstick(as_one(at_hand.learnt, voice, _VOICE), real, PROOF * samples))


def _of_all(model: "Model", at_hand: "Gathered", present: "Writing", samples: int) -> _Bench:
    """Each author of a model, or those with most posts, against their own posts."""
    from collections import Counter

    from tweetgen.pipeline.samples import write_samples
    from tweetgen.pipeline.tune import PROOF
    from tweetgen.pipeline.yardstick import Yardstick

    if not model.authors:
        return _of_voice(model, {}, at_hand, present, samples)
    authors = [author for author, _ in Counter(text.author for text in at_hand.real).most_common(_AUTHORS)]

    def write(count: int, seed: int, writing: "Writing") -> "Sequence[Sample]":
        return write_samples(model, count, seed, writing, authors)

    real = [text for text in at_hand.real if text.author in authors]
    return _Bench(present, write, Yardstick(at_hand.learnt, real, PROOF * samples))


@contextmanager
def _progress(instance: Instance, until: float) -> "Iterator[Callable[[Sequence[Tried]], object]]":
    """A line that says how far it is, where somebody watches."""
    from tweetgen.pipeline.ways import described

    with instance.err.status("trying the present way of writing") as status:

        def heard(tried: "Sequence[Tried]") -> None:
            best = min(tried, key=lambda each: each.score)
            left = max(until - time.monotonic(), 0) / 60
            told = f"{len(tried)} tried; best {best.score:.3f}: {described(best.writing)}"
            status.update(f"{told}; at most {left:.1f} minutes more; Ctrl-C keeps what was found")

        yield heard


def _show(instance: Instance, found: "Tuned", samples: int) -> None:
    """All that was tried, the best first, then what was proved."""
    from tweetgen.pipeline.tune import PROOF

    tried = sorted(found.tried, key=lambda each: each.score)
    _table(instance, found, f"tried on {samples:,} texts each", tried)
    _table(instance, found, f"proved on {PROOF * samples:,} new texts each", found.proved)
    if found.stopped:
        instance.err.print("the search was stopped before its end")


def _table(instance: Instance, found: "Tuned", title: str, tried: "Sequence[Tried]") -> None:
    from rich.table import Table

    from tweetgen.pipeline.distance import TERMS
    from tweetgen.pipeline.ways import described

    known = [name for name in TERMS if any(name in each.measures for each in tried)]
    names = known if instance.out.width >= _WIDE else [name for name in known if name in ("voice", "apart")]
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column(title, overflow="fold")
    for heading in ("score", *(TERMS[name].heading for name in names)):
        table.add_column(heading, justify="right")
    for each in tried:
        mark = "now" if each.writing == found.present else ""
        mark = "best" if each.writing == found.proved[0].writing else mark
        table.add_row(mark, described(each.writing), f"{each.score:.3f}", *(_percent(each, name, 0) for name in names))
    # the real posts stand in the last of them: there they are as many as in the proof
    table.add_row("", "real posts", "", *(_percent(tried[-1], name, 1) for name in names))
    instance.out.print(table)
    instance.out.print()


def _percent(tried: "Tried", name: str, side: int) -> str:
    return f"{tried.measures[name][side]:.1%}" if name in tried.measures else "–"


def _keep(instance: Instance, found: "Tuned", account: str | None) -> None:
    """Write what is truly better into the account's file, or print it."""
    from tweetgen.config import NotRewritten, account_file, rewrite_section, section_lines
    from tweetgen.pipeline.ways import changes

    if found.gain is None:
        instance.out.print("The present way of writing is the best of these; nothing to change.")
        return
    gain = found.gain
    told = f"{-gain.mean:.3f} nearer to real posts than the present way (95 %: {-gain.high:.3f} to {-gain.low:.3f})"
    if not gain.better:
        instance.out.print(f"The best is {told}: that may be chance, and nothing is changed.")
        return
    instance.out.print(f"The best is {told}.")
    wanted = changes(found.present, found.chosen)
    if account is None:
        instance.out.print("\n".join(section_lines("writing", wanted)))
        return
    path = account_file(instance.app.base, account)
    try:
        rewrite_section(path, "writing", wanted)
    except NotRewritten as refused:
        instance.err.print(f"{path}: its `writing` is in no form that can be edited; put this in its place:")
        instance.out.print("\n".join(refused.lines))
        return
    instance.err.print(f"written into {path}")
