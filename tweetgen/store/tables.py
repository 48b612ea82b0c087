"""The tables as the newest migration leaves them; a test holds both to each other."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """Timezone-aware times, UTC on both sides; SQLite keeps them without their zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData()

posts = Table(
    "posts",
    metadata,
    # SQLite numbers rows by itself only where the type is spelt INTEGER
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("source", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcTime),
    Column("kind", Text, nullable=False),
    Column("reply_to", Text),
    Column("labels", JSON().with_variant(JSONB, "postgresql"), nullable=False),
    Column("provenance", Text, nullable=False),
    Column("trainable", Boolean, nullable=False),
    Column("cluster", BigInteger),
    Column("bands", LargeBinary),
    UniqueConstraint("source", "id", name="posts_source_id"),
    Index("posts_author", "author"),
    sqlite_autoincrement=True,  # a purged post's number is never given again
)
# only what still waits is in this index, so that finding it costs nothing once all is done
Index(
    "posts_unclustered",
    posts.c.number,
    sqlite_where=posts.c.cluster.is_(None),
    postgresql_where=posts.c.cluster.is_(None),
)

cursors = Table(
    "cursors",
    metadata,
    Column("key", Text, primary_key=True),
    Column("cursor", Text, nullable=False),  # JSON, spelt in ASCII
)
