"""Drops what holds a slur or a word of one's own list, however it is spelt; ordinary words that contain one pass."""

from typing import Literal

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.blocked import Blocked, Hit
from ._text.judging import FilterSettings, drop, keep, listed
from ._text.slurs import HARMLESS, careful, strict

NAME = "blocklist"


class BlocklistFilter:
    """Nothing that nobody wants to have said."""

    class Settings(FilterSettings):
        """Which words."""

        list: Literal["careful", "strict", "none"] = "careful"
        """`careful`: slurs, less what is also an ordinary word or a name; `strict`: all of wordfilter's, `crazy` and
        `dumb` among them; `none`: your own alone."""
        words: tuple[str, ...] = ()
        """Your own besides: `word` (its plural too), `word*` (any that begins so), or several words in a row."""
        allow: tuple[str, ...] = ()
        """Words that pass all the same, or several in a row within which a word passes."""

    def __init__(self, settings: Settings, host: Host) -> None:
        shipped = {"careful": careful, "strict": strict, "none": list}[settings.list]()
        self._blocked = Blocked((*shipped, *settings.words), (*HARMLESS, *settings.allow))

    def judge(self, candidate: Candidate) -> Verdict:
        """Drop a text that holds a blocked word."""
        hits = self._blocked.find(candidate.text)
        if not hits:
            return keep(NAME, "no blocked word")
        return drop(NAME, f"holds {listed([_told(hit) for hit in hits])}")


def _told(hit: Hit) -> str:
    """The word as it was written, and what it was taken for where that is not plain to see."""
    entry = hit.listed.rstrip("*")
    return f"{hit.found!r}" if entry in hit.found.lower() else f"{hit.found!r} ({entry})"


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer a list of unwanted words as `blocklist`."""
    register(NAME, BlocklistFilter)
