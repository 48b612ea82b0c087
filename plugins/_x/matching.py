"""Whether a post on X is a text of ours, whatever X made of it on its way."""

import html
import re
import unicodedata
from datetime import datetime, timedelta

from .port import XPost

#: an id is the time in milliseconds since then, 22 bits on ("Announcing Snowflake", 2010)
_EPOCH = 1_288_834_974_657
#: how far X's clock and ours may be apart
BEFORE = timedelta(seconds=60)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_SLASH = re.compile(r"(?<=[\w])/(?=\s|$)")
# what X takes out, or nobody sees
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


def canonical(text: str) -> str:
    """The same for all that X may make of one text: entities, composition, white space, how addresses are spelt."""
    text = unicodedata.normalize("NFC", html.unescape(text))
    text = _SCHEME.sub("", _UNSEEN.sub("", text))
    return " ".join(_SLASH.sub("", text).split())


def is_same(post: XPost, text: str) -> bool:
    """Whether somebody who posted `text` finds it in `post`."""
    found = post.text
    for short, whole in post.urls.items():
        found = found.replace(short, whole)
    return canonical(found) == canonical(text)


def first_id(moment: datetime) -> str:
    """What no post since `moment` (less what clocks may be apart) has an id smaller than or equal to."""
    milliseconds = int((moment - BEFORE).timestamp() * 1000) - _EPOCH
    return str(max(0, milliseconds << 22) or 1)
