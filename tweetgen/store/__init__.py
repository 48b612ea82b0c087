"""The database of posts: SQLAlchemy Core and Alembic live here and nowhere else."""

from tweetgen.store.records import Added, AuthorSummary, Fingerprint, StoredPost
from tweetgen.store.store import Store

__all__ = ["Added", "AuthorSummary", "Fingerprint", "Store", "StoredPost"]
