"""Posts that hold some words, read from the store one by one, or a page at a time."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

from tweetgen.domain import Post

if TYPE_CHECKING:
    from tweetgen.store import Store, StoredPost

#: numbers of posts that one page looks through at most: what takes a fraction of a second
REACH = 250_000
# posts that the database thinks of and that are read and looked at, at most: those cost more
_READ = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """One page of posts that hold some words."""

    posts: "list[StoredPost]"
    #: all posts up to this number were looked at; None: there are no more
    through: int | None


def search(store: "Store", text: str, authors: Collection[str] | None = None) -> Iterator[Post]:
    """Every post (of these authors) whose raw text holds `text`, in stored order.

    Capitals, kinds of white space and composed or decomposed accents make no difference.
    """
    wanted = _folded(text)
    return (stored.post for stored in store.posts(authors) if wanted in _folded(stored.post.text))


def search_page(
    store: "Store", text: str, author: str | None, limit: int, after: int = 0, reach: int = REACH, most: int = _READ
) -> Found:
    """The same, `limit` posts at most, those numbered above `after`.

    It looks through `reach` numbers and reads `most` posts; a page may be empty and yet have another after it.
    """
    wanted = _folded(text)
    newest = store.browse.extent().newest
    through = min(after + reach, newest)
    found: list[StoredPost] = []
    most = most if wanted else limit
    candidates = store.browse.holding(_longest_run(wanted), author, after, through, most)
    for stored in candidates:
        if wanted in _folded(stored.post.text):
            found.append(stored)
            if len(found) == limit:
                break
    if len(found) == limit:
        through = found[-1].number
    elif len(candidates) == most:
        through = candidates[-1].number
    return Found(found, through if through < newest else None)


def _folded(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().split())


def _longest_run(folded: str) -> str:
    """The longest run of ASCII letters and numbers: what a database can look for."""
    return max(re.findall(r"[a-z0-9]+", folded), key=len, default="")
