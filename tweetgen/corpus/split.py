"""Which posts are held out from training, for good: adding posts to the corpus never moves one across.

The side of a cluster of duplicates is decided when its first post comes, by a salted hash of its author and
cleaned text; about one in ten is held out. Every later post of the cluster follows, whoever wrote it. An
author who has begun nine clusters or more, with nothing held out so far, has the next one held out whatever
its hash: so whoever has begun ten has at least one, and nothing that was decided before is touched.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

# Changing any of these three moves posts across and spoils every number measured before.
_SALT = b"tweetgen split 1"
_SHARE = 0.1
_BEGUN_BEFORE = 9

_THRESHOLD = int(_SHARE * 2**64)
_LEARNT, _HELD_OUT = 1, 2


class Split:
    """Decides post by post; must be shown every post that may be learnt from, in stored order.

    Choose authors afterwards: a post's side depends on all before it. Remembers a byte a post, so that memory stays
    small however large the corpus is.
    """

    def __init__(self) -> None:
        self._sides = Marks()
        self._begun: Counter[str] = Counter()
        self._satisfied: set[str] = set()

    def decide(self, author: str, text: str, cluster: int) -> bool:
        """Whether this post, cleaned, is held out. A `cluster` below zero has one post only."""
        decided = self._sides[cluster]
        side = decided == _HELD_OUT
        if not decided:
            late = self._begun[author] >= _BEGUN_BEFORE and author not in self._satisfied
            side = late or _falls_out(author, text)
            self._sides[cluster] = _HELD_OUT if side else _LEARNT
            self._begun[author] += 1
        if side:
            self._satisfied.add(author)
        return side


class Marks:
    """A byte for each cluster, 0 at first; clusters below zero have one post only, and are not kept."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def __getitem__(self, cluster: int) -> int:
        return self._bytes[cluster] if 0 <= cluster < len(self._bytes) else 0

    def __setitem__(self, cluster: int, mark: int) -> None:
        if cluster < 0:
            return
        if cluster >= len(self._bytes):
            self._bytes.extend(bytes(cluster + 1 - len(self._bytes)))
        self._bytes[cluster] = mark


def held_out(posts: Sequence[tuple[str, str, int]]) -> list[bool]:
    """Whether each of these posts (author, cleaned text, cluster), in stored order, is held out; see `Split`."""
    split = Split()
    return [split.decide(author, text, cluster) for author, text, cluster in posts]


def without_held_out(posts: Sequence[tuple[str, str, int]]) -> list[str]:
    """The authors of whom nothing is held out, in order of their first posts: they began too few clusters."""
    found = {author for (author, _, _), side in zip(posts, held_out(posts), strict=True) if side}
    return [author for author in dict.fromkeys(author for author, _, _ in posts) if author not in found]


def _falls_out(author: str, text: str) -> bool:
    words = f"{author}\0{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(words, digest_size=8, salt=_SALT).digest(), "big") < _THRESHOLD
