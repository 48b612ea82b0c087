"""Slots as people arrange them: added, moved, taken out, and given to one text."""

from contextlib import suppress
from datetime import datetime, timedelta

from tweetgen.domain import Action, Decision, Pending, ReviewState, Slot, SlotState
from tweetgen.errors import Conflict, InputError, TweetgenError
from tweetgen.pipeline.hand import Hand
from tweetgen.pipeline.slots import Scheduled
from tweetgen.pipeline.timetable import planned
from tweetgen.schedule import Occurrence
from tweetgen.store.booking import candidate_of

#: "now" is so much later, for a moment that has passed is none to schedule for
_AT_ONCE = timedelta(seconds=1)
# slots looked through for the next free one
_MOST = 500
# a key names the wall time of an occurrence: nowhere does it differ more from UTC
_WIDEST = timedelta(days=1)


def add(hand: Hand, account: str, due_at: datetime) -> Slot:
    """One more slot for a post; it takes the next approved text. Raises `InputError` for a moment that has passed."""
    _check_moment(hand, due_at)
    slot = hand.store.slots.book(account, "post", due_at, hand.now)
    hand.did("slot.add", str(slot.number), account=account, due_at=_told(due_at))
    return slot


def ahead(hand: Hand, name: str, account: Scheduled, key: str) -> Slot:
    """The slot that the schedule of an account will make under `key`, made now, so that it can be moved or taken out.

    Raises `InputError` where the schedule names no such moment.
    """
    if (known := hand.store.slots.keyed(name, "post", key)) is not None:
        return known
    occurrence = _occurrence(hand, name, account, key)
    if occurrence is None:
        raise InputError(f"moment {key[:40]!r}", f"is none that {name} will post at", "look at the schedule again")
    hand.store.slots.add(name, "post", [occurrence], hand.now)
    slot = hand.store.slots.keyed(name, "post", key)
    if slot is None:
        raise Conflict(f"moment {key}", "it was taken out")
    return slot


def move(hand: Hand, number: int, due_at: datetime) -> Slot:
    """The slot that takes its place; that of one text alone goes with its text.

    Raises `InputError` for a moment that has passed, `Conflict` where the slot is not open any more.
    """
    _check_moment(hand, due_at)
    slot = hand.store.slots.get(number)
    if candidate_of(slot.key):
        own = _owner(hand, slot)
        return _scheduled(hand, own.number, own.version, due_at)
    new = hand.store.slots.move(number, due_at, hand.now)
    hand.did("slot.move", str(number), account=slot.account, due_at=_told(due_at), now=new.number)
    return new


def take_out(hand: Hand, number: int) -> Slot:
    """Out for good; where it is that of one text alone, its approval is taken back. Raises as `move` does."""
    slot = hand.store.slots.get(number)
    if candidate_of(slot.key):
        own = _owner(hand, slot)
        hand.store.candidates.apply(_decision(hand, own.number, own.version, Action.UNDO), hand.now)
    else:
        hand.store.slots.cancel(number, hand.now)
        hand.did("slot.cancel", str(number), account=slot.account, due_at=_told(slot.due_at))
    return hand.store.slots.get(number)


def give(hand: Hand, number: int, candidate: int, version: int) -> Slot:
    """Have an approved text go out at the moment of a slot, instead of the one whose turn it would be.

    Where the slot is that of another text with a time of its own, the two change places. Raises `InputError`,
    `Conflict` where the slot or the candidate (as of `version`) has changed.
    """
    slot, chosen = hand.store.slots.get(number), hand.store.candidates.get(candidate, version)
    _check_fit(hand, slot, chosen)
    if candidate_of(slot.key):
        return _change_places(hand, slot, chosen)
    hand.store.slots.cancel(number, hand.now)
    try:
        own = _scheduled(hand, candidate, version, slot.due_at)
    except TweetgenError:
        hand.store.slots.book(slot.account, slot.step, slot.due_at, hand.now)
        raise
    hand.did("slot.give", str(number), account=slot.account, candidate=candidate, now=own.number)
    return own


