"""What the service did, step by step; old entries are swept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from tweetgen.store.engine import reading, writing
from tweetgen.store.rows import repair
from tweetgen.store.tables import journal

RUNNING = "running"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One run of one step."""

    number: int
    step: str
    #: "" for steps of the whole instance
    account: str
    started_at: datetime
    #: None while it runs, and where its process died in it
    ended_at: datetime | None
    #: "running", "ok" or "failed"
    outcome: str
    #: what came of it, one line
    detail: str
    #: the process that did it
    owner: str


class Journal:
    """Entries by their number; every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, step: str, account: str, owner: str, now: datetime) -> int:
        """Note that a step starts; the number to end it by."""
        row = {"step": step, "account": account, "owner": owner, "started_at": now, "outcome": RUNNING}
        with writing(self._engine) as connection:
            number: int = connection.execute(insert(journal).values(row).returning(journal.c.number)).scalar_one()
        return number

    def end(self, number: int, outcome: str, detail: str, now: datetime) -> None:
        """Note what came of it; `outcome`: "ok" or "failed"."""
        change = update(journal).where(journal.c.number == number)
        with writing(self._engine) as connection:
            connection.execute(change.values(outcome=outcome, detail=repair(detail), ended_at=now))

    def last(self, step: str | None = None, account: str | None = None, limit: int = 20) -> list[JournalEntry]:
        """The newest entries, newest first, of one step and of one account where they are named."""
        query = select(journal).order_by(journal.c.number.desc()).limit(limit)
        if step is not None:
            query = query.where(journal.c.step == step)
        if account is not None:
            query = query.where(journal.c.account == account)
        with reading(self._engine) as connection:
            return [JournalEntry(**row) for row in connection.execute(query).mappings()]

    def sweep(self, before: datetime) -> int:
        """Forget what started before; how many entries that were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(journal).where(journal.c.started_at < before)).rowcount
