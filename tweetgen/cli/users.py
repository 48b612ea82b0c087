"""`tweetgen users`: who may enter the pages."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tweetgen.cli.corpus import is_terminal
from tweetgen.cli.instance import Instance
from tweetgen.cli.moments import shown, zone_of
from tweetgen.cli.users_tokens import by, known, revoke, token, tokens
from tweetgen.domain import Role
from tweetgen.errors import InputError

if TYPE_CHECKING:
    from tweetgen.pipeline.people import People
    from tweetgen.store import Store

_ROLES = click.Choice([role.word for role in Role])
_MEANING = "What they may do: look; decide, too; move and settle posts, too; everything."
_STDIN = click.option("--password-stdin", is_flag=True, help="Read the password from stdin, its first line.")
_NOBODY = (
    "Nobody has a login: whoever sits at this machine may do everything.\n\nNext: tweetgen users add NAME --role admin"
)
_FIRST = """\
From now on everybody must log in, on this machine, too. A page that is open already asks for it at its next step."""


@click.group(invoke_without_command=True, short_help="Say who may enter the pages, and what programs of theirs may do")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Say who may enter the pages; without a subcommand, list them.

    Without any user, whoever sits at this machine may do everything, and the pages are served to nobody else. With
    one, everybody must log in. A viewer looks; a reviewer decides about candidates, too; a publisher moves, pauses and
    settles posts, too; an admin may do everything.

    \b
    Examples:
      tweetgen users add ann --role admin
      tweetgen users role ann publisher
      tweetgen users token ann --role viewer --days 30 --purpose "the screen in the hall"
      tweetgen users remove ann
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json=False)


@command.command("list", short_help="List who may enter")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def list_(instance: Instance, as_json: bool) -> None:
    """List who may enter, and with which role."""
    _list(instance, as_json)


@command.command(short_help="Let somebody in")
@click.argument("name")
@click.option("--role", type=_ROLES, required=True, help=_MEANING)
@_STDIN
@click.pass_obj
def add(instance: Instance, name: str, role: str, password_stdin: bool) -> None:
    """Let NAME in; the password is asked for twice, and never shown."""
    from tweetgen.pipeline.people import checked_name

    store = _store(instance)
    name = checked_name(name)
    if store.users.get(name) is not None:
        raise InputError(f"user {name}", "is there already", f"change it: tweetgen users role {name} {role}")
    is_first = not store.users.exist()
    _people(store).add(name, Role.of(role), _password(password_stdin), _now(), by())
    instance.out.print(f"{name} may enter as {role}.{f' {_FIRST}' if is_first else ''}")


@command.command(short_help="Let somebody in no more")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(instance: Instance, name: str, yes: bool) -> None:
    """Let NAME in no more: their logins and API tokens end at once."""
    store = _store(instance)
    users = [user.name for user in store.users.all()]
    if users == [name] and not yes:
        _confirm(name)
    store.users.remove(name, _now(), by())
    alone = " Nobody has a login now: whoever sits at this machine may do everything." if users == [name] else ""
    instance.out.print(f"{name} may enter no more.{alone}")


@command.command(short_help="Give somebody another role")
@click.argument("name")
@click.argument("role", type=_ROLES)
@click.pass_obj
def role(instance: Instance, name: str, role: str) -> None:
    """Make NAME a viewer, reviewer, publisher or admin; they have to log in again."""
    _store(instance).users.set_role(name, Role.of(role), _now(), by())
    instance.out.print(f"{name} may enter as {role}, after logging in again.")


@command.command(short_help="Give somebody another password")
@click.argument("name")
@_STDIN
@click.pass_obj
def password(instance: Instance, name: str, password_stdin: bool) -> None:
    """Give NAME another password; they have to log in again. Their API tokens stay."""
    store = _store(instance)
    known(store, name)
    _people(store).set_password(name, _password(password_stdin), _now(), by())
    instance.out.print(f"{name} has another password, and has to log in with it.")


def _list(instance: Instance, as_json: bool) -> None:
    app = instance.open_anyhow()
    users = app.store.users.all()
    if as_json:
        told = [{"name": one.name, "role": one.role.word, "created_at": one.created_at.isoformat()} for one in users]
        instance.out.print_json(data=told)
        return
    if not users:
        instance.out.print(_NOBODY)
        return
    from rich.table import Table

    table = Table("name", "role", "since", box=None, pad_edge=False)
    for user in users:
        table.add_row(user.name, user.role.word, shown(user.created_at, zone_of(app, "")))
    instance.out.print(table)


def _store(instance: Instance) -> "Store":
    """Also while the configuration is broken: somebody may have to be kept out at once."""
    return instance.open_anyhow().store


def _people(store: "Store") -> "People":
    from tweetgen.pipeline.people import People

    return People(store)


def _now() -> datetime:
    return datetime.now(UTC)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not is_terminal():
        raise InputError("the password", "there is no terminal to ask for it at", "pipe it in: --password-stdin")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    return answer


def _confirm(name: str) -> None:
    if not is_terminal():
        raise InputError(f"user {name}", "is the last, so nobody would need to log in", "repeat with --yes")
    told = "the last who may enter; then whoever sits at this machine may do everything"
    click.confirm(f"{name} is {told}. Remove {name}?", abort=True)


for _one in (tokens, token, revoke):
    command.add_command(_one)
