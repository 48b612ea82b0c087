"""Posts that hold some words, read from the store one by one."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from unicodedata import normalize

from tweetgen.domain import Post

if TYPE_CHECKING:
    from tweetgen.store import Store


def search(store: "Store", text: str, authors: Collection[str] | None = None) -> Iterator[Post]:
    """Every post (of these authors) whose raw text holds `text`, in stored order.

    Capitals, kinds of white space and composed or decomposed accents make no difference.
    """
    wanted = _folded(text)
    return (stored.post for stored in store.posts(authors) if wanted in _folded(stored.post.text))


def _folded(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().split())
