"""Candidates in review: the best that waits, decisions by compare-and-set, and the log of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    bindparam,
    func,
    insert,
    select,
    true,
    update,
)

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.errors import Absent, Conflict, InputError, TweetgenError
from tweetgen.store import booking
from tweetgen.store import decisions as log
from tweetgen.store.candidate_rows import NewCandidate, from_row, text_hash, to_row
from tweetgen.store.candidate_search import Place, Wanted, search
from tweetgen.store.engine import reading, writing
from tweetgen.store.rows import repair
from tweetgen.store.tables import UNTOLD, candidates
from tweetgen.store.tables import decisions as decisions_table
from tweetgen.store.transitions import Standing, after, before_last, check, moment, standing

# put together once: that costs SQLAlchemy more than the question does the database
_BY_NUMBER = select(candidates).where(candidates.c.number == bindparam("at"))
_CHANGE = update(candidates).where(candidates.c.number == bindparam("at")).returning(*candidates.c)
# changed in one transaction at most, so that nobody waits long for the lock
_CHUNK = 500
#: a text that comes back to be decided waits at least this much longer
GRACE = timedelta(days=1)
_SERVICE = "service"
#: from these on the text is the one its hash names
_PINNING = (Action.APPROVE, Action.SCHEDULE, Action.PLACE)


class Candidates:
    """The candidates of a store. Every method raises `StoreError` where the database cannot be read or written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Sequence[NewCandidate], now: datetime) -> list[Pending]:
        """Send texts to review, all or none; they come back numbered, in the same order.

        Raises `InputError` for an empty text or a score that is no number.
        """
        rows = [to_row(one, now) for one in new]
        if not rows:
            return []
        with writing(self._engine) as connection:
            newest = connection.execute(select(func.max(candidates.c.number))).scalar() or 0
            connection.execute(insert(candidates), rows)
            # nobody else writes meanwhile, so what is above the newest number is ours
            mine = select(candidates).where(candidates.c.number > newest).order_by(candidates.c.number)
            added = list(connection.execute(mine))
            submit = {"action": Action.SUBMIT.value, "actor": _SERVICE, "via": _SERVICE, "reason": ""}
            log.append(connection, (_entry(row, None, submit, now) for row in added))
        return [from_row(row) for row in added]

    def get(self, number: int, version: int | None = None) -> Pending:
        """One candidate, whatever its state. Raises `InputError` where there is none of that number.

        `version`: the one somebody saw; raises `Conflict`, naming who did what and when, where it has changed since.
        """
        with reading(self._engine) as connection:
            pending = from_row(_row(connection, number))
            if version not in (None, pending.version):
                raise _stale(log.last_of(connection, number), number, version)
        return pending

    def pending(self, account: str | None = None, limit: int = 100, after: Pending | None = None) -> list[Pending]:
        """Those that wait, of one account or all: the least skipped first, of these the best, of these the oldest.

        `after`: only those that come after this one (as it was when it was read).
        """
        return self.search(Wanted(account), limit, None if after is None else Place.of(after))

    def search(self, wanted: Wanted, limit: int = 100, after: Place | None = None) -> list[Pending]:
        """Those that are wanted, in the order of `pending`; `after`: only those that come after that place."""
        with reading(self._engine) as connection:
            return [from_row(row) for row in search(connection, wanted, limit, after)]

    def approved(self, account: str, limit: int | None = None) -> list[Pending]:
        """The pool that slots take from: those for a certain time first, by time, then the others as approved."""
        of_pool = (candidates.c.state == ReviewState.APPROVED.value) & (candidates.c.account == account)
        order = (
            candidates.c.scheduled_for.is_(None),
            candidates.c.scheduled_for,
            candidates.c.decided_at,
            candidates.c.number,
        )
        return self._read(select(candidates).where(of_pool).order_by(*order).limit(limit))

    def unsubmitted(self, account: str, limit: int = 1000) -> list[Pending]:
        """Those that wait and whose review queue was not told of them, as they are now; by number."""
        query = select(candidates).where(UNTOLD, candidates.c.account == account)
        return self._read(query.order_by(candidates.c.number).limit(limit))

    def untold(self) -> list[str]:
        """The accounts for which `unsubmitted` has something, sorted."""
        query = select(candidates.c.account).where(UNTOLD).distinct().order_by(candidates.c.account)
        with reading(self._engine) as connection:
            return list(connection.execute(query).scalars())

    def submitted(self, told: Sequence[Pending], now: datetime) -> None:
        """Remember that a queue was told of these; one that changed meanwhile is to be told again."""
        same = (candidates.c.number == bindparam("at")) & (candidates.c.version == bindparam("seen"))
        change = update(candidates).where(same).values(submitted_at=now)
        if not told:
            return
        with writing(self._engine) as connection:
            connection.execute(change, [{"at": one.number, "seen": one.version} for one in told])

    def apply(self, decision: Decision, now: datetime) -> Pending:
        """Do what was decided, and log it in the same transaction; the candidate as it then is.

        Raises `Conflict`, naming who did what and when, where the candidate has changed since it was looked at;
        `InputError` for what cannot be done to it.
        """
        (done,) = self.apply_all([decision], now)
        if isinstance(done, TweetgenError):
            raise done
        return done

    def apply_all(self, decisions: Sequence[Decision], now: datetime) -> "list[Pending | Conflict | InputError]":
        """What `apply` does for each in turn, in one transaction: the candidate as it then is, or why it was refused.

        A refused one keeps none of the others from being done.
        """
        done: list[Pending | Conflict | InputError] = []
        with writing(self._engine) as connection:
            for decision in decisions:
                try:
                    done.append(decide(connection, decision, now))
                except (Conflict, InputError) as refusal:  # raised before anything was written
                    done.append(refusal)
        return done

    def expire(self, now: datetime) -> int:
        """End the wait of those whose time has passed; how many they were. A timeout is never an approval."""
        count = 0
        while batch := self._expire_some(now):
            count += batch
        return count

    def _expire_some(self, now: datetime) -> int:
        over = (candidates.c.state == ReviewState.PENDING.value) & (candidates.c.expires_at <= now)
        with writing(self._engine) as connection:
            rows = list(connection.execute(select(candidates).where(over).limit(_CHUNK)))
            for row in rows:
                because = f"waited until {moment(row.expires_at)}"
                decide(connection, Decision(row.number, row.version, Action.EXPIRE, _SERVICE, _SERVICE, because), now)
        return len(rows)

    def counts(self) -> dict[str, dict[ReviewState, int]]:
        """How many of each account are in each state; states without any are left out."""
        states = (candidates.c.account, candidates.c.state)
        query = select(*states, func.count()).group_by(*states).order_by(*states)
        found: dict[str, dict[ReviewState, int]] = {}
        with reading(self._engine) as connection:
            for account, state, count in connection.execute(query):
                found.setdefault(account, {})[ReviewState(state)] = count
        return found

    def count_pending(self, account: str | None = None) -> int:
        """How many wait, of one account or all."""
        query = select(func.count()).where(candidates.c.state == ReviewState.PENDING.value, _of(account))
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def recent_texts(self, now: datetime, limit: int = 1000) -> list[str]:
        """What all accounts have posted or may yet post, the newest first: pending, approved and placed."""
        alive = candidates.c.expires_at.is_(None) | (candidates.c.expires_at > now)
        settled = candidates.c.state.in_([ReviewState.APPROVED.value, ReviewState.PLACED.value])
        waiting = (candidates.c.state == ReviewState.PENDING.value) & alive
        query = select(candidates.c.text).where(settled | waiting).order_by(candidates.c.number.desc())
        with reading(self._engine) as connection:
            return list(connection.execute(query.limit(limit)).scalars())

    def approved_since(self, account: str, via: str, since: datetime) -> int:
        """How many candidates of an account were approved or scheduled through a queue since then, undone ones too."""
        query = select(func.count(decisions_table.c.candidate.distinct())).where(
            decisions_table.c.account == account,
            decisions_table.c.via == via,
            decisions_table.c.at >= since,
            decisions_table.c.action.in_([Action.APPROVE.value, Action.SCHEDULE.value]),
        )
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def decisions(
        self, account: str | None = None, candidate: int | None = None, limit: int = 100, before: int | None = None
    ) -> list[log.Entry]:
        """The audit log, the newest first; `before`: only rows numbered lower."""
        query = select(decisions_table).order_by(decisions_table.c.number.desc()).limit(limit)
        if account is not None:
            query = query.where(decisions_table.c.account == account)
        if candidate is not None:
            query = query.where(decisions_table.c.candidate == candidate)
        if before is not None:
            query = query.where(decisions_table.c.number < before)
        with reading(self._engine) as connection:
            return [log.from_row(row) for row in connection.execute(query)]

    def decisions_since(self, number: int, limit: int = 1000) -> list[log.Entry]:
        """Rows of the audit log numbered higher, the oldest first."""
        newer = select(decisions_table).where(decisions_table.c.number > number)
        query = newer.order_by(decisions_table.c.number).limit(limit)
        with reading(self._engine) as connection:
            return [log.from_row(row) for row in connection.execute(query)]

    def newest_decision(self) -> int:
        """The number of the audit log's last row, 0 where there is none."""
        with reading(self._engine) as connection:
            return connection.execute(select(func.max(decisions_table.c.number))).scalar() or 0

    def decided_by(self, actor: str, via: str, limit: int = 20) -> list[tuple[log.Entry, Pending]]:
        """The last that somebody did through a queue or page, the newest first, each with its candidate as it is."""
        mine = (decisions_table.c.actor == actor) & (decisions_table.c.via == via)
        query = select(decisions_table).where(mine).order_by(decisions_table.c.number.desc()).limit(limit)
        with reading(self._engine) as connection:
            entries = [log.from_row(row) for row in connection.execute(query)]
            numbers = {entry.candidate for entry in entries}
            rows = connection.execute(select(candidates).where(candidates.c.number.in_(numbers)))
            found = {row.number: from_row(row) for row in rows}
        return [(entry, found[entry.candidate]) for entry in entries if entry.candidate in found]

    def pending_counts(self) -> dict[str, int]:
        """How many wait, by account, sorted by its name; accounts without any are left out."""
        waiting = candidates.c.state == ReviewState.PENDING.value
        query = select(candidates.c.account, func.count()).where(waiting).group_by(candidates.c.account)
        with reading(self._engine) as connection:
            return {row.account: row[1] for row in connection.execute(query.order_by(candidates.c.account))}

    def verify_log(self) -> log.Audit:
        """Whether every row of the audit log is as it was written, none changed, moved or taken out between."""
        with reading(self._engine) as connection:
            return log.verify(connection)

    def _read(self, query: Select[Any]) -> list[Pending]:
        with reading(self._engine) as connection:
            return [from_row(row) for row in connection.execute(query)]


