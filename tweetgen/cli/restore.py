"""`tweetgen restore`: a copy of the database in its place again."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.app import App
    from tweetgen.store.backup import Restored


@click.command(short_help="Put a backup of the database in its place")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def command(instance: Instance, file: Path) -> None:
    """Put a backup of the database in its place; refused while a service runs.

    The database that was there is kept beside it. Nothing that may have been sent since the backup is sent again:
    texts on their way wait for somebody to look, and all accounts are paused until `tweetgen resume --all`.

    \b
    Example:
      tweetgen restore tweetgen-monday.db
    """
    from tweetgen.store import Store

    app, now = instance.app, datetime.now(UTC)
    _refuse_while_served(app, now)
    app.close()
    _tell(instance, file, Store.restore(app.database_url, file, now))


def _refuse_while_served(app: "App", now: datetime) -> None:
    from tweetgen.errors import Busy, StoreError
    from tweetgen.service.report import SILENT

    with suppress(StoreError):  # a database that cannot be read may well be replaced
        for daemon in app.store.daemons.alive(now - SILENT):
            raise Busy("the database", f"the service {daemon.owner} (stop it first)")


def _tell(instance: Instance, file: Path, restored: "Restored") -> None:
    held = restored.held
    taken = f", taken {held.taken_at:%Y-%m-%d %H:%M} UTC" if held.taken_at else ""
    lines = [f"restored: {file}{taken}"]
    if restored.replaced is not None:
        lines.append(f"the database before: {restored.replaced}")
    if held.texts:
        lines.append(f"{held.texts} texts may have been sent since; look at each: tweetgen outbox --state needs_human")
    if held.slots:
        lines.append(f"{held.slots} moments to post have passed since and count as missed")
    if held.approved:
        lines.append(f"{held.approved} approved texts are ready; some may have been posted since")
    lines.append("\nAll accounts are paused. When all is looked through: tweetgen resume --all")
    instance.out.print("\n".join(lines))
