"""What keeps the store small."""

from datetime import timedelta
from functools import partial

from tweetgen.service.context import Context

#: how long it is remembered what the service did, and what observers were told
_REMEMBERED = timedelta(days=30)
#: a daemon not heard of for so long is forgotten
_SILENT = timedelta(days=1)
#: how long it is remembered what apps cost: a month is to be seen whole, and the one before
_PAID = timedelta(days=100)


def maintain(context: Context) -> None:
    """Forget what is old, and bring the write-ahead log into the database file."""
    context.work.do("maintenance", "", partial(_maintain, context))


def _maintain(context: Context) -> str:
    store, now = context.store, context.now()
    swept = store.journal.sweep(now - _REMEMBERED)
    store.notices.sweep(now - _REMEMBERED)
    store.slots.sweep(now - _REMEMBERED)
    store.daemons.sweep(now - _SILENT)
    store.budgets.sweep(now - _PAID)
    store.rate_limits.sweep(now - _SILENT)
    store.checkpoint()
    return f"{swept} old journal {'entry' if swept == 1 else 'entries'} forgotten" if swept else ""
