"""Log in where an account publishes."""

from typing import TYPE_CHECKING

import click

from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import CommandLine, Instance

if TYPE_CHECKING:
    from .destination_x import XDestination


@click.group("auth", short_help="Log in where an account publishes")
def command() -> None:
    """Log in where an account publishes, and keep what is given for it in state/secrets/ or the keyring."""


@command.command("x", short_help="Log in to X with your browser (OAuth 2.0)")
@click.argument("account")
@click.option("--destination", metavar="D", help="The name of the destination, where the account has several on X.")
@click.option("--paste", is_flag=True, help="Paste the address you are sent to: for a browser on another machine.")
@click.option("--minutes", default=10.0, show_default=True, type=click.FloatRange(0, 60), help="How long to wait.")
@click.pass_obj
def x(instance: Instance, account: str, destination: str | None, paste: bool, minutes: float) -> None:
    """Log in to X as the user that ACCOUNT posts as.

    Its destination must have a `client_id`. Open the address that is shown in a browser where that user is logged in,
    and say yes. What waited for the login is sent afterwards; where the service runs, it goes on by itself.

    \b
    Examples:
      tweetgen auth x parody
      tweetgen auth x parody --paste
    """
    from ._x.authorizing import listening

    name, target = _chosen(instance, account, destination)
    login, asking = target.authorize()
    click.echo(f"Open this address as the user who is to post, and say yes:\n\n  {asking.address}\n")
    if paste:
        click.echo("The page you are sent to then cannot be shown: that is all right. Copy its whole address.")
        code = asking.code(click.prompt("Address"))
    else:
        with listening(asking.redirect_uri) as listener:
            code = listener.wait(asking, minutes * 60)
    login.exchange(code, asking.verifier, asking.redirect_uri)
    user = target.confirm()
    instance.logged_in(account, name)
    click.echo(f"{account} posts as @{user} through {name}." if user else f"{account} may post through {name}.")


def _chosen(instance: Instance, account: str, destination: str | None) -> "tuple[str, XDestination]":
    from .destination_x import NAME, XDestination

    made = instance.destinations(NAME, account)
    found = {name: one for name, one in made.items() if isinstance(one, XDestination)}
    what = f"account {account}"
    if not found:
        raise InputError(what, "has no destination x", f"write one into accounts/{account}.yaml, with a client_id")
    if destination is None and len(found) > 1:
        raise InputError(what, "has several destinations x", f"name one: --destination {' or '.join(sorted(found))}")
    name = destination or next(iter(found))
    if name not in found:
        raise InputError(what, f"has no destination x called {name}", f"it has: {', '.join(sorted(found))}")
    return name, found[name]


@hookimpl
def register_commands(cli: CommandLine) -> None:
    """Offer `tweetgen auth`."""
    cli.add_command(command)
