"""Which of two models' samples people liked better; rows are only ever added."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, case, func, insert, select

from tweetgen.store.engine import reading, writing
from tweetgen.store.people_tables import votes


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's choice between two texts."""

    actor: str
    #: digests of the two weights files, the smaller first, with their names of that day
    first: str
    first_name: str
    second: str
    second_name: str
    #: as whom both were written; "" is nobody
    author: str
    first_text: str
    second_text: str
    #: None: neither was better
    first_won: bool | None


@dataclass(frozen=True, slots=True)
class KeptVote:
    """A vote as it lies in the database."""

    number: int
    at: datetime
    vote: Vote


@dataclass(frozen=True, slots=True)
class Tally:
    """All votes between two weights files."""

    first_won: int = 0
    second_won: int = 0
    neither: int = 0


class Votes:
    """All votes. Every method raises `StoreError` where the database cannot be read or written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, vote: Vote, now: datetime) -> int | None:
        """Keep a vote; its number, None where this person has voted on these two texts before: that one counts."""
        texts = votes.c.first_text == vote.first_text, votes.c.second_text == vote.second_text
        same = select(votes.c.number).where(
            votes.c.first == vote.first, votes.c.second == vote.second, votes.c.actor == vote.actor, *texts
        )
        with writing(self._engine) as connection:
            if connection.execute(same.limit(1)).first() is not None:
                return None
            row = {"at": now, **asdict(vote)}
            return int(connection.execute(insert(votes).returning(votes.c.number), row).scalar_one())

    def get(self, number: int) -> KeptVote | None:
        """The vote of that number, None where there is none."""
        # a larger number than the column holds is an error of the driver
        found = self.last(1, number + 1) if 0 < number < 2**63 - 1 else []
        return found[0] if found and found[0].number == number else None

    def last(self, limit: int, before: int | None = None, pair: tuple[str, str] | None = None) -> list[KeptVote]:
        """The newest first; `before`: only rows numbered lower; `pair`: only between these two digests."""
        query = select(votes).order_by(votes.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(votes.c.number < before)
        if pair is not None:
            query = query.where(votes.c.first == min(pair), votes.c.second == max(pair))
        with reading(self._engine) as connection:
            rows = [row._asdict() for row in connection.execute(query)]
        return [KeptVote(row.pop("number"), row.pop("at"), Vote(**row)) for row in rows]

    def tally(self, first: str, second: str) -> Tally:
        """The votes between two weights files by their digests, the smaller first."""
        query = select(
            func.sum(case((votes.c.first_won.is_(True), 1), else_=0)),
            func.sum(case((votes.c.first_won.is_(False), 1), else_=0)),
            func.sum(case((votes.c.first_won.is_(None), 1), else_=0)),
        ).where(votes.c.first == first, votes.c.second == second)
        with reading(self._engine) as connection:
            first_won, second_won, neither = connection.execute(query).one()
        return Tally(int(first_won or 0), int(second_won or 0), int(neither or 0))
