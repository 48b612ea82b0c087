"""Takes @names out of a text, or lets them call nobody: bots must not address people unasked."""

import re
from typing import Literal

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.addresses import domain_end
from ._text.cutting import cut
from ._text.judging import FilterSettings, drop, keep, listed, rewrite

NAME = "mentions"
# as X links them, and Mastodon's @name@host; after a letter or digit it is an e-mail address, but for "RT@name"
_MENTION = re.compile(
    r"(?:(?<!\S)\.)?(?:(?<![A-Za-z0-9_@＠])|(?<=(?<![A-Za-z0-9_])[Rr][Tt]))[@＠]++"
    r"(?P<name>[A-Za-z0-9_]\w*+)(?P<rest>@[\w.-]*\w|/[A-Za-z][\w-]*+)?"
)
_AT = re.compile("[@＠]+(?=[A-Za-z0-9_])")


class MentionsFilter:
    """Nobody is called who did not ask for it."""

    class Settings(FilterSettings):
        """What becomes of an @name."""

        mode: Literal["strip", "neutralise", "drop"] = "strip"
        """`strip` takes it out, `neutralise` writes `@ name`, which no platform links, `drop` drops the candidate."""
        keep: tuple[str, ...] = ()
        """Names that may stay as they are, with or without the @: those of accounts of your own."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._mode = settings.mode
        self._kept = frozenset(name.lstrip("@＠").casefold() for name in settings.keep)

    def judge(self, candidate: Candidate) -> Verdict:
        """Rewrite or drop a text that mentions anybody but the kept."""
        text = candidate.text
        found = [mention for mention in _MENTION.finditer(text) if mention["name"].casefold() not in self._kept]
        if not found:
            return keep(NAME, "mentions nobody" if not self._kept else "mentions nobody but the kept names")
        names = listed([f"@{mention['name']}" for mention in found])
        if self._mode == "drop":
            return drop(NAME, f"mentions {names}")
        if self._mode == "neutralise":
            return rewrite(NAME, _neutralised(text, found), f"lets {names} call nobody")
        spans = [(mention.start(), _end(text, mention)) for mention in found]
        return rewrite(NAME, cut(text, spans), f"took out {names}")


def _end(text: str, mention: re.Match[str]) -> int:
    """The end of a mention, with the domain that is part of a Bluesky name and the colon after a name replied to."""
    end = mention.end()
    if not mention["rest"]:
        end = domain_end(text, mention.start("name")) or end
    return end + 1 if text[end : end + 1] == ":" and not text[: mention.start()].strip() else end


def _neutralised(text: str, found: list[re.Match[str]]) -> str:
    pieces: list[str] = []
    start = 0
    for mention in found:
        pieces += [text[start : mention.start()], _AT.sub("@ ", mention[0], count=1)]
        start = mention.end()
    return "".join([*pieces, text[start:]])


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer the taking out of @names as `mentions`."""
    register(NAME, MentionsFilter)
