"""What a person decides about the outbox: send again, give up, it arrived, it did not; observers may then tell anew."""

from tweetgen.domain import Receipt, SendState
from tweetgen.errors import Conflict, InputError
from tweetgen.pipeline.delivery import cause_of, login_cause
from tweetgen.pipeline.hand import Hand
from tweetgen.store.outbox_row import OutboxRow, Seen

#: nobody knows whether a row in one of these arrived
ASKED = frozenset({SendState.UNKNOWN, SendState.NEEDS_HUMAN})


def may_have_arrived(row: OutboxRow) -> bool:
    """Whether sending it once more may post it twice."""
    return row.state in ASKED or (row.state is SendState.CANCELLED and row.unknown_at is not None)


def retry(hand: Hand, number: int, seen: Seen | None = None) -> OutboxRow:
    """Send it once more; see `Outbox.retry`."""
    return _settled(hand, "retry", hand.store.outbox.retry(number, hand.now, seen))


def give_up(hand: Hand, number: int, seen: Seen | None = None) -> OutboxRow:
    """Never send it, nor the later parts of its thread; see `Outbox.give_up`."""
    return _settled(hand, "give-up", hand.store.outbox.give_up(number, seen))


def landed(hand: Hand, number: int, receipt: Receipt | None = None, seen: Seen | None = None) -> OutboxRow:
    """Somebody saw it at its destination: it is never sent again; see `Outbox.landed`."""
    return _settled(hand, "landed", hand.store.outbox.landed(number, hand.now, receipt, seen))


def not_landed(hand: Hand, number: int, seen: Seen | None = None) -> OutboxRow:
    """Somebody looked, and it is not at its destination: it is sent again.

    Raises `Conflict` where its outcome is not in question, or it is not as it was `seen`.
    """
    row = hand.store.outbox.get(number)
    if row.state not in ASKED:
        raise Conflict(f"outbox {number}", f"it is {row.state}")
    again = hand.store.outbox.retry(number, hand.now, seen or Seen(row.state, row.fence))
    return _settled(hand, "not-landed", again)


def unblock(hand: Hand, account: str, destination: str) -> None:
    """Send to a destination again, once its login is renewed; a wait it asked for ends, too.

    Raises `InputError` where nothing holds it.
    """
    store = hand.store
    if not store.channels.clear(account, destination):
        raise InputError(f"destination {destination} of account {account}", "is not held", "see: tweetgen outbox")
    store.notices.over(login_cause(account, destination))
    hand.did("outbox.unblock", f"{account}/{destination}")


def _settled(hand: Hand, deed: str, row: OutboxRow) -> OutboxRow:
    """Observers hear of it again if it comes to that again."""
    hand.store.notices.over(cause_of(row))
    hand.did(f"outbox.{deed}", str(row.number), account=row.account, destination=row.destination)
    return row
