"""The log of decisions on a terminal or as JSON lines, and whether it is whole."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tweetgen.cli.instance import Instance
from tweetgen.cli.moments import shown, zone_of
from tweetgen.cli.review_list import in_a_line
from tweetgen.errors import StoreError

if TYPE_CHECKING:
    from tweetgen.store import Entry


def show(instance: Instance, entries: "Sequence[Entry]", as_json: bool) -> None:
    """One line each, in the order given."""
    for entry in entries:
        if as_json:
            instance.out.print(json.dumps(_to_json(entry), ensure_ascii=False), soft_wrap=True)
        else:
            instance.out.print(_told(entry, zone_of(instance.app, entry.account)))


def check(instance: Instance) -> None:
    """Say that the log is whole. Raises `StoreError` naming the first row that is not as it was written."""
    audit = instance.app.store.candidates.verify_log()
    if audit.broken is not None:
        why = f"row {audit.broken} of the log of decisions is not as it was written, or one before it is gone"
        raise StoreError("of this instance", why, "compare with a backup: tweetgen restore")
    instance.out.print(f"{audit.rows:,} rows, all as they were written; the last one's seal: {audit.digest}")


def _told(entry: "Entry", zone: ZoneInfo) -> str:
    change = f"{entry.state_before} → {entry.state_after}" if entry.state_before else f"→ {entry.state_after}"
    through = f" ({entry.via})" if entry.via != entry.actor else ""
    why = f"  {entry.reason}" if entry.reason else ""
    return (
        f"{shown(entry.at, zone, seconds=True)}  {entry.account}  {entry.candidate}  "
        f"{entry.actor}{through}: {entry.action}, {change}{why}  {in_a_line(entry.text)}"
    )


def _to_json(entry: "Entry") -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "account": entry.account,
        "candidate": entry.candidate,
        "version": entry.version,
        "action": entry.action,
        "actor": entry.actor,
        "via": entry.via,
        "reason": entry.reason,
        "text": entry.text,
        "scores": dict(entry.scores),
        "at_random": entry.at_random,
        "state_before": entry.state_before,
        "state_after": entry.state_after,
        "scheduled_for": entry.scheduled_for.isoformat() if entry.scheduled_for else None,
        "digest": entry.digest,
    }
