"""`tweetgen web`: the pages alone, without the service."""

from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.cli.pages import Pages


@click.command(short_help="Review, play and look around in a browser")
@click.option("--host", metavar="ADDRESS", help="Listen here instead of where config.yaml says.")
@click.option("--port", type=click.IntRange(0, 65535), help="And at this port; 0 takes any that is free.")
@click.pass_context
def command(ctx: click.Context, /, host: str | None, port: int | None) -> None:
    """Serve the pages until told to stop: review, playground, models, schedule, corpus, status.

    `tweetgen serve` serves the same pages beside the service. At an address of this machine alone nobody has to log
    in until there is a user; any other is refused before: see `tweetgen users`.

    \b
    Examples:
      tweetgen web
      tweetgen web --port 9000
    """
    from tweetgen.cli.pages import open_pages

    instance: Instance = ctx.obj
    app = instance.app
    app.plugins.listing()
    pages: Pages = open_pages(lambda: app, host=host, port=port)
    instance.out.print(f"{pages.url}  (Ctrl-C ends it)")
    pages.run()