def decide(connection: Connection, decision: Decision, now: datetime) -> Pending:
    """What `Candidates.apply` does, within the caller's transaction (`writing`): nobody else changes it meanwhile.

    Placing an approved text goes this way too, in the transaction that writes its rows of the outbox.
    """
    row = _row(connection, decision.number)
    if row.version != decision.version:
        raise _stale(log.last_of(connection, decision.number), decision.number, decision.version)
    pending = from_row(row)
    if decision.action in _PINNING and text_hash(row.text) != row.text_hash:
        what = f"candidate {row.number}"
        raise InputError(what, "its text is not the one its hash was made of", "reject it, or edit it")
    decision = replace(decision, text=None if decision.text is None else repair(decision.text))
    check(pending, decision, now)
    then = _undone(connection, pending) if decision.action is Action.UNDO else after(standing(pending), decision)
    change = _change(pending, then, decision.action, now)
    changed = connection.execute(_CHANGE, {"at": row.number, **change}).one()
    entry = {
        "action": decision.action.value,
        "actor": repair(decision.actor),
        "via": repair(decision.via),
        "reason": repair(decision.reason),
    }
    log.append(connection, [_entry(changed, row.state, entry, now)])
    decided = from_row(changed)
    booking.follow(connection, pending, decided, now)
    return decided


