"""Asks sources whether the posts they brought are still there, and deletes those that are not."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tweetgen.errors import Throttled
from tweetgen.interfaces import Rechecking
from tweetgen.store import Store

_BATCH = 100


@dataclass(slots=True)
class Rechecked:
    """What came of it."""

    asked: int = 0
    #: how many were deleted, by why they are gone
    gone: Counter[str] = field(default_factory=Counter)
    authors: set[str] = field(default_factory=set)
    #: why it ended early, "" where it did not
    stopped: str = ""


def outstanding(store: Store, name: str, most: int | None) -> int:
    """How many posts `recheck` would ask for."""
    there = store.count_of(name)
    return there if most is None else min(most, there)


def recheck(
    store: Store,
    name: str,
    source: Rechecking,
    most: int | None = None,
    notify: Callable[[Rechecked], None] | None = None,
) -> Rechecked:
    """Ask for the posts of source `name` in the order of their numbers, going on where it ended last time.

    After the last comes the first again; `most`: how many to ask for, None for all of them once. Each hundred is
    deleted, and remembered as asked for, in one transaction. Raises what the source raises, but for `Throttled`.
    """
    done = Rechecked()
    left, key = outstanding(store, name, most), f"recheck/{name}"
    place = store.cursor(key)
    after = place if isinstance(place, int) else 0
    while left:
        batch = store.idents(name, after, min(_BATCH, left))
        if not batch:
            after = 0
            batch = store.idents(name, after, min(_BATCH, left))
            if not batch:
                break
        try:
            reasons = source.gone([post.id for post in batch])
        except Throttled as stop:
            until = f" until {stop.until:%Y-%m-%d %H:%M} UTC" if stop.until else ""
            done.stopped = f"{stop}{until}"
            break
        after = batch[-1].number
        doomed = [post for post in batch if post.id in reasons]
        store.forget([post.number for post in doomed], key, after)
        done.asked += len(batch)
        left -= len(batch)
        done.gone.update(reasons[post.id] for post in doomed)
        done.authors.update(post.author for post in doomed)
        if notify is not None:
            notify(done)
    if done.gone:
        store.wipe()
    return done