def share_next(hand: Hand, candidate: int, version: int) -> Slot:
    """Have an approved text go out at the next moment of its account. Raises as `give` does."""
    chosen = hand.store.candidates.get(candidate, version)
    for slot in hand.store.slots.upcoming(chosen.account, "post", _MOST):
        if slot.due_at > hand.now and not candidate_of(slot.key):
            if chosen.scheduled_for is not None and chosen.scheduled_for <= slot.due_at:
                break
            return give(hand, slot.number, candidate, version)
    if chosen.scheduled_for is not None:
        what = f"candidate {candidate}"
        raise InputError(what, "no free moment comes before its own", "move its slot, or post it now")
    raise InputError(f"account {chosen.account}", "it has no moment to post at", "add a slot, or post it now")


def post_now(hand: Hand, candidate: int, version: int) -> Slot:
    """Have an approved text go out at once, beside what is planned; pauses, limits and quiet hours still hold it."""
    chosen = hand.store.candidates.get(candidate, version)
    _check_approved(chosen)
    return _scheduled(hand, candidate, version, hand.now + _AT_ONCE)


def _check_moment(hand: Hand, due_at: datetime) -> None:
    if due_at <= hand.now:
        raise InputError(f"a slot at {due_at:%Y-%m-%d %H:%M}", "that has passed", "name a later time")


def _check_fit(hand: Hand, slot: Slot, chosen: Pending) -> None:
    if slot.state is not SlotState.OPEN:
        raise Conflict(f"slot {slot.number}", f"it is {slot.state}")
    if slot.step != "post" or slot.account != chosen.account:
        raise InputError(f"slot {slot.number}", f"is none of {chosen.account}", "choose a text of its account")
    if slot.due_at <= hand.now:
        raise InputError(f"slot {slot.number}", "its time has come already", "choose a later one")
    _check_approved(chosen)


def _check_approved(chosen: Pending) -> None:
    if chosen.state is not ReviewState.APPROVED:
        raise InputError(f"candidate {chosen.number}", f"is {chosen.state}", "approve it first")


def _change_places(hand: Hand, slot: Slot, chosen: Pending) -> Slot:
    own = _owner(hand, slot)
    if own.number == chosen.number:
        return slot
    if chosen.scheduled_for is None:
        why = f"is for candidate {own.number} alone"
        raise InputError(f"slot {slot.number}", why, "move that one first, or choose a text with a time of its own")
    _check_moment(hand, chosen.scheduled_for)
    _scheduled(hand, own.number, own.version, chosen.scheduled_for)
    try:
        return _scheduled(hand, chosen.number, chosen.version, slot.due_at)
    except TweetgenError:  # somebody decided about it meanwhile: the other has its own time again
        with suppress(TweetgenError):
            _scheduled(hand, own.number, own.version + 1, slot.due_at)
        raise


def _owner(hand: Hand, slot: Slot) -> Pending:
    """The candidate that a slot was made for alone."""
    own = hand.store.candidates.get(int(candidate_of(slot.key)))
    if slot.state is not SlotState.OPEN or slot.key != f"candidate {own.number}.{own.version}":
        raise Conflict(f"slot {slot.number}", f"it is {slot.state}, and its text is {own.state}")
    return own


def _scheduled(hand: Hand, number: int, version: int, due_at: datetime) -> Slot:
    """The slot that a text got with its time."""
    decision = _decision(hand, number, version, Action.SCHEDULE, due_at)
    after = hand.store.candidates.apply(decision, hand.now)
    slot = hand.store.slots.keyed(after.account, "post", f"candidate {after.number}.{after.version}")
    if slot is None:
        raise Conflict(f"candidate {number}", "its slot was taken out")
    return slot


def _decision(hand: Hand, number: int, version: int, action: Action, at: datetime | None = None) -> Decision:
    return Decision(number, version, action, hand.actor, hand.via, scheduled_for=at)


def _occurrence(hand: Hand, name: str, account: Scheduled, key: str) -> Occurrence | None:
    try:
        wall = datetime.fromisoformat(key).replace(tzinfo=hand.now.tzinfo)
        after, until = max(hand.now, wall - _WIDEST), wall + _WIDEST
    except (ValueError, OverflowError):
        return None
    return next((one for one in planned(name, account, after, until) if one.key == key), None)


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
