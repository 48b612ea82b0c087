"""`tweetgen doctor`: whether everything is in order."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.domain import Finding


@click.command(short_help="Look whether everything is in order, with a remedy for what is not")
@click.option("--online", is_flag=True, help="Also see whether the hosts that plugins' settings name can be reached.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_context
def command(ctx: click.Context, /, online: bool, as_json: bool) -> None:
    """Look whether everything is in order: configuration, plugins, secrets, store, models, links, clock, disk.

    Each problem comes with its remedy; exit code 1 if there is one. Nothing is published, and without --online
    nothing leaves this machine.
    """
    instance: Instance = ctx.obj
    findings = list(_examine(instance, online))
    if as_json:
        told = [{"about": found.about, "ok": found.ok, "told": found.told} for found in findings]
        instance.out.print_json(data=told)
    else:
        for found in findings:
            instance.out.print(f"{'ok     ' if found.ok else 'PROBLEM'}  {found.about}: {found.told}")
    ctx.exit(0 if all(found.ok for found in findings) else 1)


def _examine(instance: Instance, online: bool) -> "Iterator[Finding]":
    from tweetgen.doctor import examine
    from tweetgen.domain import Finding
    from tweetgen.errors import ConfigError

    try:
        app, _ = instance.app, instance.app.plugins
    except ConfigError as error:
        yield from (Finding("configuration", False, problem) for problem in error.problems)
        return
    yield Finding("configuration", True, str(app.base))
    yield from examine(app, datetime.now(UTC), online)
