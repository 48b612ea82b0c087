"""Looks for candidates in the order of review: by account, state, score, verdict, age and words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, true

from tweetgen.domain import Outcome, Pending, ReviewState
from tweetgen.errors import InputError
from tweetgen.store.rows import repair
from tweetgen.store.tables import candidates

_BEST_FIRST = (candidates.c.skips, candidates.c.score.desc(), candidates.c.number)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which candidates are looked for; None and "" leave it open."""

    account: str | None = None
    state: ReviewState = ReviewState.PENDING
    least_score: float | None = None
    most_score: float | None = None
    #: "keep", "rewrite" or "drop": some filter said so; any other word: a filter of that name said anything but "keep"
    verdict: str = ""
    #: sent to review at this moment or later
    since: datetime | None = None
    #: stands in the text, in whatever case
    text: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the order of review a page ended; it stays right when the candidate there is decided about."""

    skips: int
    score: float
    number: int

    @classmethod
    def of(cls, pending: Pending) -> "Place":
        """A candidate's, as it was when it was read."""
        return cls(pending.skips, pending.score, pending.number)

    @classmethod
    def read(cls, spelt: str) -> "Place":
        """What `str` gave. Raises `InputError` for anything else."""
        try:
            skips, score, number = spelt.split("_")
            place = cls(int(skips), float(score), int(number))
        except ValueError:
            place = cls(-1, 0.0, 0)
        if not (0 <= place.skips < 2**31 and 0 <= place.number < 2**63 and isfinite(place.score)):
            raise InputError(f"{spelt[:50]!r}", "is no place where a page of candidates ended", "begin without one")
        return place

    def __str__(self) -> str:
        return f"{self.skips}_{self.score!r}_{self.number}"


def search(connection: Connection, wanted: Wanted, limit: int, after: Place | None) -> list[Row[Any]]:
    """Rows of candidates: the least skipped first, of these the best, of these the oldest; at most `limit`."""
    fitting = _fitting(connection, wanted)
    found: list[Row[Any]] = []
    for reach in _reaches(after):
        query = select(candidates).where(fitting, reach).order_by(*_BEST_FIRST)
        found += connection.execute(query.limit(limit - len(found)))
        if len(found) >= limit:
            break
    return found


def _fitting(connection: Connection, wanted: Wanted) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [candidates.c.state == wanted.state.value]
    if wanted.account is not None:
        parts.append(candidates.c.account == repair(wanted.account))
    if wanted.least_score is not None:
        parts.append(candidates.c.score >= wanted.least_score)
    if wanted.most_score is not None:
        parts.append(candidates.c.score <= wanted.most_score)
    if wanted.since is not None:
        parts.append(candidates.c.created_at >= wanted.since)
    if wanted.text:
        parts.append(_holds(repair(wanted.text)))
    if wanted.verdict:
        parts.append(_judged(connection, wanted.verdict))
    return and_(*parts)


def _holds(words: str) -> ColumnElement[bool]:
    # SQLite folds the case of ASCII only: other words are looked for in each usual case
    spelt = {words} if words.isascii() else {words, words.lower(), words.upper(), words.capitalize()}
    first, *rest = [candidates.c.text.icontains(one, autoescape=True) for one in sorted(spelt)]
    for one in rest:
        first = first | one
    return first


def _judged(connection: Connection, verdict: str) -> ColumnElement[bool]:
    sqlite = connection.dialect.name == "sqlite"
    each = (func.json_each if sqlite else func.jsonb_array_elements)(candidates.c.verdicts).table_valued("value")
    read = func.json_extract if sqlite else func.jsonb_extract_path_text
    name, outcome = (read(each.c.value, f"$.{key}" if sqlite else key) for key in ("filter", "outcome"))
    if verdict in set(Outcome):
        said = outcome == verdict
    else:
        said = (name == repair(verdict)) & (outcome != Outcome.KEEP.value)
    return select(1).select_from(each).where(said).correlate(candidates).exists()


def _reaches(after: Place | None) -> Iterator[ColumnElement[bool]]:
    """What comes after a place, in parts that follow each other and that the index answers one by one."""
    if after is None:
        yield true()
        return
    skips, score, number = candidates.c.skips, candidates.c.score, candidates.c.number
    yield and_(skips == after.skips, score == after.score, number > after.number)
    yield and_(skips == after.skips, score < after.score)
    yield skips > after.skips
