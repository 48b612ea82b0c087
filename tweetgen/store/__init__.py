"""The database of posts: SQLAlchemy Core and Alembic live here and nowhere else."""

from tweetgen.store.candidate_rows import NewCandidate, text_hash
from tweetgen.store.decisions import Audit, Entry
from tweetgen.store.records import Added, AuthorSummary, Fingerprint, StoredPost
from tweetgen.store.store import Store

__all__ = [
    "Added",
    "Audit",
    "AuthorSummary",
    "Entry",
    "Fingerprint",
    "NewCandidate",
    "Store",
    "StoredPost",
    "text_hash",
]
