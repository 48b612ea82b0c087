"""How far each source was read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "cursors",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("cursor", sa.Text, nullable=False),
    )
