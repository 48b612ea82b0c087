"""Which words two texts share in a row, and where these stand in either."""

from tweetgen.corpus.likeness import LINK_OR_NAME
from tweetgen.corpus.words import spans

#: a shorter run is in everybody's mouth
LEAST = 3
# Words of each text that are looked at: beyond that it is no post.
_MOST = 1000

#: where a run starts and ends, in code points
Span = tuple[int, int]


def shared_runs(text: str, other: str) -> tuple[list[Span], list[Span]]:
    """The longest runs of at least `LEAST` words that both hold: where they stand in `text`, and where in `other`.

    Words are compared without case, links, @names and punctuation. The spans of either are in order and apart.
    """
    words, places = _words(text)
    others, there = _words(other)
    starts: dict[tuple[str, ...], list[int]] = {}
    for start in range(len(others) - LEAST + 1):
        starts.setdefault(tuple(others[start : start + LEAST]), []).append(start)
    mine: list[Span] = []
    theirs: list[Span] = []
    at = 0
    while at <= len(words) - LEAST:
        # a phrase said over and over need not be compared with each of its places
        found = starts.get(tuple(words[at : at + LEAST]), ())[:20]
        length, start = max(((_run(words, at, others, start), -start) for start in found), default=(0, 0))
        if length:
            mine.append((places[at][0], places[at + length - 1][1]))
            theirs.append((there[-start][0], there[-start + length - 1][1]))
        at += length or 1
    return mine, _apart(theirs)


def _words(text: str) -> tuple[list[str], list[Span]]:
    plain = LINK_OR_NAME.sub(lambda found: " " * len(found[0]), text.replace("’", "'"))
    places = []
    for place in spans(plain):
        places.append(place)
        if len(places) == _MOST:
            break
    return [plain[start:end].casefold() for start, end in places], places


def _run(words: list[str], at: int, others: list[str], start: int) -> int:
    """How many words are the same from these two places on."""
    length = 0
    for one, other in zip(words[at:], others[start:], strict=False):
        if one != other:
            break
        length += 1
    return length


def _apart(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
