"""The tables as the newest migration leaves them; a test holds both to each other."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
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


def number() -> Column[int]:
    """The primary key of a table whose rows are numbered as they come."""
    # SQLite numbers rows by itself only where the type is spelt INTEGER
    return Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


plain_json = JSON().with_variant(JSONB, "postgresql")

accounts = Table(
    "accounts",
    metadata,
    # "*" stands for all of them: its pause is the kill switch
    Column("account", Text, primary_key=True),
    # the first-run guard: slots before this are never filled
    Column("enabled_at", UtcTime),
    Column("paused_at", UtcTime),
    Column("paused_by", Text, nullable=False, default=""),
    Column("pause_reason", Text, nullable=False, default=""),
)

candidates = Table(
    "candidates",
    metadata,
    number(),
    Column("account", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("text", Text, nullable=False),
    # SHA-256 of `text` as UTF-8, hexadecimal; what is sent must match it
    Column("text_hash", Text, nullable=False),
    # the `Candidate` as it came from the network: text, voice, model, seed …
    Column("written", plain_json, nullable=False),
    Column("scores", plain_json, nullable=False),
    Column("score", Float, nullable=False),
    Column("verdicts", plain_json, nullable=False),
    Column("nearest", plain_json),
    Column("at_random", Boolean, nullable=False),
    # how often it was skipped; those come last
    Column("skips", Integer, nullable=False, default=0),
    # told to the account's review queue
    Column("submitted_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("scheduled_for", UtcTime),
    Column("decided_at", UtcTime),
    # the pool of approved texts, and what is to expire
    Index("candidates_state", "state", "account", "expires_at"),
    Index("candidates_hash", "text_hash"),
    sqlite_autoincrement=True,
)
# the next to review, of one account and of all
Index(
    "candidates_review",
    candidates.c.account,
    candidates.c.state,
    candidates.c.skips,
    candidates.c.score.desc(),
    candidates.c.number,
)
Index(
    "candidates_best", candidates.c.state, candidates.c.skips, candidates.c.score.desc(), candidates.c.number
)
# only what its review queue was not told of yet
# (spelt out: SQLite takes such an index only for a question in the same words)
UNTOLD = (candidates.c.state == literal_column("'pending'")) & candidates.c.submitted_at.is_(None)
Index(
    "candidates_untold",
    candidates.c.account,
    candidates.c.number,
    sqlite_where=UNTOLD,
    postgresql_where=UNTOLD,
)

decisions = Table(
    "decisions",  # the audit log: rows are only ever added
    metadata,
    number(),
    Column("at", UtcTime, nullable=False),
    Column("account", Text, nullable=False),
    Column("candidate", BigInteger, nullable=False),
    # the candidate's version after it
    Column("version", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("scores", plain_json, nullable=False),
    Column("at_random", Boolean, nullable=False),
    Column("state_before", Text, nullable=False),
    Column("state_after", Text, nullable=False),
    Column("scheduled_for", UtcTime),
    # SHA-256 over this row and the digest of the row before: a change of history shows
    Column("digest", Text, nullable=False),
    Index("decisions_candidate", "candidate", "number"),
    Index("decisions_account", "account", "number"),
    # what somebody did last, to take it back
    Index("decisions_actor", "actor", "number"),
    sqlite_autoincrement=True,
)


def _due_at(row: Any) -> Any:  # SQLAlchemy's own context
    return row.get_current_parameters()["due_at"]


slots = Table(
    "slots",
    metadata,
    number(),
    Column("account", Text, nullable=False),  # "" for steps of the whole instance
    Column("step", Text, nullable=False),  # post, collect, train
    Column("key", Text, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    # when it is looked at: at first as it is due, then again and again while it waits
    Column("not_before", UtcTime, nullable=False, default=_due_at),
    Column("state", Text, nullable=False),
    # why it was missed, or what it waits for
    Column("reason", Text, nullable=False, default=""),
    Column("candidate", BigInteger),
    Column("changed_at", UtcTime, nullable=False),
    UniqueConstraint("account", "step", "key", name="slots_key"),
    Index("slots_due", "state", "step", "not_before"),
    Index("slots_account", "account", "step", "state", "due_at"),
    sqlite_autoincrement=True,
)

plans = Table(
    "plans",  # how far slots were made
    metadata,
    Column("account", Text, primary_key=True),
    # digest of the schedule and time zone they were made from
    Column("schedule", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    number(),
    Column("account", Text, nullable=False),
    # the destination's name within the account
    Column("destination", Text, nullable=False),
    Column("candidate", BigInteger, nullable=False),
    Column("part", Integer, nullable=False, default=0),
    Column("slot", BigInteger, nullable=False),
    # idempotency key, the same for every attempt
    Column("key", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    # who holds it while it is `sending`, until when; `fence` rises with every claim
    Column("owner", Text),
    Column("lease_until", UtcTime),
    Column("fence", Integer, nullable=False, default=0),
    # when the first attempt was committed
    Column("intent_at", UtcTime),
    # of an unknown outcome: since when, and how often the destination was asked
    Column("unknown_at", UtcTime),
    Column("checks", Integer, nullable=False, default=0),
    Column("sent_at", UtcTime),
    Column("remote_id", Text, nullable=False, default=""),
    Column("url", Text, nullable=False, default=""),
    Column("details", plain_json),
    Column("error", Text, nullable=False, default=""),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("account", "destination", "slot", "part", name="outbox_slot"),
    UniqueConstraint("candidate", "destination", "part", name="outbox_candidate"),
    Index("outbox_due", "state", "not_before"),
    Index("outbox_sent", "account", "destination", "sent_at"),
    sqlite_autoincrement=True,
)

channels = Table(
    "channels",  # one destination of one account, as its answers left it
    metadata,
    Column("account", Text, primary_key=True),
    Column("destination", Text, primary_key=True),
    # nothing is sent there before this: throttled, or a thread of an older attempt still runs
    Column("wait_until", UtcTime),
    Column("why", Text, nullable=False, default=""),
    # set when a login is to be renewed; a person clears it
    Column("blocked_at", UtcTime),
)

plugin_states = Table(
    "plugin_states",
    metadata,
    Column("plugin", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("value", Text, nullable=False),  # JSON, spelt in ASCII
    Column("version", Integer, nullable=False),
)

journal = Table(
    "journal",  # what the service did; old rows are swept
    metadata,
    number(),
    Column("step", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    # running, ok, failed
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("owner", Text, nullable=False),
    Index("journal_step", "step", "account", "number"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",  # what observers were told, so that they are told once a cause
    metadata,
    Column("cause", Text, primary_key=True),
    Column("event", plain_json, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Column("told_at", UtcTime),
)

daemons = Table(
    "daemons",  # who serves this store
    metadata,
    Column("owner", Text, primary_key=True),  # host:pid:random
    Column("started_at", UtcTime, nullable=False),
    Column("beat_at", UtcTime, nullable=False),
    Column("details", plain_json, nullable=False),
)

leases = Table(
    "leases",  # one at a time across processes: training, collecting one source
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
)

spending = Table(
    "spending",  # what apps have cost by day and by month, reservations included
    metadata,
    Column("app", Text, primary_key=True),
    # "*" stands for all of them together
    Column("account", Text, primary_key=True),
    # of UTC: 2026-11-23 or 2026-11
    Column("period", Text, primary_key=True),
    # in millionths of a dollar
    Column("spent", BigInteger, nullable=False),
    # what bound it when it was spent last; null for nothing
    Column("cap", BigInteger),
    Column("changed_at", UtcTime, nullable=False),
)

rate_limits = Table(
    "rate_limits",  # requests taken of an endpoint within a stretch of time
    metadata,
    Column("app", Text, primary_key=True),
    # "*" where all accounts share it
    Column("account", Text, primary_key=True),
    Column("endpoint", Text, primary_key=True),
    # its length as assumed by a plugin; 0 for what the app itself said, -1 for nothing at all
    Column("seconds", Integer, primary_key=True),
    Column("taken", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    Column("resets_at", UtcTime, nullable=False),
)
