"""Drops what is too long or too short, counted as X counts, in graphemes or in characters."""

import re
from typing import Literal

from pydantic import Field, model_validator

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.judging import FilterSettings, drop, keep
from ._text.weighted import INVALID, weighted_length

NAME = "length"
_HALF = re.compile("[\ud800-\udfff]")


class LengthFilter:
    """Keeps what a destination will take whole."""

    class Settings(FilterSettings):
        """How much is too much."""

        max: int = Field(280, ge=1)
        """The most there may be."""
        min: int = Field(1, ge=1)
        """The least there must be."""
        count: Literal["weighted", "graphemes", "characters"] = "weighted"
        """What is counted: `weighted` as X does (any address 23, an emoji or a Chinese character 2), `graphemes` as
        Bluesky does (what a reader takes for one character), or `characters` as Mastodon does, but for addresses."""

        @model_validator(mode="after")
        def _some_length_passes(self) -> "LengthFilter.Settings":
            if self.min > self.max:
                raise ValueError(f"min {self.min} is more than max {self.max}: nothing would pass")
            return self

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings

    def judge(self, candidate: Candidate) -> Verdict:
        """Drop what is out of bounds, and what cannot be sent at all."""
        settings, text = self._settings, candidate.text
        if not text.strip():
            return drop(NAME, "is empty")
        if half := _HALF.search(text):
            return drop(NAME, f"holds half a character (U+{ord(half[0]):04X}), which cannot be sent")
        if settings.count == "weighted" and (invalid := INVALID.search(text)):
            return drop(NAME, f"holds U+{ord(invalid[0]):04X}, for which X refuses a post")
        length = _length(text, settings.count)
        counted = f"{length} {settings.count.replace('weighted', 'weighted characters')}"
        if length > settings.max:
            return drop(NAME, f"{counted}, {length - settings.max} more than the {settings.max} allowed")
        if length < settings.min:
            return drop(NAME, f"{counted}, {settings.min - length} fewer than the {settings.min} wanted")
        return keep(NAME, f"{counted} of {settings.max}")


def _length(text: str, count: str) -> int:
    if count == "weighted":
        return weighted_length(text)
    if count == "characters":
        return len(text)
    import regex  # slow to import, and most accounts count otherwise

    return len(regex.findall(r"\X", text))


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer a limit of length as `length`."""
    register(NAME, LengthFilter)
