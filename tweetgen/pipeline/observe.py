"""Tells observers what happened: once for one cause, and again later whoever could not be told."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from tweetgen.domain import Event
from tweetgen.pipeline import supervised
from tweetgen.plugins import ConfiguredObserver
from tweetgen.store import Store

_log = logging.getLogger(__name__)
#: how long an observer may take
LIMIT = timedelta(seconds=30)


def tell(
    store: Store, observers: Sequence[ConfiguredObserver], event: Event, now: datetime, limit: timedelta = LIMIT
) -> bool:
    """Tell of an event if it is the first of its cause, else only count it; whether it was the first.

    An observer that raises, or is silent for `limit`, is logged and left to `tell_again`; no other suffers.
    """
    if not store.notices.happened(event):
        return False
    _tell(store, observers, event, (), now, limit)
    return True


def tell_again(store: Store, observers: Sequence[ConfiguredObserver], now: datetime, limit: timedelta = LIMIT) -> int:
    """Tell what some observer does not know yet; how many events all of them know now.

    An observer that fails is asked no more this time. Events so new that `tell` may still be at it are left to it;
    two processes must not do this at once (the service holds a lease).
    """
    down: set[str] = set()
    told = 0
    for notice in store.notices.untold(now - limit * (len(observers) + 1)):
        up = [observer for observer in observers if observer.name not in down]
        missed = _tell(store, up, notice.event, notice.told_to, now, limit, skipped=down)
        down |= missed
        told += not missed
    return told


def _tell(
    store: Store,
    observers: Sequence[ConfiguredObserver],
    event: Event,
    told_to: Collection[str],
    now: datetime,
    limit: timedelta,
    skipped: Collection[str] = (),
) -> set[str]:
    """Tell those who do not know yet, and keep who knows; the names of those who could not be told."""
    waiting = [observer for observer in observers if observer.name not in told_to]
    reached = [observer.name for observer in waiting if _reaches(observer, event, limit)]
    missed = {observer.name for observer in waiting} - set(reached) | set(skipped) - set(told_to)
    if not missed:
        store.notices.told(event.cause, now)
    elif reached:
        store.notices.told_some(event.cause, reached)
    return missed


def _reaches(observer: ConfiguredObserver, event: Event, limit: timedelta) -> bool:
    try:
        supervised.call(partial(observer.observer.notify, event), limit)
    except Exception as error:  # whatever somebody else's code raises
        why = " ".join(str(error).split()) or type(error).__name__
        _log.warning("observer %s could not be told of %s: %s", observer.name, event.kind, why)
        return False
    return True
