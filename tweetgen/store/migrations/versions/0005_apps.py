"""What apps have cost, and how often they may be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("app", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("spent", sa.BigInteger, nullable=False),
        sa.Column("cap", sa.BigInteger),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.create_table(
        "rate_limits",
        sa.Column("app", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("endpoint", sa.Text, primary_key=True),
        sa.Column("seconds", sa.Integer, primary_key=True),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sa.Column("resets_at", _TIME, nullable=False),
    )
