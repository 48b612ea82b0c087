"""The kill switch and its end, for one account or for all."""

from collections.abc import Iterable

from tweetgen.errors import UnknownName
from tweetgen.pipeline.hand import Hand
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY


def pause(hand: Hand, account: str, reason: str) -> None:
    """From now on nothing is sent for `account` ("*": for none at all)."""
    hand.store.accounts.pause(account, hand.actor, reason, hand.now)
    hand.did("pause", account, reason=reason)


def resume(hand: Hand, account: str) -> bool:
    """End the pause of `account`, or the one of all ("*"); False if there was none."""
    ended = hand.store.accounts.resume(account)
    if ended:
        hand.did("resume", account)
    return ended


def check_names(store: Store, configured: Iterable[str], names: Iterable[str]) -> None:
    """Raises UnknownName for what neither is an account nor was one: the file of one that is served may be gone."""
    known = {*configured, *store.accounts.states()} - {EVERY}
    for name in names:
        if name not in known:
            raise UnknownName("account", name, known)
