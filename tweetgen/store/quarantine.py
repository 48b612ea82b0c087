"""What a database from the past must not do by itself: everything that may have happened since is held back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from tweetgen.domain import Action, Decision, Pending, ReviewState, SendState, SlotState
from tweetgen.store.accounts import EVERY
from tweetgen.store.candidate_rows import from_row
from tweetgen.store.candidates import decide
from tweetgen.store.engine import insert_into
from tweetgen.store.journal import RUNNING
from tweetgen.store.tables import accounts, candidates, daemons, journal, leases, outbox, plans, slots

#: the step of the journal under which backups are noted
BACKUP = "backup"
# rows of the outbox that something would be done with
_UNDER_WAY = (SendState.READY, SendState.RETRY, SendState.SENDING, SendState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Held:
    """What was held back, in numbers."""

    #: when the copy was made, None if it does not say
    taken_at: datetime | None
    #: texts that were on their way: each waits for somebody who looks whether it has arrived
    texts: int
    #: moments to post that have passed since
    slots: int
    #: texts that were approved or waited for review: some may have been posted since, and each is to be decided again
    in_review: int


def quarantine(connection: Connection, now: datetime) -> Held:
    """Hold back what may have happened since the copy was made.

    Texts on their way need a person; approved ones are pending again; moments that have passed are missed, and none
    before `now` is made again; whoever held a lease or ran a step is forgotten; and all accounts are paused, so that
    somebody looks through the pending texts before they resume.
    """
    taken_at = connection.execute(select(func.max(journal.c.started_at)).where(journal.c.step == BACKUP)).scalar()
    since = f"since {taken_at:%Y-%m-%d %H:%M} UTC" if taken_at else "since then"
    texts = _hold_texts(connection, since)
    missed = _pass_over_slots(connection, now)
    in_review = _review_again(connection, now, f"restored from a backup; may have been posted {since}")
    connection.execute(delete(leases))
    connection.execute(delete(daemons))
    ended = {"outcome": "failed", "detail": "the database was restored from a backup", "ended_at": now}
    connection.execute(update(journal).where(journal.c.outcome == RUNNING).values(ended))
    _pause_all(connection, now, since)
    return Held(taken_at, texts, missed, in_review)


def _hold_texts(connection: Connection, since: str) -> int:
    why = f"the database was restored from a backup, and this may have been sent {since}"
    change = {"state": SendState.NEEDS_HUMAN, "owner": None, "lease_until": None, "error": why}
    # a process that still sends one of them can no longer say so
    held = update(outbox).where(outbox.c.state.in_(_UNDER_WAY)).values(change | {"fence": outbox.c.fence + 1})
    return connection.execute(held).rowcount


def _review_again(connection: Connection, now: datetime, why: str) -> int:
    """Approved texts wait again; those that wait come last and are marked as touched, so that no rule approves them."""
    query = select(candidates).where(candidates.c.state.in_([ReviewState.APPROVED, ReviewState.PENDING]))
    rows = list(connection.execute(query.order_by(candidates.c.number)))
    for row in rows:
        pending = from_row(row)
        while pending.state is ReviewState.APPROVED:  # a text may have been approved, then scheduled
            pending = decide(connection, _by_restore(pending, Action.UNDO, why), now)
        if pending.expires_at is None or pending.expires_at > now:
            decide(connection, _by_restore(pending, Action.SKIP, why), now)
    return len(rows)


def _by_restore(pending: Pending, action: Action, why: str) -> Decision:
    return Decision(pending.number, pending.version, action, "service", "restore", why)


def _pass_over_slots(connection: Connection, now: datetime) -> int:
    passed = (slots.c.state == SlotState.OPEN) & (slots.c.due_at <= now)
    why = "the database was restored from a backup after this was due"
    change = {"state": SlotState.MISSED, "reason": why, "changed_at": now}
    missed = connection.execute(update(slots).where(passed).values(change)).rowcount
    connection.execute(delete(plans))
    connection.execute(update(accounts).where(accounts.c.enabled_at.is_not(None)).values(enabled_at=now))
    return missed


def _pause_all(connection: Connection, now: datetime, since: str) -> None:
    why = f"restored from a backup: pending texts may have been posted {since}; look through them, then resume"
    change = {"paused_at": now, "paused_by": "restore", "pause_reason": why}
    insert = insert_into(connection, accounts).values(account=EVERY, **change)
    connection.execute(insert.on_conflict_do_update(index_elements=["account"], set_=change))
