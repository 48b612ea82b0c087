"""`tweetgen slots`: when something is due, and what was missed and why; add, move and cancel by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance
from tweetgen.cli.moments import shown, zone_of
from tweetgen.cli.person import hand_of

if TYPE_CHECKING:
    from tweetgen.domain import Json, Slot

_STEPS = click.Choice(["post", "collect", "train"])
_WHEN = 'WHEN is "18:30" (the next one), "2026-03-01 18:30" or "2h" from now, in the time zone of the account.'
_NOTHING = "No slots yet.\n\nNext: `schedule:` in accounts/NAME.yaml, then tweetgen serve"


@click.group(invoke_without_command=True, short_help="Show what is due and what was missed; add, move, cancel")
@click.option("--account", metavar="A", help="Only slots of account A.")
@click.option("--step", type=_STEPS, default=None, help="Only slots for this. Default: all.")
@click.option("--missed", is_flag=True, help="Only what was missed.")
@click.option(
    "-n", "count", default=20, show_default=True, type=click.IntRange(min=1), help="How many of each at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, times as UTC.")
@click.pass_context
def command(ctx: click.Context, account: str | None, step: str | None, missed: bool, count: int, as_json: bool) -> None:
    """List what is due next, the earliest first, and what was missed lately, each with the reason.

    The service makes slots two days ahead, from `schedule:` in each account file. Times are shown in the time zone of
    their account.

    \b
    Examples:
      tweetgen slots
      tweetgen slots --account parody --missed
      tweetgen slots add parody "18:30"
      tweetgen slots move 12 "2026-03-01 18:30"
      tweetgen slots cancel 12
    """
    if ctx.invoked_subcommand is not None:
        return
    instance: Instance = ctx.obj
    if account is not None:
        instance.app.account(account)
    slots = instance.app.store.slots
    due = [] if missed else slots.upcoming(account, step, count)
    past = slots.past(account, step, count)
    if as_json:
        instance.out.print_json(data=[_to_json(slot) for slot in [*due, *past]])
        return
    if due:
        _print(instance, "Due next", "waits for", due)
    if past:
        _print(instance, "Missed lately", "because", past)
    if not due and not past:
        instance.out.print("Nothing is like that." if account or step or missed else _NOTHING)


@command.command(short_help="Add a slot for a post", epilog=_WHEN)
@click.argument("account")
@click.argument("when")
@click.pass_obj
def add(instance: Instance, account: str, when: str) -> None:
    """Add a slot for a post of ACCOUNT, beside those of its schedule. It takes the next approved text."""
    from tweetgen.pipeline import arrange

    instance.app.account(account)
    hand = hand_of(instance)
    slot = arrange.add(hand, account, _moment(instance, account, when, hand.now))
    instance.out.print(f"slot {slot.number}: {account} posts {_shown(instance, slot)}")
    _hint(instance, slot)


@command.command(short_help="Move a slot to another time", epilog=_WHEN)
@click.argument("number", type=int)
@click.argument("when")
@click.pass_obj
def move(instance: Instance, number: int, when: str) -> None:
    """Move slot NUMBER to another time; the schedule does not make it again at the old one."""
    from tweetgen.pipeline import arrange

    hand = hand_of(instance)
    due_at = _moment(instance, hand.store.slots.get(number).account, when, hand.now)
    slot = arrange.move(hand, number, due_at)
    instance.out.print(f"slot {number} is now slot {slot.number}: {_shown(instance, slot)}")
    _hint(instance, slot)


@command.command(short_help="Take a slot out")
@click.argument("number", type=int)
@click.pass_obj
def cancel(instance: Instance, number: int) -> None:
    """Take slot NUMBER out for good; the schedule does not make it again."""
    from tweetgen.pipeline import arrange

    arrange.take_out(hand_of(instance), number)
    instance.out.print(f"slot {number} is cancelled")


def _hint(instance: Instance, slot: "Slot") -> None:
    """Whether quiet hours keep a post."""
    from tweetgen.pipeline.quiet_hint import quiet_hint

    known = instance.app.accounts.get(slot.account)
    if slot.step == "post" and known is not None and (hint := quiet_hint(known, slot.due_at)):
        instance.err.print(hint)


def _moment(instance: Instance, account: str, when: str, now: datetime) -> datetime:
    from tweetgen.cli.review_when import moment

    try:
        return moment(when, zone_of(instance.app, account), now)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="WHEN") from error


def _shown(instance: Instance, slot: "Slot") -> str:
    return shown(slot.due_at, zone_of(instance.app, slot.account))


def _to_json(slot: "Slot") -> "dict[str, Json]":
    return {
        "number": slot.number,
        "account": slot.account,
        "step": slot.step,
        "key": slot.key,
        "due_at": slot.due_at.isoformat(timespec="seconds"),
        "state": str(slot.state),
        "reason": slot.reason,
    }


def _print(instance: Instance, title: str, reason: str, slots: "Sequence[Slot]") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    for heading in ("slot", "account", "step", "when", reason):
        table.add_column(heading, justify="right" if heading == "slot" else "left")
    for slot in slots:
        table.add_row(str(slot.number), slot.account or "(all)", slot.step, _shown(instance, slot), slot.reason)
    instance.out.print(table)
