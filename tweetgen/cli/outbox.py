"""`tweetgen outbox`: what is to be sent, what was sent, and what needs somebody to look."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tweetgen.cli.corpus import is_terminal
from tweetgen.cli.instance import Instance
from tweetgen.cli.moments import shown, zone_of
from tweetgen.cli.person import hand_of
from tweetgen.domain import Receipt, SendState
from tweetgen.errors import InputError
from tweetgen.interfaces import Deleting

if TYPE_CHECKING:
    from tweetgen.domain import Json
    from tweetgen.interfaces import Destination
    from tweetgen.store.channels import Channel
    from tweetgen.store.outbox_row import OutboxRow

#: characters of a text in the list
_LONGEST = 60
_MOMENTS = ("created_at", "not_before", "expires_at", "intent_at", "unknown_at", "sent_at")
_STATES = click.Choice([state.value for state in SendState])
_EMPTY = "The outbox is empty.\n\nNext: tweetgen review, then tweetgen serve"


@click.group(invoke_without_command=True, short_help="Look at what is sent; retry, give up, or say that it landed")
@click.option("--account", metavar="A", help="Only texts of this account.")
@click.option("--destination", metavar="D", help="Only texts for the destination of this name.")
@click.option("--state", "states", multiple=True, type=_STATES, help="Only these; may be repeated.")
@click.option("-n", "count", default=50, show_default=True, type=click.IntRange(min=1), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_context
def command(
    ctx: click.Context, account: str | None, destination: str | None, states: Sequence[str], count: int, as_json: bool
) -> None:
    """List what is to be sent and what was sent, the newest first, and the destinations that wait.

    \b
    Examples:
      tweetgen outbox
      tweetgen outbox --state needs_human --state failed
      tweetgen outbox show 12
      tweetgen outbox retry 12
      tweetgen outbox landed 12 --id 1830
      tweetgen outbox delete 12
    """
    if ctx.invoked_subcommand is not None:
        return
    instance: Instance = ctx.obj
    store = instance.app.store
    rows = store.outbox.list(account, destination, [SendState(state) for state in states], count)
    if as_json:
        instance.out.print_json(data=[_to_json(row) for row in rows])
        return
    if rows:
        _print_table(instance, rows)
    else:
        instance.out.print("Nothing in the outbox is like that." if account or destination or states else _EMPTY)
    for channel in store.channels.all():
        if not channel.is_open(_now()):
            instance.out.print(_held(channel, zone_of(instance.app, channel.account)))


@command.command(short_help="Show one text and all that is known of its way")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def show(instance: Instance, number: int, as_json: bool) -> None:
    """Show text NUMBER whole, and all that is known of its way."""
    row = instance.app.store.outbox.get(number)
    if as_json:
        instance.out.print_json(data=_to_json(row))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False)
    zone = zone_of(instance.app, row.account)
    facts = _to_json(row) | {name: _shown(getattr(row, name), zone) for name in _MOMENTS}
    for fact, value in facts.items():
        if value not in (None, "", {}):
            table.add_row(fact.replace("_", " "), str(value))
    instance.out.print(table)


@command.command(short_help="Send a text once more")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def retry(instance: Instance, number: int, yes: bool) -> None:
    """Send text NUMBER once more, as soon as its destination allows; it may expire no longer.

    Where nobody knows whether it arrived, it may then be posted twice: look at the destination first.
    """
    from tweetgen.pipeline import settle

    row = instance.app.store.outbox.get(number)
    if settle.may_have_arrived(row) and not yes:
        _confirm(row)
    settle.retry(hand_of(instance), number)
    instance.out.print(f"outbox {number} will be sent once more")


@command.command("give-up", short_help="Never send a text")
@click.argument("number", type=int)
@click.pass_obj
def give_up(instance: Instance, number: int) -> None:
    """Never send text NUMBER, nor the later parts of its thread."""
    from tweetgen.pipeline import settle

    settle.give_up(hand_of(instance), number)
    instance.out.print(f"outbox {number} is given up")


@command.command(short_help="Say that a text arrived")
@click.argument("number", type=int)
@click.option("--id", "ident", default="", metavar="ID", help="What its destination calls it.")
@click.option("--url", default="", help="Where it can be seen.")
@click.pass_obj
def landed(instance: Instance, number: int, ident: str, url: str) -> None:
    """Say that text NUMBER, of which nobody knew, has arrived: it is never sent again."""
    from tweetgen.pipeline import settle

    settle.landed(hand_of(instance), number, Receipt(ident, url))
    instance.out.print(f"outbox {number} has arrived")


@command.command(short_help="Take a text back that has arrived")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(instance: Instance, number: int, yes: bool) -> None:
    """Have text NUMBER deleted at its destination; of a thread, only this part.

    Where the destination cannot do that, delete it there yourself.
    """
    store = instance.app.store
    row = store.outbox.get(number)
    if row.state is not SendState.SENT:
        raise InputError(f"outbox {number}", f"is {row.state}, so there is nothing to delete", "see: tweetgen outbox")
    destination = _destination(instance, row)
    if not isinstance(destination, Deleting):
        where = row.url or f"{row.destination} itself"
        raise InputError(f"destination {row.destination}", "cannot take a text back", f"delete it at {where}")
    if not yes:
        _confirm_deleting(row)
    if not destination.delete(row.receipt):
        raise InputError(f"outbox {number}", f"{row.destination} did not delete it", "look at it there")
    store.outbox.deleted(number)
    instance.out.print(f"outbox {number} is deleted")


@command.command(short_help="Send to a destination again")
@click.argument("account")
@click.argument("destination")
@click.pass_obj
def unblock(instance: Instance, account: str, destination: str) -> None:
    """Send to DESTINATION of ACCOUNT again, once its login is renewed; a wait it asked for ends, too."""
    from tweetgen.pipeline import settle

    settle.unblock(hand_of(instance), account, destination)
    instance.out.print(f"{destination} of {account} is sent to again")


def _destination(instance: Instance, row: "OutboxRow") -> "Destination":
    """Where it was sent, whether that is enabled or not."""
    for configured in instance.app.destinations_of(row.account, name=row.destination):
        return configured.destination
    what = f"destination {row.destination} of account {row.account}"
    raise InputError(what, "is no longer configured", f"write it into accounts/{row.account}.yaml again")


def _confirm_deleting(row: "OutboxRow") -> None:
    if not is_terminal():
        raise InputError(f"outbox {row.number}", "is to be deleted where it was published", "repeat with --yes")
    click.confirm(f"Delete outbox {row.number} at {row.url or row.destination}?", abort=True)


def _now() -> datetime:
    return datetime.now(UTC)


def _confirm(row: "OutboxRow") -> None:
    what = f"outbox {row.number}"
    if not is_terminal():
        raise InputError(what, "nobody knows whether it arrived, and it may be posted twice", "repeat with --yes")
    click.confirm(f"Nobody knows whether {what} arrived, so it may be posted twice. Send it?", abort=True)


def _to_json(row: "OutboxRow") -> "dict[str, Json]":
    facts: dict[str, Json] = {
        "number": row.number,
        "account": row.account,
        "destination": row.destination,
        "state": str(row.state),
        "text": row.text,
        "candidate": row.candidate,
        "slot": row.slot,
        "part": row.part,
        "key": row.key,
        "attempts": row.attempts,
        "error": row.error,
        "remote_id": row.remote_id,
        "url": row.url,
        "details": dict(row.details or {}),
    }
    return facts | {name: _iso(getattr(row, name)) for name in _MOMENTS}


def _shown(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else shown(moment, zone, seconds=True)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _print_table(instance: Instance, rows: "Sequence[OutboxRow]") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("number", "account", "destination", "state", "attempts", "at", "text", "remark"):
        table.add_column(heading, justify="right" if heading in ("number", "attempts") else "left")
    for row in rows:
        at = _shown(row.sent_at or row.not_before, zone_of(instance.app, row.account))
        text = " ".join(row.text.split())
        shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        remark = row.url or row.remote_id or row.error
        facts = (row.account, row.destination, str(row.state), str(row.attempts), at)
        table.add_row(str(row.number), *facts, shown, remark)
    instance.out.print(table)


def _held(channel: "Channel", zone: ZoneInfo) -> str:
    where = f"{channel.destination} of {channel.account}"
    if channel.blocked_at is not None:
        remedy = f"tweetgen outbox unblock {channel.account} {channel.destination}"
        since = shown(channel.blocked_at, zone)
        return f"{where} is blocked since {since}: {channel.why}; mend that, then: {remedy}"
    return f"{where} waits until {_shown(channel.wait_until, zone)}: {channel.why}"
