"""`tweetgen restore`: a copy of the database in its place again."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.app import App
    from tweetgen.store.quarantine import Held


@click.command(short_help="Put a backup of the database in its place")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--hold-back", is_flag=True, help="The database is in its place already (pg_restore): only hold back.")
@click.pass_obj
def command(instance: Instance, file: Path | None, hold_back: bool) -> None:
    """Put a backup of the database in its place; refused while a service runs.

    The database that was there is kept beside it. Nothing that may have been sent since the backup is sent again:
    texts on their way wait for somebody to look, approved ones are to be reviewed again, and all accounts are paused
    until `tweetgen resume --all`. PostgreSQL restores by tools of its own; call this with --hold-back after them.

    \b
    Examples:
      tweetgen restore tweetgen-monday.db
      tweetgen restore --hold-back
    """
    from tweetgen.store import Store

    if (file is None) != hold_back:
        raise click.UsageError("name the FILE of a backup, or give --hold-back alone")
    app, now = instance.app, datetime.now(UTC)
    _refuse_while_served(app, now)
    if file is None:
        _tell(instance, "held back", app.store.quarantine(now))
        return
    app.close()
    restored = Store.restore(app.database_url, file, now)
    _tell(instance, f"restored: {file}", restored.held, restored.replaced)


def _refuse_while_served(app: "App", now: datetime) -> None:
    from tweetgen.errors import Busy, StoreError
    from tweetgen.pipeline.status import SILENT

    with suppress(StoreError):  # a database that cannot be read may well be replaced
        for daemon in app.store.daemons.alive(now - SILENT):
            raise Busy("the database", f"the service {daemon.owner}", "stop that first")


def _tell(instance: Instance, done: str, held: "Held", replaced: Path | None = None) -> None:
    from tweetgen.service.wording import some

    taken = f", taken {held.taken_at:%Y-%m-%d %H:%M} UTC" if held.taken_at else ""
    lines = [f"{done}{taken}"]
    if replaced is not None:
        lines.append(f"the database before: {replaced}")
    if held.texts:
        told = f"{some(held.texts, 'text')} may have been sent since"
        lines.append(f"{told}; look at each: tweetgen outbox --state needs_human")
    if held.slots:
        lines.append(f"since then {some(held.slots, 'moment')} to post passed, missed")
    if held.in_review:
        told = f"to be reviewed again, for they may have been posted since: {some(held.in_review, 'text')}"
        lines.append(f"{told}; see: tweetgen review")
    lines.append("\nAll accounts are paused. When all is looked through: tweetgen resume --all")
    instance.out.print("\n".join(lines))
