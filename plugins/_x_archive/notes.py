"""Long posts: X keeps their whole text apart from the cut one, and mostly without its id."""

import re
from bisect import bisect_left
from datetime import datetime
from typing import Any

from .._files.posts import parse_time
from .text import unescape

#: seconds between the time stamps of a post and of its whole text
_APART = 5.0
#: a shorter start could be anybody's
_SHORTEST = 20
_CUT = re.compile(r"\s*…?\s*(https://t\.co/\w+\s*)*$")
_LINK = re.compile(r"https?://")
_MENTIONS = re.compile(r"^(@\w+\s+)+")


class Notes:
    """Whole texts waiting for the cut posts they belong to; each is given out once."""

    def __init__(self) -> None:
        self._by_id: dict[str, str] = {}
        #: (seconds since 1970, text), sorted once asked for
        self._by_time: list[tuple[float, str]] = []
        self._sorted = True

    def __len__(self) -> int:
        return len(self._by_id) + len(self._by_time)

    def add(self, item: Any) -> None:
        """Take an entry of note-tweet.js; one without a text is passed over."""
        note = item.get("noteTweet") if isinstance(item, dict) else None
        if not isinstance(note, dict):
            return
        core = note.get("core")
        text = core.get("text") if isinstance(core, dict) else None
        if not isinstance(text, str):
            return
        time = parse_time(note.get("createdAt"))
        if isinstance(tweet_id := note.get("tweetId"), str):
            self._by_id[tweet_id] = unescape(text)
        elif time is not None:
            self._by_time.append((time.timestamp(), unescape(text)))
            self._sorted = False

    def take(self, tweet_id: str, text: str, time: datetime | None) -> str | None:
        """The whole text of a post that is cut, or None where there is none."""
        if (whole := self._by_id.pop(tweet_id, None)) is not None:
            return whole
        if time is None or not self._by_time:
            return None
        if not self._sorted:
            self._by_time.sort()
            self._sorted = True
        start = _comparable(_CUT.sub("", text))
        if len(start) < _SHORTEST:
            return None
        at = time.timestamp()
        index = bisect_left(self._by_time, (at - _APART, ""))
        while index < len(self._by_time) and self._by_time[index][0] <= at + _APART:
            if _comparable(self._by_time[index][1]).startswith(start):
                return self._by_time.pop(index)[1]
            index += 1
        return None


def _comparable(text: str) -> str:
    """The start that both spellings share: links and the names replied to may differ."""
    text = _MENTIONS.sub("", text)
    link = _LINK.search(text)
    return " ".join((text[: link.start()] if link else text).split())
