"""The service as it is seen from outside: who serves, how each account stands, what failed, what is next."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tweetgen.config import Account
from tweetgen.domain import ReviewState
from tweetgen.pipeline.accounts import next_posts
from tweetgen.pipeline.allowances import allowances, rates
from tweetgen.pipeline.costs import costs
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY, AccountState
from tweetgen.store.journal import JournalEntry

#: a daemon not heard of for so long is not taken for alive
SILENT = timedelta(seconds=45)
#: entries of the journal that are looked at
_LATELY = 2000
_MOST_FAILURES = 20
STEPS = ("collect", "train", "post")


def report(store: Store, accounts: Mapping[str, Account], now: datetime) -> dict[str, Any]:
    """Everything in plain JSON; times are ISO 8601, UTC."""
    entries = store.journal.last(limit=_LATELY)
    states = store.accounts.states()
    return {
        "at": now.isoformat(),
        "daemons": [
            {
                "owner": one.owner,
                "since": one.started_at.isoformat(),
                "heard_of": one.beat_at.isoformat(),
                **one.details,
            }
            for one in store.daemons.alive(now - SILENT)
        ],
        "paused": _pause(states.get(EVERY)),
        "accounts": _accounts(store, accounts, states, entries, now),
        "steps": _last_steps(entries, ""),
        "next": _next(store, ""),
        "failures": [_entry(one) for one in entries if one.outcome == "failed"][:_MOST_FAILURES],
        "notices": [
            {
                "message": notice.event.message,
                "account": notice.event.account,
                "severity": notice.event.severity.value,
                "since": notice.first_at.isoformat(),
                "count": notice.count,
            }
            for notice in store.notices.open()
        ],
        "costs": costs(store, now),
        "limits": allowances(store, accounts, now),
        "rates": rates(store, now),
        "held": [
            {
                "account": channel.account,
                "destination": channel.destination,
                "why": channel.why,
                "until": None if channel.blocked_at or channel.wait_until is None else channel.wait_until.isoformat(),
            }
            for channel in store.channels.all()
            if not channel.is_open(now)
        ],
    }


def _accounts(
    store: Store,
    accounts: Mapping[str, Account],
    states: Mapping[str, AccountState],
    entries: Iterable[JournalEntry],
    now: datetime,
) -> dict[str, Any]:
    waiting = store.candidates.counts()
    outbox: dict[str, dict[str, Any]] = defaultdict(dict)
    for (sender, progress), count in store.outbox.counts().items():
        outbox[sender][progress.value] = count
    said: dict[str, Any] = {}
    for name, account in accounts.items():
        counts = waiting.get(name, {})
        state = states.get(name)
        said[name] = {
            "about": account.about,
            "enabled_at": _time(state.enabled_at if state else None),
            "paused": _pause(state),
            "next": {**_by_schedule(store, name, account, now), **_next(store, name)},
            "pending": counts.get(ReviewState.PENDING, 0),
            "approved": counts.get(ReviewState.APPROVED, 0),
            "stock": account.stock,
            "outbox": outbox.get(name, {}),
            "steps": _last_steps(entries, name),
        }
    return said


def _next(store: Store, account: str) -> dict[str, Any]:
    """By step the slot that is next, and what it waits for if its time has come."""
    found: dict[str, Any] = {}
    for step in STEPS:
        for slot in store.slots.upcoming(account, step, limit=1):
            found[step] = {"at": slot.due_at.isoformat(), "waits_for": slot.reason}
    return found


def _by_schedule(store: Store, name: str, account: Account, now: datetime) -> dict[str, Any]:
    """The next post where the service has made no slot for it yet."""
    posts = next_posts(store, name, account, now, 1)
    return {"post": {"at": posts[0].isoformat(), "waits_for": ""}} if posts else {}


def _last_steps(entries: Iterable[JournalEntry], account: str) -> dict[str, Any]:
    """By step what it last came to; `entries` newest first."""
    found: dict[str, Any] = {}
    for entry in entries:
        if entry.account == account and entry.step not in found:
            found[entry.step] = _entry(entry)
    return found


def _entry(entry: JournalEntry) -> dict[str, Any]:
    return {
        "step": entry.step,
        "account": entry.account,
        "outcome": entry.outcome,
        "detail": entry.detail,
        "began_at": entry.started_at.isoformat(),
        "ended_at": _time(entry.ended_at),
    }


def _pause(state: AccountState | None) -> dict[str, Any] | None:
    if state is None or state.paused_at is None:
        return None
    return {"since": state.paused_at.isoformat(), "by": state.paused_by, "reason": state.pause_reason}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
