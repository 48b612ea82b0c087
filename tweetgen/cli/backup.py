"""`tweetgen backup`: a copy of the database."""

from datetime import UTC, datetime
from pathlib import Path

import click

from tweetgen.cli.instance import Instance


@click.command(short_help="Copy the database into a file, also while the service runs")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.pass_obj
def command(instance: Instance, file: Path, force: bool) -> None:
    """Copy the database into FILE, whole or not at all, also while the service runs.

    It holds the posts, the candidates and what became of them. Configuration, plugins and weights are files: copy
    them as such. A database on PostgreSQL is copied by its own tools.

    \b
    Example:
      tweetgen backup tweetgen-monday.db
    """
    from tweetgen.errors import InputError

    if file.exists() and not force:
        raise InputError(str(file), "is there already", "name another file, or say --force")
    instance.app.store.backup(file, datetime.now(UTC))
    instance.out.print(f"written: {file} ({file.stat().st_size / 1e6:.1f} MB)\n\nBack again: tweetgen restore {file}")
