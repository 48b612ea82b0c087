"""What a stretch of time held and will hold: each moment to post at, with the text that was, is or will be its own."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from heapq import merge
from itertools import islice
from zoneinfo import ZoneInfo

from tweetgen.domain import Pending, SendState, Slot, SlotState
from tweetgen.pipeline.slots import Scheduled
from tweetgen.schedule import Occurrence, expressions, jitter, occurrences
from tweetgen.store import Store
from tweetgen.store.booking import candidate_of
from tweetgen.store.outbox_row import OutboxRow

#: slots and planned moments in one timetable
MOST = 400
#: accounts whose schedules are followed where none is chosen
MOST_ACCOUNTS = 50
# slots and texts of one account that are laid side by side
_MOST_TEXTS = 200


class Progress(StrEnum):
    """How far the post of a moment is."""

    #: the schedule names it, the service has not made its slot yet
    PLANNED = "planned"
    #: to come, and no approved text is there for it
    EMPTY = "empty"
    #: to come, with a text
    QUEUED = "queued"
    #: its time has come, and something keeps it
    WAITING = "waiting"
    #: in the outbox, on its way
    SENDING = "sending"
    SENT = "sent"
    #: did not reach every destination
    FAILED = "failed"
    #: nobody knows whether it arrived
    NEEDS_PERSON = "needs a person"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment at which an account posted, posts or should have."""

    account: str
    due_at: datetime
    #: of its slot
    key: str
    #: of its slot; None where none was made yet
    number: int | None
    progress: Progress
    #: what it waits for, or why it was missed
    reason: str = ""
    #: the text that went out, or will if nothing changes; None: none
    text: str | None = None
    candidate: int | None = None
    #: whether it was made for this text alone
    own: bool = False
    rows: tuple[OutboxRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Timetable:
    """Moments, the earliest first."""

    moments: Sequence[Moment]
    #: whether there are more than could be shown
    more: bool


def timetable(
    store: Store,
    accounts: Mapping[str, Scheduled],
    since: datetime,
    until: datetime,
    now: datetime,
    account: str | None = None,
) -> Timetable:
    """All moments from `since` on and before `until`, of one account or all; tombstones are left out.

    Texts of what is to come are found by the rule by which slots take them; beyond what the service has made,
    schedules are followed, of `MOST_ACCOUNTS` accounts where none is chosen.
    """
    slots = store.slots.between(since, until, account, "post", limit=MOST + 1)
    followed = _chosen(accounts, account)
    moments = _past(store, slots[:MOST], now)
    known = {(slot.account, slot.key) for slot in slots}
    ends = store.slots.plans(list(followed))
    for name, scheduled in followed.items():
        end = max(now, ends[name][1]) if name in ends else now
        for one in planned(name, scheduled, end, until):
            if one.due_at >= since and (name, one.key) not in known:
                moments.append(Moment(name, one.due_at, one.key, None, Progress.PLANNED))
    moments.sort(key=lambda one: (one.due_at, one.account, one.key))
    more = len(slots) > MOST or len(moments) > MOST or (account is None and len(accounts) > len(followed))
    shown = moments[:MOST]
    texts = _texts(store, followed, ends, {one.account for one in shown if _is_to_come(one)}, until, now)
    return Timetable([_with_text(one, texts) for one in shown], more)


def planned(name: str, account: Scheduled, after: datetime, until: datetime) -> Iterator[Occurrence]:
    """What the schedule of an account names after one moment and before another, as its slots will be."""
    zone, schedule = ZoneInfo(account.timezone), account.schedule
    found = [occurrences(expressions.parse(text), zone, after, until) for text in schedule.post]
    seen = set()
    for one in islice(merge(*found, key=lambda one: one.due_at), MOST):
        due_at = one.due_at + jitter(name, one.key, schedule.jitter)
        if one.key not in seen and due_at < until:
            seen.add(one.key)
            yield Occurrence(one.key, due_at)


def forecast(moments: Iterable[tuple[str, datetime]], pool: Sequence[Pending]) -> dict[str, Pending]:
    """By key the text that each moment (rising) will take: `pool` in its order, none before a time of its own."""
    left, found = list(pool), {}
    for key, at in moments:
        chosen = next((one for one in left if one.scheduled_for is None or one.scheduled_for <= at), None)
        if chosen is not None:
            left.remove(chosen)
            found[key] = chosen
    return found


def _chosen(accounts: Mapping[str, Scheduled], account: str | None) -> dict[str, Scheduled]:
    if account is None:
        return dict(islice(accounts.items(), MOST_ACCOUNTS))
    return {account: accounts[account]} if account in accounts else {}


def _past(store: Store, slots: Sequence[Slot], now: datetime) -> list[Moment]:
    """The slots of the store, those that were filled with what became of their texts."""
    rows = store.outbox.of_slots([slot.number for slot in slots if slot.state is SlotState.FILLED])
    shown = (slot for slot in slots if slot.state not in (SlotState.MOVED, SlotState.CANCELLED))
    return [_moment(slot, tuple(rows.get(slot.number, ())), now) for slot in shown]


def _moment(slot: Slot, rows: tuple[OutboxRow, ...], now: datetime) -> Moment:
    moment = Moment(slot.account, slot.due_at, slot.key, slot.number, Progress.EMPTY, slot.reason, rows=rows)
    own = bool(candidate_of(slot.key))
    if slot.state is SlotState.MISSED:
        return replace(moment, progress=Progress.MISSED, own=own)
    if slot.state is SlotState.OPEN:
        late = Progress.WAITING if slot.due_at <= now else Progress.EMPTY
        return replace(moment, progress=late, own=own)
    first = [row.text for row in rows if row.destination == rows[0].destination]
    return replace(
        moment,
        progress=came_to(rows),
        text="\n\n".join(first) if rows else None,
        candidate=rows[0].candidate if rows else None,
        own=own,
    )


def came_to(rows: Iterable[OutboxRow]) -> Progress:
    """What the worst of some rows makes of their moment."""
    states = {row.state for row in rows}
    if states & {SendState.NEEDS_HUMAN, SendState.UNKNOWN}:
        return Progress.NEEDS_PERSON
    if states & {SendState.FAILED, SendState.EXPIRED, SendState.CANCELLED}:
        return Progress.FAILED
    return Progress.SENDING if states & {SendState.READY, SendState.RETRY, SendState.SENDING} else Progress.SENT


def _is_to_come(moment: Moment) -> bool:
    return moment.progress in (Progress.PLANNED, Progress.EMPTY, Progress.WAITING)


def _texts(
    store: Store,
    accounts: Mapping[str, Scheduled],
    ends: Mapping[str, tuple[str, datetime]],
    names: Collection[str],
    until: datetime,
    now: datetime,
) -> dict[tuple[str, str], Pending]:
    """By account and key the text that each moment to come will take; what comes before them takes its own."""
    found = {}
    for name in names:
        pool = store.candidates.approved(name, _MOST_TEXTS)
        if not pool:
            continue
        to_come = [(slot.key, max(slot.due_at, now)) for slot in store.slots.upcoming(name, "post", _MOST_TEXTS)]
        if name in accounts:
            end = max(now, ends[name][1]) if name in ends else now
            to_come += [(one.key, one.due_at) for one in planned(name, accounts[name], end, until)]
        to_come.sort(key=lambda one: one[1])
        for key, pending in forecast(to_come, pool).items():
            found[name, key] = pending
    return found


def _with_text(moment: Moment, texts: Mapping[tuple[str, str], Pending]) -> Moment:
    pending = texts.get((moment.account, moment.key)) if _is_to_come(moment) else None
    if pending is None:
        return moment
    queued = Progress.QUEUED if moment.progress is Progress.EMPTY else moment.progress
    return replace(moment, progress=queued, text=pending.text, candidate=pending.number)
