"""`tweetgen serve`: the daemon, with its pages."""

import logging
import os
import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.cli.pages import Pages
    from tweetgen.service.context import Context
    from tweetgen.service.daemon import Daemon


@click.command(short_help="Run the service: collect, train, write, review and post")
@click.option("--once", is_flag=True, help="Do everything that is due, then end; exit code 1 if something failed.")
@click.option("--dry-run", is_flag=True, help="Do everything but sending, and say what would be sent.")
@click.option(
    "--account", "accounts", multiple=True, metavar="NAME", help="Serve this account only; may be given several times."
)
@click.pass_context
def command(ctx: click.Context, /, once: bool, dry_run: bool, accounts: tuple[str, ...]) -> None:
    """Keep every account going until told to stop: what is due is collected, learnt, written, reviewed and posted.

    Changes of the configuration and of plugins count at once; a broken one leaves the old one in force and says so.
    SIGTERM and Ctrl-C end it within ten seconds, SIGHUP reads the configuration again. Posts are sent once, also
    where several daemons serve one database.

    \b
    Examples:
      tweetgen serve
      tweetgen serve --once --dry-run --account parody
    """
    from tweetgen.service import logs
    from tweetgen.service.context import Context, Options
    from tweetgen.service.redaction import Redactor

    instance: Instance = ctx.obj
    app = instance.app
    for name in accounts:
        app.account(name)
    options = Options(frozenset(accounts), partial(_say, instance) if dry_run else None)
    redactor = Redactor()
    logs.set_up(app.config.service.log, redactor)
    context = Context(app, options, redactor, lambda: datetime.now(UTC))
    if once:
        from tweetgen.service.once import serve_once

        ctx.exit(0 if serve_once(context) else 1)
    _serve(context)


def _say(instance: Instance, account: str, destination: str, text: str) -> None:
    instance.out.print(f"would be sent to {destination} of {account}: {text}")


def _serve(context: "Context") -> None:
    from tweetgen.service.daemon import Daemon
    from tweetgen.service.supervisor import Supervisor

    daemon = Daemon(context, Supervisor(os.environ))
    pages = _pages(context, daemon)
    ending = daemon.run()
    if pages is not None:
        pages.stop()
    context.app.close()
    sys.stdout.flush()
    if ending.restart:
        os.execv(sys.executable, sys.orig_argv)
    if not ending.idle:
        os._exit(0)  # threads that hang would be waited for otherwise


def _pages(context: "Context", daemon: "Daemon") -> "Pages | None":
    """Begin to answer browsers; None, with a word in the log, where the address cannot be had."""
    from tweetgen.cli.pages import open_pages
    from tweetgen.errors import InputError
    from tweetgen.web.site import Health

    health = Health(daemon.trouble, daemon.hindrance)
    try:
        pages = open_pages(lambda: context.app, health=health, metrics=context.metrics.exposition, now=context.now)
    except InputError as error:  # such as a second daemon on one machine: that one works, only without pages
        logging.getLogger(__name__).warning("no pages: %s", error)
        return None
    daemon.pages = pages.url
    pages.start()
    return pages
