"""Posts, unique by source and id."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "posts",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True)),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reply_to", sa.Text),
        sa.Column("labels", sa.JSON().with_variant(postgresql.JSONB, "postgresql"), nullable=False),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("trainable", sa.Boolean, nullable=False),
        sa.UniqueConstraint("source", "id", name="posts_source_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("posts_author", "posts", ["author"])
