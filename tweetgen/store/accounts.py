"""Which accounts are served since when, and which are paused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, Row, func, select, true, update

from tweetgen.domain import SlotState
from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.rows import repair
from tweetgen.store.tables import accounts, slots

#: stands for all accounts: its pause is the kill switch
EVERY = "*"


@dataclass(frozen=True, slots=True)
class AccountState:
    """What is known of an account beside its file."""

    account: str
    #: nothing that was due before is ever posted; None: not served yet
    enabled_at: datetime | None
    #: None: not paused by itself (all together may be, under "*")
    paused_at: datetime | None = None
    #: who paused it, and why; "" where it is not
    paused_by: str = ""
    pause_reason: str = ""


class Accounts:
    """Enabling and pausing; every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enable(self, account: str, now: datetime) -> datetime:
        """Since when the account is served: `now` where it was not yet, else what was said first."""
        with reading(self._engine) as connection:
            query = select(accounts.c.enabled_at).where(accounts.c.account == account)
            known: datetime | None = connection.execute(query).scalar()
        if known is not None:
            return known
        with writing(self._engine) as connection:
            insert = insert_into(connection, accounts).values(account=account, enabled_at=now)
            first = func.coalesce(accounts.c.enabled_at, insert.excluded.enabled_at)
            upsert = insert.on_conflict_do_update(index_elements=["account"], set_={"enabled_at": first})
            found: datetime = connection.execute(upsert.returning(accounts.c.enabled_at)).scalar_one()
            return found

    def enable_all(self, names: Collection[str], now: datetime) -> None:
        """From now on these are served; those that are already keep the time that was said first."""
        if not names:
            return
        with writing(self._engine) as connection:
            insert = insert_into(connection, accounts)
            first = func.coalesce(accounts.c.enabled_at, insert.excluded.enabled_at)
            upsert = insert.on_conflict_do_update(index_elements=["account"], set_={"enabled_at": first})
            connection.execute(upsert, [{"account": name, "enabled_at": now} for name in names])

    def pause(self, account: str, by: str, reason: str, now: datetime) -> None:
        """From now on nothing is sent for `account` ("*": for none at all).

        Who and why are those of the last call that says why; without a reason, a pause that holds already stays as it
        is.
        """
        change = {"paused_at": now, "paused_by": repair(by), "pause_reason": repair(reason)}
        with writing(self._engine, durable=True) as connection:
            insert = insert_into(connection, accounts).values(account=account, **change)
            new = None if reason else accounts.c.paused_at.is_(None)
            connection.execute(insert.on_conflict_do_update(index_elements=["account"], set_=change, where=new))

    def resume(self, account: str) -> bool:
        """End the pause of `account`, or the one of all ("*"); False if there was none. Its slots are looked at."""
        change = update(accounts).where(accounts.c.account == account, accounts.c.paused_at.is_not(None))
        with writing(self._engine) as connection:
            ended = connection.execute(change.values(paused_at=None, paused_by="", pause_reason=""))
            if ended.rowcount > 0:
                whose = slots.c.account == account if account != EVERY else true()
                waiting = update(slots).where(slots.c.state == SlotState.OPEN, slots.c.step == "post", whose)
                connection.execute(waiting.where(slots.c.not_before > slots.c.due_at).values(not_before=slots.c.due_at))
            return ended.rowcount > 0

    def states(self) -> Mapping[str, AccountState]:
        """All that is known, by account; under "*" the pause of all, if it ever was."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.account)).all()
        return {row.account: _state(row) for row in rows}

    def paused(self) -> Collection[str]:
        """Those that are paused by themselves, and "*" where all are together."""
        with reading(self._engine) as connection:
            return set(
                connection.execute(select(accounts.c.account).where(accounts.c.paused_at.is_not(None))).scalars()
            )

    def is_paused(self, account: str) -> bool:
        """Whether it is paused, by itself or with all."""
        concerned = accounts.c.account.in_([account, EVERY]) & accounts.c.paused_at.is_not(None)
        with reading(self._engine) as connection:
            return connection.execute(select(accounts.c.account).where(concerned).limit(1)).first() is not None


def _state(row: Row[tuple[object, ...]]) -> AccountState:
    return AccountState(row.account, row.enabled_at, row.paused_at, row.paused_by, row.pause_reason)
