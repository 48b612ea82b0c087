"""`tweetgen accounts`: every account with its state."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from tweetgen.cli.instance import Instance
from tweetgen.cli.moments import pause_told, shown

if TYPE_CHECKING:
    from tweetgen.config import Account
    from tweetgen.pipeline.accounts import Standing

#: next posts shown of one account
_NEXT = 5


@click.command(short_help="List the accounts, their state and their next posts")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def command(instance: Instance, name: str | None, as_json: bool) -> None:
    """List the accounts, their state and their next posts; with NAME, all there is to know of that one.

    What keeps an account from working is told with its remedy, such as an author its model has not learnt from.

    \b
    Examples:
      tweetgen accounts
      tweetgen accounts demo
    """
    from tweetgen.pipeline.accounts import standings

    app = instance.app
    chosen = app.accounts if name is None else {name: app.account(name)}
    found = standings(app.store, chosen, app.weights_folders, datetime.now(UTC), 1 if name is None else _NEXT)
    if as_json:
        told = [_to_json(standing, chosen[standing.account]) for standing in found]
        instance.out.print_json(data=told if name is None else told[0])
    elif name is not None:
        _print_whole(instance, found[0], chosen[name])
    elif found:
        _print_table(instance, found, chosen)
    else:
        instance.out.print("There is no account yet.\n\nNext: write accounts/NAME.yaml; see docs/accounts.md")


def _print_table(instance: Instance, found: "Iterable[Standing]", accounts: "Any") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("account", "state", "voice", "next post", "pending", "approved", "destinations"):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("pending", "approved") else "left")
    problems = []
    for standing in found:
        account = accounts[standing.account]
        table.add_row(
            standing.account,
            _state(standing, account),
            _voice(account),
            ", ".join(_times(standing, account)) or "never",
            str(standing.pending),
            str(standing.approved),
            ", ".join(_destinations(account)) or "none",
        )
        problems += [f"{standing.account}: {problem}" for problem in standing.problems]
    instance.out.print(table)
    _print_problems(instance, problems)


def _print_whole(instance: Instance, standing: "Standing", account: "Account") -> None:
    rows = {
        "account": standing.account,
        "about": account.about,
        "state": _state(standing, account),
        "voice": _voice(account),
        "model": account.model,
        "filters": ", ".join(entry.name for entry in account.filters) or "none",
        "ranking": _ranking(instance, standing.account, account),
        "review": account.review.name,
        "stock": f"{standing.pending} pending, {standing.approved} approved, {account.stock} wanted",
        "destinations": ", ".join(_destinations(account)) or "none",
        "time zone": account.timezone,
        "next posts": ", ".join(_times(standing, account)) or "never",
    }
    for title, value in rows.items():
        if value:
            instance.out.print(f"{title + ':':14}{value}")
    _print_problems(instance, standing.problems)


def _print_problems(instance: Instance, problems: "Iterable[str]") -> None:
    for number, problem in enumerate(problems):
        instance.out.print(("" if number else "\n") + problem)


def _state(standing: "Standing", account: "Account") -> str:
    pause = standing.pause
    if pause is None or pause.paused_at is None:
        return "active"
    return pause_told(pause.paused_by, pause.paused_at, pause.pause_reason, ZoneInfo(account.timezone))


def _ranking(instance: Instance, name: str, account: "Account") -> str:
    """Whether the ranking is one learnt from the account's decisions, and what speaks for that."""
    if not account.ranking.learn:
        return "default; does not learn"
    from tweetgen.pipeline.preference import preference

    return preference(instance.app.store, name, account.ranking).told()


def _voice(account: "Account") -> str:
    return ", ".join(f"{author} {share:g}" for author, share in account.voice.items()) or "nobody"


def _destinations(account: "Account") -> list[str]:
    return [one.name if one.delivery.enabled else f"{one.name} (off)" for one in account.destinations]


def _times(standing: "Standing", account: "Account") -> list[str]:
    return [shown(moment, ZoneInfo(account.timezone)) for moment in standing.next_posts]


def _to_json(standing: "Standing", account: "Account") -> "dict[str, Any]":
    pause = standing.pause
    since = pause.paused_at if pause else None
    return {
        "account": standing.account,
        "about": account.about,
        "voice": dict(account.voice),
        "model": account.model,
        "paused": {"since": since.isoformat(), "by": pause.paused_by, "reason": pause.pause_reason}
        if pause and since
        else None,
        "pending": standing.pending,
        "approved": standing.approved,
        "stock": account.stock,
        "review": account.review.name,
        "destinations": [one.name for one in account.destinations if one.delivery.enabled],
        "next_posts": [moment.isoformat() for moment in standing.next_posts],
        "problems": list(standing.problems),
    }
