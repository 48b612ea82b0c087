"""What a text is, beside whose: a reply or not, of which year, how long …; values of labels that a network learns."""

import re
from collections.abc import Callable, Mapping, Sequence

from tweetgen.domain import Post

#: a label's name and a text's value of it
Values = tuple[tuple[str, str], ...]
#: longest texts of a class of length, in characters; what is longer is "long"
SHORT, MEDIUM = 70, 140
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")


def _kind(post: Post, text: str) -> str:
    del text
    return post.kind.value


def _year(post: Post, text: str) -> str:
    del text
    return f"{post.created_at.year:04}" if post.created_at else ""


def _hour(post: Post, text: str) -> str:
    del text
    return f"{post.created_at.hour:02}" if post.created_at else ""


def _source(post: Post, text: str) -> str:
    del text
    return post.source


def _topic(post: Post, text: str) -> str:
    del text
    found = _HASHTAG.search(post.text)
    return found[1].casefold() if found else ""


def _length(post: Post, text: str) -> str:
    del post
    return "short" if len(text) <= SHORT else "medium" if len(text) <= MEDIUM else "long"


#: by name: from a post and its cleaned text to a value, "" where there is none
MADE: Mapping[str, Callable[[Post, str], str]] = {
    "kind": _kind,
    "year": _year,
    "hour": _hour,
    "source": _source,
    "topic": _topic,
    "length": _length,
}


def values(post: Post, text: str, names: Sequence[str]) -> Values:
    """A text's values of these labels: one that `MADE` knows, else a column that its source brought. "" = none."""
    return tuple((name, MADE[name](post, text) if name in MADE else post.labels.get(name, "")) for name in names)
