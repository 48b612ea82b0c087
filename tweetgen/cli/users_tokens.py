"""`tweetgen users tokens`, `token` and `revoke`: what programs may do without a login."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from tweetgen.cli.instance import Instance
from tweetgen.cli.moments import shown, zone_of
from tweetgen.cli.person import own_name
from tweetgen.domain import Role
from tweetgen.errors import UnknownName

if TYPE_CHECKING:
    from tweetgen.store import Store
    from tweetgen.store.api_tokens import ApiToken
    from tweetgen.store.deeds import By

_ROLES = click.Choice([role.word for role in Role])


@click.command(short_help="List API tokens")
@click.argument("name", required=False)
@click.option("-n", "count", default=50, show_default=True, type=click.IntRange(min=1), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def tokens(instance: Instance, name: str | None, count: int, as_json: bool) -> None:
    """List the API tokens of NAME, or everybody's, the newest first; never the tokens themselves."""
    app = instance.open_anyhow()
    found = app.store.api_tokens.list(name, count)
    now = datetime.now(UTC)
    if as_json:
        instance.out.print_json(data=[_to_json(one, now) for one in found])
        return
    if not found:
        instance.out.print("There are none.\n\nNext: tweetgen users token NAME --role viewer --purpose TEXT")
        return
    from rich.table import Table

    zone = zone_of(app, "")
    table = Table("number", "owner", "role", "state", "expires", "last used", "purpose", box=None, pad_edge=False)
    for one in found:
        used = shown(one.used_at, zone) if one.used_at else "never"
        state, until = _state(one, now), shown(one.expires_at, zone)
        table.add_row(str(one.number), one.owner, one.role.word, state, until, used, one.purpose)
    instance.out.print(table)


@click.command(short_help="Make an API token, shown once")
@click.argument("name")
@click.option("--role", type=_ROLES, required=True, help="The most it may do, never more than its owner.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 366), help="How long it lives.")
@click.option("--purpose", required=True, metavar="TEXT", help="What it is for.")
@click.pass_obj
def token(instance: Instance, name: str, role: str, days: int, purpose: str) -> None:
    """Make an API token for a program of NAME's. It is printed this once, alone on stdout, and kept nowhere."""
    from tweetgen.pipeline.people import People

    app = instance.open_anyhow()
    known(app.store, name)
    made, secret = People(app.store).make_token(name, purpose, Role.of(role), days, datetime.now(UTC), by())
    until = shown(made.expires_at, zone_of(app, ""))
    told = f"API token {made.number} of {name}, good until {until}; send it as: Authorization: Bearer TOKEN"
    instance.err.print(told)
    instance.out.print(secret)


@click.command(short_help="End an API token")
@click.argument("number", type=int)
@click.pass_obj
def revoke(instance: Instance, number: int) -> None:
    """End API token NUMBER, at once."""
    instance.open_anyhow().store.api_tokens.revoke(number, datetime.now(UTC), by())
    instance.out.print(f"API token {number} is revoked")


def known(store: "Store", name: str) -> None:
    """Raises UnknownName for somebody who may not enter."""
    if store.users.get(name) is None:
        raise UnknownName("user", name, [user.name for user in store.users.all()])


def by() -> "By":
    """As whom it is done."""
    from tweetgen.store.deeds import By

    return By(own_name(), "command line")


def _state(token: "ApiToken", now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "good" if token.is_good(now) else "expired"


def _to_json(token: "ApiToken", now: datetime) -> dict[str, Any]:
    moments = {name: getattr(token, name) for name in ("created_at", "expires_at", "used_at", "revoked_at")}
    return {
        "number": token.number,
        "owner": token.owner,
        "role": token.role.word,
        "state": _state(token, now),
        "purpose": token.purpose,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }
