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


def held_out(posts: Sequence[tuple[str, str, int]]) -> list[bool]:
    """Whether each of these posts (author, cleaned text, cluster), in stored order, is held out.

    To stay stable it must be given every post that may be learnt from, not only some authors' of them: choose
    authors afterwards.
    """
    sides: dict[int, bool] = {}
    begun: Counter[str] = Counter()
    satisfied: set[str] = set()
    result = []
    for author, text, cluster in posts:
        side = sides.get(cluster)
        if side is None:
            late = begun[author] >= _BEGUN_BEFORE and author not in satisfied
            side = sides[cluster] = late or _falls_out(author, text)
            begun[author] += 1
        if side:
            satisfied.add(author)
        result.append(side)
    return result


def without_held_out(posts: Sequence[tuple[str, str, int]]) -> list[str]:
    """The authors of whom nothing is held out, in order of their first posts: they began too few clusters."""
    found = {author for (author, _, _), side in zip(posts, held_out(posts), strict=True) if side}
    return [author for author in dict.fromkeys(author for author, _, _ in posts) if author not in found]


def _falls_out(author: str, text: str) -> bool:
    words = f"{author}\0{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(words, digest_size=8, salt=_SALT).digest(), "big") < _THRESHOLD
