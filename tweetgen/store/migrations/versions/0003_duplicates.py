"""Near-duplicate clusters, and the band keys they are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("posts", sa.Column("cluster", sa.BigInteger))
    op.add_column("posts", sa.Column("bands", sa.LargeBinary))
    waiting = sa.text("cluster IS NULL")
    op.create_index("posts_unclustered", "posts", ["number"], sqlite_where=waiting, postgresql_where=waiting)
