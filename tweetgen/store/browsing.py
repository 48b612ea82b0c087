"""The corpus a little at a time, for people who look around in it: every question has an end, however many posts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select

from tweetgen.store.engine import reading
from tweetgen.store.records import StoredPost
from tweetgen.store.rows import from_row, repair
from tweetgen.store.tables import posts

#: what is no ASCII, but holds an ASCII letter once composed and without capitals; a test computes them anew
FOLDED_TO_ASCII = "ßİŉſǰẖẗẘẙẚẞ\u212aﬀﬁﬂﬃﬄﬅﬆ"
_COLUMNS = [column for column in posts.c if column.name != "bands"]
_IS_COPY = posts.c.cluster != posts.c.number


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is; where it is the same, no post came or went and none was looked at for near-duplicates."""

    posts: int
    #: the highest number in use
    newest: int
    #: posts that near-duplicates were not looked for yet
    unclustered: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Posts that nearly repeat each other."""

    #: all of them, the first included
    posts: int
    first: StoredPost


class Browsing:
    """Looks around in the posts. Every method raises `StoreError` where the database cannot be read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def extent(self) -> Extent:
        """How much there is; costs milliseconds."""
        waiting = select(func.count()).where(posts.c.cluster.is_(None)).scalar_subquery()
        query = select(func.count(), func.coalesce(func.max(posts.c.number), 0), waiting).select_from(posts)
        with reading(self._engine) as connection:
            return Extent(*connection.execute(query).one())

    def holding(self, run: str, author: str | None, after: int, through: int, limit: int) -> list[StoredPost]:
        """The first `limit` posts (of an author), by number, above `after` and up to `through`, that may hold `run`.

        `run`: ASCII letters and numbers; "" where any post will do. Left out is only what cannot hold it, whatever
        its capitals.
        """
        query = select(*_COLUMNS).where(posts.c.number > after, posts.c.number <= through)
        if author is not None:
            query = query.where(posts.c.author == repair(author))
        if run:
            query = query.where(self._may_hold(run))
        return self._read(query.order_by(posts.c.number).limit(limit))

    def clusters(self, limit: int, after: tuple[int, int] | None = None) -> list[Cluster]:
        """Clusters of more than one post, the largest first; `after`: posts and number of the last one seen."""
        copies = func.count()
        query = select(posts.c.cluster, copies).where(_IS_COPY).group_by(posts.c.cluster)
        if after is not None:
            size, number = after[0] - 1, after[1]
            query = query.having(or_(copies < size, and_(copies == size, posts.c.cluster > number)))
        query = query.order_by(copies.desc(), posts.c.cluster).limit(limit)
        with reading(self._engine) as connection:
            sizes = {number: count + 1 for number, count in connection.execute(query)}
            firsts = connection.execute(select(*_COLUMNS).where(posts.c.number.in_(sizes)))
            first = {row.number: from_row(row) for row in firsts}
        return [Cluster(size, first[number]) for number, size in sizes.items()]

    def cluster(self, number: int, limit: int, after: int = 0) -> list[StoredPost]:
        """The posts of a cluster, by number, those numbered above `after`; empty where there is no such cluster."""
        query = select(*_COLUMNS).where(posts.c.cluster == number, posts.c.number > after)
        return self._read(query.order_by(posts.c.number).limit(limit))

    def _may_hold(self, run: str) -> ColumnElement[bool]:
        if self._engine.dialect.name == "sqlite":  # whose LIKE knows no capitals of ASCII
            return or_(posts.c.text.like(f"%{run}%"), posts.c.text.op("GLOB")(f"*[{FOLDED_TO_ASCII}]*"))
        return or_(posts.c.text.ilike(f"%{run}%"), posts.c.text.regexp_match(f"[{FOLDED_TO_ASCII}]"))

    def _read(self, query: Select[Any]) -> list[StoredPost]:
        with reading(self._engine) as connection:
            return [from_row(row) for row in connection.execute(query)]
