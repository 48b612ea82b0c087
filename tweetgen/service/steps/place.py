"""Gives approved texts to the slots that are due: from then on they are in the outbox."""

from collections.abc import Iterator, Sequence
from functools import partial

from tweetgen.domain import Slot
from tweetgen.errors import InputError
from tweetgen.pipeline.delivery import parts_of
from tweetgen.pipeline.due import fill, patience
from tweetgen.service.context import Context
from tweetgen.service.wording import listed


def place_due(context: Context) -> None:
    """Fill what can be filled, of the accounts that are served; in a dry run only say with what."""
    context.work.do("place", "", partial(_preview if context.dry_run else _place, context))


def _place(context: Context) -> str:
    chosen = context.options.accounts or None
    done = fill(context.store, context.app.accounts, partial(_give, context), context.now(), chosen=chosen)
    return listed({"filled": done.filled, "missed": done.missed}, "slot")


def _give(context: Context, slot: Slot) -> bool:
    """Whether a text was there for it."""
    usable = {one.name: one.destination for one in context.parts.destinations().get(slot.account, ())}
    if not usable:
        raise InputError(f"account {slot.account}", "no destination can be used", "see: tweetgen doctor")
    account = context.app.account(slot.account)
    # what goes to one that cannot be used now waits in the outbox until it can be
    names = [one.name for one in account.destinations if one.delivery.enabled]
    expires_at = slot.due_at + patience(account.schedule)

    def split(name: str, text: str) -> Sequence[str]:
        return parts_of(usable[name], text) if name in usable else [text]

    return bool(context.store.outbox.place(slot.account, slot, names, context.now(), expires_at, split))


def _preview(context: Context) -> str:
    for account, destinations in context.parts.destinations().items():
        slots = [slot for slot in context.store.slots.due(context.now(), "post") if slot.account == account]
        for _, text in zip(slots, _texts(context, account), strict=False):
            for destination in destinations:
                for part in parts_of(destination.destination, text):
                    context.would_send(account, destination.name, part)
    return ""


def _texts(context: Context, account: str) -> Iterator[str]:
    """What would be taken, in order."""
    for pending in context.store.candidates.approved(account):
        if pending.scheduled_for is None or pending.scheduled_for <= context.now():
            yield pending.text
