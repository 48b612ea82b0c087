"""Drops, requires or replaces what patterns match; by RE2, which no pattern can drive into endless search."""

import re
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator, model_validator

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.judging import FilterSettings, drop, keep, listed, rewrite

if TYPE_CHECKING:
    import re2

NAME = "regex"
_HALF = re.compile("[\ud800-\udfff]")
_MOST_WORK = 1_000_000  # characters looked at while replacing; a post of 280 needs 78,400 at worst
_REFUSED = re.compile(r"\(\?<?[=!]|\\[1-9]")


class RegexFilter:
    """What no other filter knows."""

    class Settings(FilterSettings):
        """Which patterns, and what for."""

        patterns: tuple[str, ...] = Field(min_length=1)
        """Regular expressions as RE2 has them: without lookaround and backreferences. `(?i)` at the beginning ignores
        case."""
        mode: Literal["drop", "require", "replace"] = "drop"
        r"""`drop` a text that any of them matches, `require` a match of each, or `replace` what they match."""
        replacement: str = ""
        r"""What stands there then, with `\1` for the first group."""
        reason: str | None = None
        """What to tell people instead of the pattern."""

        @field_validator("patterns")
        @classmethod
        def _understood(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
            for pattern in patterns:
                compiled(pattern)
            return patterns

        @model_validator(mode="after")
        def _groups_exist(self) -> "RegexFilter.Settings":
            highest = max((int(group) for group in re.findall(r"\\(\d)", self.replacement)), default=0)
            for pattern in self.patterns if self.mode == "replace" else ():
                if compiled(pattern).groups < highest:
                    raise ValueError(f"replacement has \\{highest}, but {pattern!r} has no such group")
            return self

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._patterns = [compiled(pattern) for pattern in settings.patterns]

    def judge(self, candidate: Candidate) -> Verdict:
        """Drop or rewrite as the mode says."""
        # RE2 reads UTF-8, which has no halves of characters
        text = _HALF.sub("\ufffd", candidate.text)
        if self._settings.mode == "replace":
            return self._replaced(text)
        required = self._settings.mode == "require"
        for pattern in self._patterns:
            found = pattern.search(text)
            if required and not found:
                return drop(NAME, self._settings.reason or f"has nothing that matches {pattern.pattern!r}")
            if found and not required:
                return drop(NAME, self._settings.reason or f"has {found.group()!r}, which matches {pattern.pattern!r}")
        return keep(NAME, "matches what is required" if required else "matches no pattern")

    def _replaced(self, text: str) -> Verdict:
        gone: list[str] = []
        for pattern in self._patterns:
            pieces, start, work = [], 0, 0
            for found in pattern.finditer(text):
                # each search takes a time that grows with the rest of the text, so their number is what to bound
                work += len(text) - start
                if work > _MOST_WORK:
                    return drop(NAME, f"matches {pattern.pattern!r} too often to replace it everywhere")
                pieces += [text[start : found.start()], found.expand(self._settings.replacement)]
                start = found.end()
                gone.append(found.group())
            text = "".join([*pieces, text[start:]])
        if not gone:
            return keep(NAME, "matches no pattern")
        return rewrite(NAME, text, self._settings.reason or f"replaced {listed([repr(piece) for piece in gone])}")


def compiled(pattern: str) -> "re2._Regexp[str]":
    """The pattern made ready. Raises ValueError for one that RE2 does not take."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except re2.error as error:
        why = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        hint = "; RE2 knows neither lookaround nor backreferences" if _REFUSED.search(pattern) else ""
        raise ValueError(f"the pattern {pattern!r} cannot be used: {why}{hint}") from None


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer regular expressions as `regex`."""
    register(NAME, RegexFilter)
