"""Slots of collecting and training: done once, also beside other daemons."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from tweetgen.domain import Slot
from tweetgen.service.context import Context
from tweetgen.store.accounts import EVERY
from tweetgen.store.slots import Missed, Waiting

_FAILED = "it failed; see: tweetgen status"


def do_due(
    context: Context, step: str, holding: timedelta, piece: Callable[[str], str], again: timedelta | None
) -> None:
    """Do `piece` for each account ("": the instance) with due slots of `step`, and fill these where it went well.

    `holding`: how long it may take; no other process does the same for the same account meanwhile. One that failed is
    due once more after `again` (None: not before its next time), and so is one that was cut off by our own end.
    """
    for account in dict.fromkeys(slot.account for slot in _due(context, step)):
        with context.lease(f"{step}:{account}", holding) as mine:
            # asked again: another process may have done it a moment ago
            slots = [slot for slot in _due(context, step) if slot.account == account] if mine else []
            if not slots or context.stopping.is_set():
                continue
            if context.work.do(step, account, partial(piece, account), long=True):
                for slot in slots:
                    context.store.slots.fill(slot.number, context.now())
            elif not context.stopping.is_set():
                _put_off(context, slots, again)


def _due(context: Context, step: str) -> list[Slot]:
    """Of the instance, and of the accounts that are served and not paused, the oldest first."""
    due = context.store.slots.due(context.now(), step)
    paused = context.store.accounts.paused() if due else ()
    return [slot for slot in due if context.serves(slot.account) and slot.account not in paused and EVERY not in paused]


def _put_off(context: Context, slots: Sequence[Slot], again: timedelta | None) -> None:
    """The newest is tried again, if any is; it does for those before it."""
    newest = max(slots, key=lambda slot: slot.due_at)
    over = [slot for slot in slots if again is None or slot is not newest]
    changes: list[Missed | Waiting] = [Missed(slot.number, _FAILED) for slot in over]
    if again is not None:
        changes.append(Waiting(newest.number, context.now() + again, _FAILED))
    context.store.slots.put(changes, context.now())
