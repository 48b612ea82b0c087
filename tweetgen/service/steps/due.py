"""Slots of collecting and training: done once, also beside other daemons."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from tweetgen.domain import Slot
from tweetgen.service.context import Context


def do_due(context: Context, step: str, holding: timedelta, piece: Callable[[str], str]) -> None:
    """Do `piece` for each account ("": the instance) with due slots of `step`, and fill these where it went well.

    `holding`: how long it may take; no other process does the same for the same account meanwhile. One that failed
    stays due.
    """
    for account in dict.fromkeys(slot.account for slot in _due(context, step)):
        if context.stopping.is_set():
            return
        with context.lease(f"{step}:{account}", holding) as mine:
            # asked again: another process may have done it a moment ago
            slots = [slot for slot in _due(context, step) if slot.account == account] if mine else []
            if slots and context.work.do(step, account, partial(piece, account), long=True):
                for slot in slots:
                    context.store.slots.fill(slot.number, context.now())


def _due(context: Context, step: str) -> list[Slot]:
    """Of the instance, and of the accounts that are served and not paused."""
    return [slot for slot in context.store.slots.due(context.now(), step) if context.serves(slot.account)]
