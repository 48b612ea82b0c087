"""`tweetgen corpus`: what was collected, in numbers or found by its words; and away with it."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tweetgen.cli.corpus_recheck import recheck
from tweetgen.cli.deleted import clear_up
from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.domain import Json
    from tweetgen.pipeline.purge import Doomed
    from tweetgen.store import AuthorSummary


@click.group(invoke_without_command=True, short_help="Show, search or purge the collected posts")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show the collected posts: authors, counts, characters, spans of time, kinds, near-duplicates.

    \b
    Examples:
      tweetgen corpus
      tweetgen corpus --json
      tweetgen corpus search "good morning"
      tweetgen corpus purge --author ada
      tweetgen corpus recheck
    """
    if ctx.invoked_subcommand is None:
        _show(ctx.obj, as_json)


def _show(instance: Instance, as_json: bool) -> None:
    found = instance.app.store.summaries()
    if as_json:
        instance.out.print_json(data=[_to_json(summary) for summary in found])
    elif found:
        _print_table(instance, found)
    else:
        instance.out.print("The corpus is empty.\n\nNext: tweetgen import FILE, or tweetgen collect")


def _to_json(summary: "AuthorSummary") -> "Json":
    return {
        "author": summary.author,
        "posts": summary.posts,
        "trainable": summary.trainable,
        "characters": summary.characters,
        "first": summary.first.isoformat() if summary.first else None,
        "last": summary.last.isoformat() if summary.last else None,
        "duplicates": summary.duplicates,
        "kinds": {str(kind): count for kind, count in summary.kinds.items()},
    }


def _print_table(instance: Instance, found: "Sequence[AuthorSummary]") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("author", overflow="fold")
    for heading in ("posts", "characters", "first", "last", "near-duplicates", "not to learn from"):
        table.add_column(heading, justify="right")
    table.add_column("kinds")
    for one in sorted(found, key=lambda summary: (-summary.posts, summary.author)):
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in one.kinds.items())
        table.add_row(one.author, *_numbers([one]), kinds)
    if len(found) > 1:
        table.add_row(f"{len(found):,} authors", *_numbers(found), "", style="bold")
    instance.out.print(table)


def _numbers(found: "Sequence[AuthorSummary]") -> list[str]:
    return [
        f"{sum(one.posts for one in found):,}",
        f"{sum(one.characters for one in found):,}",
        _day(min((one.first for one in found if one.first), default=None)),
        _day(max((one.last for one in found if one.last), default=None)),
        f"{sum(one.duplicates for one in found):,}",
        f"{sum(one.posts - one.trainable for one in found):,}",
    ]


def _day(moment: datetime | None) -> str:
    return "" if moment is None else moment.date().isoformat()


@command.command(short_help="Find posts by their words")
@click.argument("text")
@click.option("--author", metavar="A", help="Only among the posts by A.")
@click.option("-n", "count", default=20, show_default=True, type=click.IntRange(min=1), help="How many at most.")
@click.pass_obj
def search(instance: Instance, text: str, author: str | None, count: int) -> None:
    """Show the posts that hold TEXT, oldest in the store first; capitals make no difference.

    \b
    Examples:
      tweetgen corpus search fog
      tweetgen corpus search "good morning" --author ada -n 100
    """
    from itertools import islice

    from tweetgen.pipeline.purge import known_author
    from tweetgen.pipeline.search import search as find

    store = instance.app.store
    known_author(store, author)
    found = list(islice(find(store, text, None if author is None else [author]), count + 1))
    for post in found[:count]:
        instance.out.print(f"{post.author}  {_day(post.created_at) or '–'}  {' '.join(post.text.split())}")
    if not found:
        instance.err.print(f"No post {f'by {author} ' if author else ''}holds {text!r}.")
    elif len(found) > count:
        instance.err.print(f"There are more; for instance: -n {5 * count}")


@command.command(short_help="Delete posts for good")
@click.option("--author", metavar="A", help="Posts by A.")
@click.option("--source", metavar="S", help="Posts that source S brought in.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def purge(instance: Instance, author: str | None, source: str | None, yes: bool) -> None:
    """Delete for good all posts by an author, from a source, or by that author from that source.

    Their text is overwritten in the database and leaves the overlap index, a stopped training that holds texts of
    these authors is forgotten, and the weights files that learnt from them are named: what those learnt, no purge can
    take from them. A source still configured brings only what is new.

    \b
    Examples:
      tweetgen corpus purge --author ada
      tweetgen corpus purge --source x_archive --yes
    """
    from tweetgen.cli.person import own_name
    from tweetgen.pipeline.purge import doomed
    from tweetgen.store.deeds import By

    store = instance.app.store
    if author is None and source is None:
        raise click.UsageError("name what to purge: --author A, --source S, or both")
    found = doomed(store, author, source)
    if not yes:
        _confirm(found)
    by = By(own_name(), "command line")
    count = store.purge(author, source, by=(by, datetime.now(UTC)))
    instance.out.print(f"{count:,} post{'' if count == 1 else 's'} deleted for good")
    clear_up(instance, found.names)


def _confirm(doomed: "Doomed") -> None:
    from tweetgen.errors import InputError

    names = ", ".join(doomed.names[:5]) + (", …" if len(doomed.names) > 5 else "")
    what = f"{doomed.posts:,} post{'' if doomed.posts == 1 else 's'} by {names}"
    if not is_terminal():
        raise InputError(what, "would be deleted for good", "repeat with --yes")
    click.confirm(f"Delete {what} for good?", abort=True)


def is_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


command.add_command(recheck)
