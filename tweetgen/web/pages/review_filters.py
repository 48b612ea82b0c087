"""Which candidates a page of the review is about, as its address says it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Annotated, TypeAlias
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Query

from tweetgen.domain import ReviewState
from tweetgen.errors import InputError
from tweetgen.store.candidate_search import Wanted

#: how old candidates may be: as addresses and as people say it
AGES = {
    "1h": (timedelta(hours=1), "in the last hour"),
    "1d": (timedelta(days=1), "in the last day"),
    "7d": (timedelta(days=7), "in the last week"),
}
_LONGEST = 200
_Word = Annotated[str, Query(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty leaves it open."""

    account: str = ""
    least_score: float | None = None
    most_score: float | None = None
    verdict: str = ""
    age: str = ""
    q: str = ""

    @classmethod
    def read(
        cls,
        account: _Word = "",
        least_score: _Word = "",
        most_score: _Word = "",
        verdict: _Word = "",
        age: _Word = "",
        q: _Word = "",
    ) -> "Filters":
        """From what a form sends, which leaves no field out. Raises InputError for what is no number or age."""
        if age and age not in AGES:
            raise InputError(f"age {age!r}", "is none that is known", f"choose one of {', '.join(AGES)}")
        return cls(account, _number(least_score), _number(most_score), verdict, age, q.strip())

    @classmethod
    def back(cls, query: str) -> "Filters":
        """Those of a page that somebody comes from; none where that is not to be read."""
        known = {name: value[:_LONGEST] for name, value in parse_qsl(query) if name in cls.__slots__}
        try:
            return cls.read(**known)
        except InputError:
            return cls()

    @property
    def any(self) -> bool:
        """Whether they leave anything out."""
        return self != Filters()

    @property
    def query(self) -> str:
        """For an address."""
        given = {name: getattr(self, name) for name in Filters.__slots__}
        return urlencode({name: value for name, value in given.items() if value not in ("", None)})

    @property
    def words(self) -> list[str]:
        """What they are, for people."""
        least, most = self.least_score, self.most_score
        parts = [
            self.account,
            "" if least is None else f"score from {least:g}",
            "" if most is None else f"score to {most:g}",
        ]
        parts += [self.verdict, AGES[self.age][1] if self.age else "", f"“{self.q}”" if self.q else ""]
        return [part for part in parts if part]

    def wanted(self, now: datetime) -> Wanted:
        """For the store."""
        since = now - AGES[self.age][0] if self.age else None
        return Wanted(
            self.account or None, ReviewState.PENDING, self.least_score, self.most_score, self.verdict, since, self.q
        )


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise InputError(f"score {text[:50]!r}", "is no number", "write one such as 0.7")
    return number


#: of a request
Asked: TypeAlias = Annotated[Filters, Depends(Filters.read)]
