"""The corpus in numbers, author by author."""

from itertools import groupby

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from tweetgen.domain import Kind
from tweetgen.store.records import AuthorSummary
from tweetgen.store.tables import posts


def summaries(connection: Connection, chosen: ColumnElement[bool]) -> list[AuthorSummary]:
    """One summary an author over the posts that `chosen` picks, sorted by name."""
    query = (
        select(
            posts.c.author,
            posts.c.kind,
            func.count().label("posts"),
            func.sum(case((posts.c.trainable, 1), else_=0)).label("trainable"),
            func.sum(func.length(posts.c.text)).label("characters"),
            func.min(posts.c.created_at).label("first"),
            func.max(posts.c.created_at).label("last"),
            func.sum(case((posts.c.cluster != posts.c.number, 1), else_=0)).label("duplicates"),
        )
        .where(chosen)
        .group_by(posts.c.author, posts.c.kind)
    )
    rows = sorted(connection.execute(query), key=lambda row: (row.author, row.kind))
    return [_summary(author, list(group)) for author, group in groupby(rows, key=lambda row: str(row.author))]


def _summary(author: str, rows: list[Row[tuple[object, ...]]]) -> AuthorSummary:
    return AuthorSummary(
        author=author,
        posts=sum(row.posts for row in rows),
        trainable=sum(int(row.trainable) for row in rows),
        characters=sum(int(row.characters) for row in rows),
        first=min((row.first for row in rows if row.first), default=None),
        last=max((row.last for row in rows if row.last), default=None),
        duplicates=sum(int(row.duplicates) for row in rows),
        kinds={Kind(row.kind): row.posts for row in rows},
    )
