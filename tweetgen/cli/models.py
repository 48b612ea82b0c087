"""`tweetgen models`: what each weights file is."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.domain import Json
    from tweetgen.model.cards import Card

_MOST_NAMES = 4


@click.command(short_help="List the models and what each was learnt from")
@click.argument("name", required=False)
@click.option("--containing", metavar="AUTHOR", help="Only those that learnt from this author.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def command(instance: Instance, name: str | None, containing: str | None, as_json: bool) -> None:
    """List the models, told by each file itself; with NAME (or a path), all there is to know of that one.

    Files that cannot be read are listed too, with the reason.

    \b
    Examples:
      tweetgen models
      tweetgen models base
      tweetgen models --containing ada
    """
    from tweetgen.model.cards import card
    from tweetgen.model.library import find, listing

    folders = instance.app.weights_folders
    paths = listing(folders) if name is None else [find(name, folders)]
    cards = [card(path) for path in paths]
    if containing is not None:
        cards = [found for found in cards if found.learnt_from(containing)]
    if as_json:
        told: list[Json] = [found.to_json() for found in cards]
        instance.out.print_json(data=told if name is None else (told or [None])[0])
    elif not cards:
        instance.out.print(_nothing(containing))
    elif name is not None:
        _print_whole(instance, cards[0])
    else:
        _print_table(instance, cards)


def _nothing(containing: str | None) -> str:
    if containing is not None:
        return f"No model says that it learnt from {containing}."
    return "There is no model yet.\n\nNext: tweetgen train"


def _print_table(instance: Instance, cards: "Sequence[Card]") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in (
        "name",
        "authors",
        "posts",
        "tokens",
        "network",
        "parameters",
        "size",
        "trained",
        "from",
        "bits/char",
    ):
        right = heading in ("posts", "parameters", "size", "bits/char")
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for found in cards:
        if found.problem is None:
            table.add_row(*_row(found))
    if table.row_count:
        instance.out.print(table)
    for found in cards:
        if found.problem is not None:
            instance.out.print(f"{found.name}: broken, {found.problem} ({found.path})")


def _row(found: "Card") -> Iterator[str]:
    rest = len(found.authors) - _MOST_NAMES
    yield found.name
    yield ", ".join(found.authors[:_MOST_NAMES]) + (f" and {rest:,} more" if rest > 0 else "")
    yield f"{sum(found.posts.values()):,}" if found.posts else ""
    yield f"{found.level} {found.vocabulary:,}"
    yield found.network
    yield f"{found.parameters:,}"
    yield _size(found.bytes)
    yield (found.trained or "")[:10]
    yield found.parent or ""
    yield "" if found.bits_per_character is None else f"{found.bits_per_character:.3f}"


def _print_whole(instance: Instance, found: "Card") -> None:
    from rich.table import Table

    from tweetgen.errors import TweetgenError

    if found.problem is not None:
        raise TweetgenError(f"{found.path}: {found.problem}")
    facts = {
        "name": found.name,
        "file": str(found.path),
        "size": _size(found.bytes),
        "tokens": f"{found.level}, {found.vocabulary:,} of them",
        "network": f"{found.network}, {found.parameters:,} numbers",
        "trained": found.trained,
        "from": found.parent,
        "authors": f"{len(found.authors):,}",
        "bits per character": None if found.bits_per_character is None else f"{found.bits_per_character:.3f}",
        **_novelty(found),
    }
    table = Table(box=None, pad_edge=False, show_header=False)
    for fact, value in facts.items():
        if value:
            table.add_row(fact, value)
    instance.out.print(table)
    _print_authors(instance, found)


def _novelty(found: "Card") -> dict[str, str]:
    """What was measured on samples, one line a number."""
    told = (found.report or {}).get("novelty")
    return (
        {name.replace("_", " "): _shown(value) for name, value in told.items()}
        if isinstance(told, dict)
        else {}
    )


def _shown(value: "Json") -> str:
    return f"{value:.3f}" if isinstance(value, float) else str("" if value is None else value)


def _print_authors(instance: Instance, found: "Card") -> None:
    """Each author with the posts learnt from, where the file tells them."""
    from rich.table import Table

    if not found.authors:
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("author", overflow="fold")
    table.add_column("posts", justify="right")
    for author in sorted({*found.authors, *(found.posts or {})}):
        posts = (found.posts or {}).get(author)
        table.add_row(author, "" if posts is None else f"{posts:,}")
    instance.out.print()
    instance.out.print(table)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"
