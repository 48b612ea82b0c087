"""Accounts, review, slots, the outbox, and what the service remembers of its own work."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(postgresql.JSONB, "postgresql")


def upgrade() -> None:
    _accounts()
    _review()
    _slots()
    _outbox()
    _plugins()
    _service()


def _number() -> sa.Column[Any]:
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def _needed(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **more)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("enabled_at", _TIME),
        sa.Column("paused_at", _TIME),
        _needed("paused_by", sa.Text),
        _needed("pause_reason", sa.Text),
    )


def _review() -> None:
    op.create_table(
        "candidates",
        _number(),
        _needed("account", sa.Text),
        _needed("version", sa.Integer),
        _needed("state", sa.Text),
        _needed("text", sa.Text),
        _needed("text_hash", sa.Text),
        _needed("written", _JSON),
        _needed("scores", _JSON),
        _needed("score", sa.Float),
        _needed("verdicts", _JSON),
        sa.Column("nearest", _JSON),
        _needed("at_random", sa.Boolean),
        _needed("skips", sa.Integer),
        sa.Column("submitted_at", _TIME),
        _needed("created_at", _TIME),
        sa.Column("expires_at", _TIME),
        sa.Column("scheduled_for", _TIME),
        sa.Column("decided_at", _TIME),
        sqlite_autoincrement=True,
    )
    best: list[str | sa.TextClause] = ["state", "skips", sa.text("score DESC"), "number"]
    op.create_index("candidates_review", "candidates", ["account", *best])
    op.create_index("candidates_best", "candidates", best)
    untold = sa.text("state = 'pending' AND submitted_at IS NULL")
    op.create_index(
        "candidates_untold", "candidates", ["account", "number"], sqlite_where=untold, postgresql_where=untold
    )
    op.create_index("candidates_state", "candidates", ["state", "account", "expires_at"])
    op.create_index("candidates_hash", "candidates", ["text_hash"])
    texts = ("action", "actor", "via", "reason", "text")
    op.create_table(
        "decisions",
        _number(),
        _needed("at", _TIME),
        _needed("account", sa.Text),
        _needed("candidate", sa.BigInteger),
        _needed("version", sa.Integer),
        *(_needed(name, sa.Text) for name in texts),
        _needed("scores", _JSON),
        _needed("at_random", sa.Boolean),
        _needed("state_before", sa.Text),
        _needed("state_after", sa.Text),
        sa.Column("scheduled_for", _TIME),
        _needed("digest", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_candidate", "decisions", ["candidate", "number"])
    op.create_index("decisions_account", "decisions", ["account", "number"])


def _slots() -> None:
    op.create_table(
        "slots",
        _number(),
        _needed("account", sa.Text),
        _needed("step", sa.Text),
        _needed("key", sa.Text),
        _needed("due_at", _TIME),
        _needed("not_before", _TIME),
        _needed("state", sa.Text),
        _needed("reason", sa.Text),
        sa.Column("candidate", sa.BigInteger),
        _needed("changed_at", _TIME),
        sa.UniqueConstraint("account", "step", "key", name="slots_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("slots_due", "slots", ["state", "step", "not_before"])
    op.create_index("slots_account", "slots", ["account", "step", "state", "due_at"])
    op.create_table(
        "plans",
        sa.Column("account", sa.Text, primary_key=True),
        _needed("schedule", sa.Text),
        _needed("until", _TIME),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        _number(),
        _needed("account", sa.Text),
        _needed("destination", sa.Text),
        _needed("candidate", sa.BigInteger),
        _needed("part", sa.Integer),
        _needed("slot", sa.BigInteger),
        _needed("key", sa.Text, unique=True),
        _needed("text", sa.Text),
        _needed("text_hash", sa.Text),
        _needed("state", sa.Text),
        _needed("attempts", sa.Integer),
        _needed("not_before", _TIME),
        sa.Column("expires_at", _TIME),
        sa.Column("owner", sa.Text),
        sa.Column("lease_until", _TIME),
        _needed("fence", sa.Integer),
        sa.Column("intent_at", _TIME),
        sa.Column("unknown_at", _TIME),
        _needed("checks", sa.Integer),
        sa.Column("sent_at", _TIME),
        _needed("remote_id", sa.Text),
        _needed("url", sa.Text),
        sa.Column("details", _JSON),
        _needed("error", sa.Text),
        _needed("created_at", _TIME),
        sa.UniqueConstraint("account", "destination", "slot", "part", name="outbox_slot"),
        sa.UniqueConstraint("candidate", "destination", "part", name="outbox_candidate"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_due", "outbox", ["state", "not_before"])
    op.create_index("outbox_sent", "outbox", ["account", "destination", "sent_at"])
    op.create_table(
        "channels",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("destination", sa.Text, primary_key=True),
        sa.Column("wait_until", _TIME),
        _needed("why", sa.Text),
        sa.Column("blocked_at", _TIME),
    )


def _plugins() -> None:
    op.create_table(
        "plugin_states",
        sa.Column("plugin", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        _needed("value", sa.Text),
        _needed("version", sa.Integer),
    )


def _service() -> None:
    op.create_table(
        "journal",
        _number(),
        _needed("step", sa.Text),
        _needed("account", sa.Text),
        _needed("started_at", _TIME),
        sa.Column("ended_at", _TIME),
        _needed("outcome", sa.Text),
        _needed("detail", sa.Text),
        _needed("owner", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("journal_step", "journal", ["step", "account", "number"])
    op.create_table(
        "notices",
        sa.Column("cause", sa.Text, primary_key=True),
        _needed("event", _JSON),
        _needed("count", sa.Integer),
        _needed("first_at", _TIME),
        _needed("last_at", _TIME),
        sa.Column("told_at", _TIME),
    )
    op.create_table(
        "daemons",
        sa.Column("owner", sa.Text, primary_key=True),
        _needed("started_at", _TIME),
        _needed("beat_at", _TIME),
        _needed("details", _JSON),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, primary_key=True),
        _needed("owner", sa.Text),
        _needed("until", _TIME),
    )