def _change(pending: Pending, then: Standing, action: Action, now: datetime) -> dict[str, Any]:
    change: dict[str, Any] = {
        "version": pending.version + 1,
        "state": then.state.value,
        "text": then.text,
        "text_hash": text_hash(then.text),
        "skips": then.skips,
        "scheduled_for": then.scheduled_for,
        "decided_at": now,
    }
    if then.state is ReviewState.PENDING:
        change["submitted_at"] = None  # links and sheets name the version: they are to be made anew
        if pending.expires_at is not None and action is not Action.SKIP:
            change["expires_at"] = max(pending.expires_at, now + GRACE)
    return change


def _undone(connection: Connection, pending: Pending) -> Standing:
    first, *rest = log.of_candidate(connection, pending.number)
    found = before_last(Standing(first.state_after, first.text), map(log.decision, rest))
    if found is None:
        raise InputError(f"candidate {pending.number}", "nothing was decided about it yet", "decide first")
    return found


def _stale(last: log.Entry, number: int, seen: int | None) -> Conflict:
    did = {Action.SUBMIT: "sent it to review", Action.PLACE: "gave it to the outbox"}.get(
        last.action, f"chose to {last.action}"
    )
    through = f" through {last.via}" if last.via != last.actor else ""
    what = f"candidate {number} has changed (version {last.version}, you saw {seen})"
    facts = {"actor": last.actor, "action": last.action.value, "at": last.at.isoformat(), "version": last.version}
    return Conflict(what, f"{last.actor} {did}{through} at {moment(last.at)}", facts)


def _row(connection: Connection, number: int) -> Row[Any]:
    # a larger number than the column holds is an error of the driver
    known = 0 < number < 2**63
    row = connection.execute(_BY_NUMBER, {"at": number}).one_or_none() if known else None
    if row is None:
        raise Absent(f"candidate {number}", "there is none of that number", "see: tweetgen review --list")
    return row


def _entry(row: Row[Any], before: str | None, decision: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        **decision,
        "at": now,
        "account": row.account,
        "candidate": row.number,
        "version": row.version,
        "text": row.text,
        "scores": row.scores,
        "at_random": row.at_random,
        "state_before": before or "",
        "state_after": row.state,
        "scheduled_for": row.scheduled_for,
    }


def _of(account: str | None) -> ColumnElement[bool]:
    return true() if account is None else candidates.c.account == account
