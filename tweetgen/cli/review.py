"""`tweetgen review`: a terminal queue with single keys, and the same decisions for scripts."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance
from tweetgen.cli.person import own_name
from tweetgen.domain import Action

if TYPE_CHECKING:
    from tweetgen.domain import Pending
    from tweetgen.store import Entry

VIA = "inbox"
_numbers = click.argument("numbers", metavar="N...", nargs=-1, required=True)


@click.group(invoke_without_command=True, short_help="Approve, edit or reject what was written")
@click.option("--account", metavar="A", help="Only candidates of account A. Default: of all, the best first.")
@click.option("--as", "actor", metavar="NAME", help="Who decides. Default: your name on this machine.")
@click.option("--list", "listing", is_flag=True, help="List what waits, and decide nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --list: as JSON.")
@click.option("-n", "count", default=50, show_default=True, type=click.IntRange(min=1), help="With --list: how many.")
@click.pass_context
def command(
    ctx: click.Context, account: str | None, actor: str | None, listing: bool, as_json: bool, count: int
) -> None:
    """Decide about the candidates that wait, one key each; `?` shows the keys.

    For scripts there are commands: N is a candidate's number, or N@V, which is refused unless version V is still
    the newest.

    \b
    Examples:
      tweetgen review
      tweetgen review --account parody
      tweetgen review --list --json
      tweetgen review approve 12 13@2
      tweetgen review reject 14 --reason "not in the voice"
    """
    instance: Instance = ctx.obj
    if account is not None and account not in instance.app.accounts:
        _known(instance, account)
    ctx.meta["account"], ctx.meta["actor"] = account, actor or own_name()
    if ctx.invoked_subcommand is not None:
        return
    if listing or as_json:
        from tweetgen.cli.review_list import show

        show(instance, account, as_json, count)
    elif sys.stdin.isatty() and sys.stdout.isatty():
        _sit_down(instance, account, ctx.meta["actor"])
    else:
        raise click.UsageError("there is no terminal: use --list, or approve N, reject N, edit N --text TEXT …")


def _known(instance: Instance, account: str) -> None:
    """An account that has gone from the configuration may still have candidates. Raises UnknownName."""
    if account not in instance.app.store.candidates.counts():
        instance.app.account(account)


def _sit_down(instance: Instance, account: str | None, actor: str) -> None:
    from tweetgen.cli.review_advice import advice
    from tweetgen.cli.review_desk import DONE, Desk
    from tweetgen.cli.review_session import Session

    now = instance.app.host("review").now
    desk = Desk(instance.app.store, account, actor, now)
    try:
        Session(desk, instance.out, advice(instance.app, now), now).run()
    finally:
        done = ", ".join(f"{count:,} {DONE[action]}" for action, count in desk.done.items() if count)
        waiting = instance.app.store.candidates.count_pending(account)
        instance.out.print(f"{done or 'nothing decided'}; {waiting:,} wait")


@command.command(short_help="Approve candidates")
@_numbers
@click.pass_context
def approve(ctx: click.Context, numbers: Sequence[str]) -> None:
    """Approve candidates: each may be posted at the next free time of its account."""
    _decide(ctx, numbers, Action.APPROVE)


@command.command(short_help="Reject candidates")
@_numbers
@click.option("--reason", default="", help="Why, in a few words; kept in the log.")
@click.pass_context
def reject(ctx: click.Context, numbers: Sequence[str], reason: str) -> None:
    """Reject candidates: they are never posted."""
    _decide(ctx, numbers, Action.REJECT, reason=reason)


@command.command(short_help="Give a candidate another text")
@click.argument("number", metavar="N")
@click.option("--text", required=True, help="The new text.")
@click.pass_context
def edit(ctx: click.Context, number: str, text: str) -> None:
    """Give a candidate another text: it then waits for approval again.

    The account's filters judge it, and what they say is shown; the decision stays yours.
    """
    from tweetgen.cli.review_advice import advice
    from tweetgen.cli.review_list import print_verdicts

    instance: Instance = ctx.obj

    def judge(changed: "Pending") -> None:
        print_verdicts(instance, advice(instance.app, instance.app.host("review").now).judge(changed))

    _decide(ctx, [number], Action.EDIT, text=text, after=judge)


@command.command(short_help="Leave candidates for later")
@_numbers
@click.pass_context
def skip(ctx: click.Context, numbers: Sequence[str]) -> None:
    """Leave candidates for later: they come after all others."""
    _decide(ctx, numbers, Action.SKIP)


@command.command(short_help="Take back the last decision")
@_numbers
@click.pass_context
def undo(ctx: click.Context, numbers: Sequence[str]) -> None:
    """Take back the last decision about candidates, whoever made it; once a text is on its way, nothing can be."""
    _decide(ctx, numbers, Action.UNDO)


@command.command(short_help="Approve a candidate for a certain time")
@click.argument("number", metavar="N")
@click.argument("when", metavar="WHEN")
@click.pass_context
def schedule(ctx: click.Context, number: str, when: str) -> None:
    """Approve a candidate for a certain time, in its account's time zone.

    \b
    Examples:
      tweetgen review schedule 12 18:30
      tweetgen review schedule 12 "2026-03-01 18:30"
      tweetgen review schedule 12 2h
    """
    from tweetgen.cli.review_advice import advice

    instance: Instance = ctx.obj
    now = instance.app.host("review").now

    def at(pending: "Pending") -> datetime:
        try:
            return advice(instance.app, now).moment(pending, when)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="WHEN") from None

    def hint(changed: "Pending") -> None:
        when = advice(instance.app, now)
        if changed.scheduled_for is not None and (told := when.hint(changed, changed.scheduled_for)):
            instance.err.print(told)

    _decide(ctx, [number], Action.SCHEDULE, at=at, after=hint)


def _decide(
    ctx: click.Context,
    numbers: Sequence[str],
    action: Action,
    reason: str = "",
    text: str | None = None,
    at: "Callable[[Pending], datetime] | None" = None,
    after: "Callable[[Pending], None] | None" = None,
) -> None:
    """Take one action on each; what cannot be done is told, the rest is done, and the exit code is then 2.

    `after` is told of each that was changed.
    """
    from tweetgen.domain import Decision
    from tweetgen.errors import Conflict, InputError

    instance: Instance = ctx.obj
    candidates, now = instance.app.store.candidates, instance.app.host("review").now()
    failed = False
    for name in numbers:
        number, version = _named(name)
        try:
            pending = candidates.get(number, version)
            moment = None if at is None else at(pending)
            decision = Decision(number, pending.version, action, ctx.meta["actor"], VIA, reason, text, moment)
            changed = candidates.apply(decision, now)
        except (Conflict, InputError) as error:
            failed = True
            instance.err.print(f"tweetgen: {error}")
        else:
            instance.out.print(f"{number}  {changed.state}  version {changed.version}")
            if after is not None:
                after(changed)
    if failed:
        ctx.exit(2)


def _named(name: str) -> tuple[int, int | None]:
    """The number, and the version if one is named. Raises UsageError."""
    number, _, version = name.partition("@")
    if not number.isdecimal() or not (version or "1").isdecimal():
        raise click.UsageError(f"{name!r} is no candidate's number; see: tweetgen review --list")
    return int(number), int(version) if version else None


@command.command("import", short_help="Take the decisions of a filled-in sheet")
@click.argument("sheet", metavar="SHEET", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def import_(ctx: click.Context, sheet: Path) -> None:
    """Take the decisions of a sheet that the review queue `sheet` wrote and somebody filled in.

    The verdict on each row is shown. The file stays as it is; handing it back again changes nothing.

    \b
    Examples:
      tweetgen review --account parody import sheet.csv
    """
    from tweetgen.cli.review_import import take

    take(ctx.obj, sheet, ctx.meta["account"], ctx.meta["actor"])


@command.command(short_help="Show or check the log of all decisions")
@click.option("-n", "count", default=30, show_default=True, type=click.IntRange(min=1), help="How many at most.")
@click.option("--candidate", metavar="N", type=click.IntRange(min=1), help="Only about candidate N.")
@click.option("--verify", is_flag=True, help="Check that no row was changed or taken out since it was written.")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON lines, the oldest first.")
@click.pass_context
def log(ctx: click.Context, count: int, candidate: int | None, verify: bool, as_json: bool) -> None:
    """Show who decided what and when, the oldest of the last N first.

    \b
    Examples:
      tweetgen review log
      tweetgen review log --candidate 12
      tweetgen review log --verify
    """
    from tweetgen.cli.review_log import check, show

    instance: Instance = ctx.obj
    if verify:
        check(instance)
        return
    found: list[Entry] = instance.app.store.candidates.decisions(ctx.meta["account"], candidate, count)
    show(instance, found[::-1], as_json)
