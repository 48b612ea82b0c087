"""How accounts stand: paused or not, what is ready, when they post next, and what keeps them from working."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from tweetgen.config import Account
from tweetgen.domain import ReviewState
from tweetgen.errors import UnknownName, suggestion
from tweetgen.model.cards import Card, card
from tweetgen.model.library import find
from tweetgen.schedule import expressions, occurrences
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY, AccountState

#: so far ahead the schedule is followed where the service has made no slots yet
_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Standing:
    """One account as it stands."""

    account: str
    #: the pause that holds it, of its own or of all; None: it may post
    pause: AccountState | None
    #: the next posts, UTC; by the slots of the service, else by the schedule alone
    next_posts: tuple[datetime, ...]
    pending: int
    approved: int
    #: one line each: what keeps it from writing or posting
    problems: tuple[str, ...]


def standings(
    store: Store, accounts: Mapping[str, Account], folders: Sequence[Path], now: datetime, posts: int = 1
) -> list[Standing]:
    """Every account, in the order given; `folders` hold weights, `posts` is how many next ones are wanted."""
    states, counts = store.accounts.states(), store.candidates.counts()
    problems = troubles(accounts, folders, by_hand(store, accounts))
    return [
        Standing(
            name,
            _pause(states, name),
            next_posts(store, name, account, now, posts),
            counts.get(name, {}).get(ReviewState.PENDING, 0),
            counts.get(name, {}).get(ReviewState.APPROVED, 0),
            tuple(problems[name]),
        )
        for name, account in accounts.items()
    ]


def by_hand(store: Store, accounts: Mapping[str, Account]) -> set[str]:
    """The accounts without a schedule for which somebody made slots that are still to come."""
    unscheduled = (name for name, account in accounts.items() if account.destinations and not account.schedule.post)
    return {name for name in unscheduled if store.slots.upcoming(name, "post", 1)}


def troubles(
    accounts: Mapping[str, Account], folders: Sequence[Path], by_hand: Collection[str] = ()
) -> dict[str, list[str]]:
    """By account what keeps it from writing or posting though its file is sound; each weights file is read once.

    Those in `by_hand` post without a schedule.
    """
    cards: dict[str, Card | UnknownName] = {}
    for account in accounts.values():
        if account.model not in cards:
            cards[account.model] = _card(account.model, folders)
    return {
        name: [*_of_voice(account, cards[account.model]), *_of_schedule(name, account, name in by_hand)]
        for name, account in accounts.items()
    }


def _card(model: str, folders: Sequence[Path]) -> Card | UnknownName:
    try:
        return card(find(model, folders))
    except UnknownName as error:
        return error


def _of_voice(account: Account, model: Card | UnknownName) -> Iterator[str]:
    if isinstance(model, UnknownName):
        yield f"{model}; train it first: tweetgen train --model {account.model}"
    elif model.problem:
        yield f"model {account.model!r}: {model.problem}; train it anew: tweetgen train --model {account.model}"
    else:
        for author in account.voice:
            if author not in model.authors:
                unknown = f"unknown author {author!r} ({suggestion(author, sorted(model.authors))})"
                told = f"{unknown}: model {account.model!r} has not learnt from them"
                yield f"{told}; collect their posts, then train"


def _of_schedule(name: str, account: Account, by_hand: bool) -> Iterator[str]:
    enabled = any(destination.delivery.enabled for destination in account.destinations)
    if account.schedule.post and not enabled:
        yield "schedule.post: posts have no destination; name one under destinations, or leave schedule.post out"
    if enabled and not account.schedule.post and not by_hand:
        told = "destinations: nothing is sent without a schedule; say when under schedule.post"
        yield f"{told}, or by hand: tweetgen slots add {name} WHEN"


def _pause(states: Mapping[str, AccountState], name: str) -> AccountState | None:
    found = (states.get(key) for key in (EVERY, name))
    return next((state for state in found if state is not None and state.paused_at is not None), None)


def next_posts(store: Store, name: str, account: Account, now: datetime, count: int) -> tuple[datetime, ...]:
    """When it posts next, at most `count` times; by the slots of the service, else by the schedule alone."""
    if slots := store.slots.upcoming(name, "post", count):
        return tuple(slot.due_at for slot in slots)
    zone = ZoneInfo(account.timezone)
    schedules = [expressions.parse(text) for text in account.schedule.post]
    due = merge(*((one.due_at for one in occurrences(each, zone, now, now + _AHEAD)) for each in schedules))
    return tuple(islice(due, count))
