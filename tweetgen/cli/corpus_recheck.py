"""`tweetgen corpus recheck`: away with posts that are gone where they came from."""

import sys
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.interfaces import Rechecking
    from tweetgen.pipeline.recheck import Rechecked


@click.command(short_help="Delete posts that are gone where they came from")
@click.argument("source", required=False)
@click.option("-n", "most", type=click.IntRange(min=1), help="Ask for so many at most. Default: all.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def recheck(instance: Instance, source: str | None, most: int | None, yes: bool) -> None:
    """Ask every source that can tell, or SOURCE alone, which of its posts are still there, and delete the others.

    Posts that were deleted, hidden or replaced by another version leave the corpus for good, as `tweetgen corpus purge`
    does it. It goes on where it ended last time, so that a few each day come round to all of them.

    \b
    Examples:
      tweetgen corpus recheck
      tweetgen corpus recheck x -n 1000 --yes
    """
    from tweetgen.pipeline.recheck import outstanding
    from tweetgen.pipeline.recheck import recheck as ask

    store = instance.app.store
    sources = _sources(instance, source)
    posts = {name: outstanding(store, name, most) for name in sources}
    if not yes:
        _confirm(sources, posts)
    authors: set[str] = set()
    for name, found in sources.items():
        done = ask(store, name, found, most)
        authors |= done.authors
        _tell(instance, name, done)
    if authors:
        from tweetgen.cli.deleted import clear_up

        clear_up(instance, sorted(authors))


def _sources(instance: Instance, wanted: str | None) -> "dict[str, Rechecking]":
    from tweetgen.errors import InputError
    from tweetgen.interfaces import Rechecking

    configured = instance.app.sources(names=None if wanted is None else [wanted])
    found: dict[str, Rechecking] = {}
    for one in configured:
        if isinstance(one.source, Rechecking):
            found.setdefault(one.name, one.source)
    if not found:
        what = "no source of config.yaml or of an account" if wanted is None else f"source {wanted}"
        raise InputError(what, "can tell which posts are gone", "nothing is to be done; x can, for instance")
    return found


def _confirm(sources: "dict[str, Rechecking]", posts: dict[str, int]) -> None:
    from tweetgen.errors import InputError

    costs = [f"{count:,} posts of {name} for ${sources[name].price(count):.2f}" for name, count in posts.items()]
    what = "asking for " + ", ".join(costs)
    if not sys.stdin.isatty():
        raise InputError(what, "costs money, and what is gone is deleted for good", "repeat with --yes, or with -n 100")
    click.confirm(f"Go on with {what}?", abort=True)


def _tell(instance: Instance, name: str, done: "Rechecked") -> None:
    gone = done.gone.total()
    instance.out.print(f"{name}: {done.asked:,} asked for, {gone:,} gone and deleted for good")
    for reason, count in done.gone.most_common(5):
        instance.out.print(f"  {count:,}: {reason}")
    if done.stopped:
        instance.err.print(f"{name}: {done.stopped}; the next recheck goes on from there")
