"""The tables of those who use the pages: who may enter, what they did, which samples they liked better."""

from sqlalchemy import Boolean, Column, Index, Table, Text

from tweetgen.store.tables import UtcTime, metadata, number, plain_json

users = Table(
    "users",
    metadata,
    Column("name", Text, primary_key=True),
    # viewer, reviewer, publisher, admin
    Column("role", Text, nullable=False),
    # argon2, with its parameters
    Column("password", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # a login older than this no longer counts
    Column("logins_since", UtcTime, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    number(),
    Column("owner", Text, nullable=False),
    # what it is for, in its owner's words
    Column("purpose", Text, nullable=False),
    # the most it may do, never more than its owner
    Column("role", Text, nullable=False),
    # SHA-256 of the token, hexadecimal; the token itself is shown once and kept nowhere
    Column("digest", Text, nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("revoked_at", UtcTime),
    sqlite_autoincrement=True,
)

deeds = Table(
    "deeds",  # what people did besides deciding about candidates: rows are only ever added
    metadata,
    number(),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    # such as pause, purge, outbox.retry, slot.move, user.add
    Column("deed", Text, nullable=False),
    # to what: an account, an author, a row of the outbox
    Column("subject", Text, nullable=False),
    Column("details", plain_json, nullable=False),
    Index("deeds_at", "at"),
    sqlite_autoincrement=True,
)

votes = Table(
    "votes",  # which of two samples a person liked better, not knowing whose they were
    metadata,
    number(),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    # digests of the two weights files, the smaller first, with their names of that day
    Column("first", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("second", Text, nullable=False),
    Column("second_name", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("first_text", Text, nullable=False),
    Column("second_text", Text, nullable=False),
    # null: neither was better
    Column("first_won", Boolean),
    Index("votes_pair", "first", "second"),
    sqlite_autoincrement=True,
)
