"""Log in where an account publishes."""

import click

from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import CommandLine


@click.group("auth", short_help="Log in where an account publishes")
def command() -> None:
    """Log in where an account publishes, and keep what is given for it in state/secrets/ or the keyring."""


@hookimpl
def register_commands(cli: CommandLine) -> None:
    """Offer `tweetgen auth`."""
    cli.add_command(command)
