"""The states of a review: what may follow what, and what each step leaves; pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.errors import InputError

#: the states in which each action may be taken; undo is decided by the history
_ALLOWED = {
    Action.APPROVE: {ReviewState.PENDING},
    Action.SCHEDULE: {ReviewState.PENDING, ReviewState.APPROVED},
    Action.EDIT: {ReviewState.PENDING, ReviewState.APPROVED},
    Action.REJECT: {ReviewState.PENDING, ReviewState.APPROVED},
    Action.SKIP: {ReviewState.PENDING},
    Action.EXPIRE: {ReviewState.PENDING},
    Action.PLACE: {ReviewState.APPROVED},
    Action.UNDO: {
        ReviewState.PENDING,
        ReviewState.APPROVED,
        ReviewState.REJECTED,
        ReviewState.EXPIRED,
    },
}
#: what cannot be posted by anybody anyway, and would make every screen and log unwieldy
LONGEST_TEXT = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision may change of a candidate."""

    state: ReviewState
    text: str
    skips: int = 0
    scheduled_for: datetime | None = None


def standing(pending: Pending) -> Standing:
    """Where a candidate stands now."""
    return Standing(pending.state, pending.text, pending.skips, pending.scheduled_for)


def check(pending: Pending, decision: Decision, now: datetime) -> None:
    """Raises `InputError` for what may not be done to a candidate in its state, or lacks what it needs."""
    what, action = f"candidate {pending.number}", decision.action
    if pending.state not in _ALLOWED.get(action, ()):
        raise InputError(what, f"is {pending.state} and cannot take {action!s}", _remedy(pending.state))
    if action in (Action.UNDO, Action.EXPIRE, Action.REJECT, Action.PLACE):
        return
    if pending.state is ReviewState.PENDING and pending.expires_at is not None and pending.expires_at <= now:
        raise InputError(what, f"its time passed at {moment(pending.expires_at)}", "reject it, or leave it to expire")
    if action is Action.EDIT:
        _check_text(what, decision.text, pending.text)
    if action is Action.SCHEDULE:
        _check_moment(what, decision.scheduled_for, now)


def after(before: Standing, decision: Decision) -> Standing:
    """Where a candidate stands after any action but undo, which the caller knows to be allowed."""
    match decision.action:
        case Action.APPROVE:
            return replace(before, state=ReviewState.APPROVED, scheduled_for=None)
        case Action.SCHEDULE:
            return replace(before, state=ReviewState.APPROVED, scheduled_for=decision.scheduled_for)
        case Action.EDIT:
            return replace(before, state=ReviewState.PENDING, text=decision.text or "", scheduled_for=None)
        case Action.REJECT:
            return replace(before, state=ReviewState.REJECTED, scheduled_for=None)
        case Action.SKIP:
            return replace(before, skips=before.skips + 1)
        case Action.EXPIRE:
            return replace(before, state=ReviewState.EXPIRED)
        case Action.PLACE:
            return replace(before, state=ReviewState.PLACED)
    raise ValueError(f"{decision.action} is none of a reviewer's")


def before_last(first: Standing, decisions: Iterable[Decision]) -> Standing | None:
    """Where a candidate stood before the last decision that still holds, None where none does.

    `decisions`: all since it came to review, in order; an undo takes back the last one not taken back yet.
    """
    stood = [first]
    for decision in decisions:
        if decision.action is Action.UNDO:
            stood.pop()
        else:
            stood.append(after(stood[-1], decision))
    return stood[-2] if len(stood) > 1 else None


def moment(at: datetime) -> str:
    """A time as messages show it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _remedy(state: ReviewState) -> str:
    if state is ReviewState.PLACED:
        return "see: tweetgen outbox"
    return "undo that first" if state is not ReviewState.PENDING else "approve it first"


def _check_text(what: str, text: str | None, old: str) -> None:
    if not (text or "").strip():
        raise InputError(what, "its new text is empty", "reject it instead")
    if text is not None and len(text) > LONGEST_TEXT:
        raise InputError(what, f"its new text has {len(text):,} characters", f"at most {LONGEST_TEXT:,} are kept")
    if text == old:
        raise InputError(what, "its new text is the old one", "approve it as it is")


def _check_moment(what: str, wanted: datetime | None, now: datetime) -> None:
    if wanted is None or wanted.tzinfo is None:
        raise InputError(what, "to be scheduled, but not for when", "name a time with its zone")
    if wanted <= now:
        raise InputError(what, f"cannot be scheduled for {moment(wanted)}, which has passed", "name a later time")
