"""`tweetgen status`: what ran, what failed, what is next."""

from datetime import UTC, datetime
from typing import Any

import click

from tweetgen.cli.instance import Instance

#: failures shown; --json gives more
_MOST_FAILURES = 5


@click.command(short_help="Show what the service did, what failed and what is next")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def command(instance: Instance, as_json: bool) -> None:
    """Show who serves this instance, how each account stands, what failed, and what is next.

    Exit code 0 whatever there is to tell: for alarms there are observers, /healthz and /metrics.
    """
    from tweetgen.service.report import report

    app = instance.open_anyhow()
    said = report(app.store, app.accounts, datetime.now(UTC))
    if as_json:
        instance.out.print_json(data=said)
        return
    _print_daemons(instance, said)
    _print_accounts(instance, said)
    _print_list(instance, "Somebody has to know", [_notice(one) for one in said["notices"]])
    _print_list(instance, "Costs", [_cost(one) for one in said["costs"]])
    _print_list(instance, "Held", [_held(one) for one in said["held"]])
    _print_list(instance, "Failed lately", _failures(said["failures"])[:_MOST_FAILURES])


def _print_daemons(instance: Instance, said: dict[str, Any]) -> None:
    if not said["daemons"]:
        instance.out.print("No service runs: tweetgen serve")
    for daemon in said["daemons"]:
        pages = f", pages at {daemon['pages']}" if daemon.get("pages") else ""
        dry = ", dry run" if daemon.get("dry_run") else ""
        instance.out.print(f"Served by {daemon['owner']} since {_short(daemon['since'])}{pages}{dry}")
        if daemon.get("problem"):
            instance.out.print(f"  {daemon['problem']}")
    if said["paused"]:
        instance.out.print(f"Everything is paused {_paused(said['paused'])}")
    for step, entry in said["steps"].items():
        instance.out.print(f"  {step} {entry['outcome']} {_short(entry['began_at'])}: {entry['detail']}")
    for step, slot in said["next"].items():
        instance.out.print(f"  next {step}: {_slot(slot)}")


def _print_accounts(instance: Instance, said: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("account", "state", "next post", "pending", "approved", "outbox", "last"):
        table.add_column(name, overflow="fold", justify="right" if name in ("pending", "approved") else "left")
    for name, account in said["accounts"].items():
        state = f"paused {_paused(account['paused'])}" if account["paused"] else "on"
        outbox = ", ".join(f"{count} {state}" for state, count in account["outbox"].items())
        last = max(account["steps"].values(), key=lambda entry: entry["began_at"], default=None)
        told = f"{last['step']} {last['outcome']} {_short(last['began_at'])}" if last else ""
        row = (state, _slot(account["next"].get("post")), account["pending"], account["approved"], outbox, told)
        table.add_row(name, *map(str, row))
    if said["accounts"]:
        instance.out.print(table)


def _print_list(instance: Instance, title: str, lines: list[str]) -> None:
    if lines:
        instance.out.print(f"\n{title}:")
    for line in lines:
        instance.out.print(f"  {line}")


def _notice(notice: dict[str, Any]) -> str:
    often = f" ({notice['count']} times since {_short(notice['since'])})" if notice["count"] > 1 else ""
    return f"{notice['severity']}: {notice['message']}{often}"


def _held(channel: dict[str, Any]) -> str:
    until = f"until {_short(channel['until'])}" if channel["until"] else "until a person acts"
    return f"{channel['destination']} of {channel['account']} {until}: {channel['why']}"


def _failures(entries: list[dict[str, Any]]) -> list[str]:
    """The newest first; what failed in the same way again and again in one line."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for entry in entries:
        alike.setdefault((entry["step"], entry["account"], entry["detail"]), []).append(entry)
    return [_failure(same[0], len(same)) for same in alike.values()]


def _cost(cost: dict[str, Any]) -> str:
    whose = "" if cost["all_accounts"] else f" for {cost['account'] or 'the instance'}"
    today = _of(cost["today"], cost["per_day"])
    month = _of(cost["this_month"], cost["per_month"])
    ends = f"; spent by {_short(cost['reached_at'])} if it goes on like this" if cost["reached_at"] else ""
    return f"{cost['app']}{whose}: {today} today, {month} this month, about ${cost['forecast']:.2f} by its end{ends}"


def _of(spent: float, cap: float | None) -> str:
    return f"${spent:.2f}" if cap is None else f"${spent:.2f} of ${cap:.2f}"


def _failure(entry: dict[str, Any], count: int) -> str:
    whose = f" of {entry['account']}" if entry["account"] else ""
    often = f" ({count} times)" if count > 1 else ""
    return f"{_short(entry['began_at'])} {entry['step']}{whose}: {entry['detail']}{often}"


def _paused(pause: dict[str, Any]) -> str:
    reason = f" ({pause['reason']})" if pause["reason"] else ""
    return f"since {_short(pause['since'])} by {pause['by']}{reason}"


def _slot(slot: dict[str, Any] | None) -> str:
    if slot is None:
        return "never"
    waits = f", waits for {slot['waits_for']}" if slot["waits_for"] else ""
    return f"{_short(slot['at'])}{waits}"


def _short(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M:%SZ")
