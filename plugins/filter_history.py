"""Drops what this instance has said before: texts like those that any of its accounts has posted or queued."""

from datetime import datetime, timedelta
from typing import Annotated

from annotated_types import Gt, Le

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.judging import FilterSettings, drop, keep, quoted

NAME = "history"
# How long one look at the recent texts serves.
_HELD = timedelta(seconds=1)


class HistoryFilter:
    """Compares letters and numbers, without case, in their order (normalised indel similarity, by rapidfuzz)."""

    class Settings(FilterSettings):
        """How much a text may be like an earlier one."""

        likeness: Annotated[float, Gt(0), Le(1)] = 0.8
        """From this share of characters on that both have in the same order, a text is said to be there already."""

    def __init__(self, settings: Settings, host: Host) -> None:
        from rapidfuzz import fuzz, process, utils

        self._settings = settings
        self._host = host
        self._fold, self._best, self._ratio = utils.default_process, process.extractOne, fuzz.ratio
        self._read_at: datetime | None = None
        self._texts: list[str] = []
        self._folded: list[str] = []

    def judge(self, candidate: Candidate) -> Verdict:
        """Implements `interfaces.Filter`."""
        self._read()
        least = 100 * self._settings.likeness
        folded = self._fold(candidate.text)
        found = self._best(folded, self._folded, scorer=self._ratio, score_cutoff=least)
        # two texts without letters fold to nothing, and nothing is like nothing
        if found is None or (not folded and candidate.text not in self._texts):
            return keep(NAME, f"like none of the {len(self._texts)} latest texts")
        _, likeness, place = found
        return drop(NAME, f"said already, to {likeness:.0f} %: {quoted(self._texts[place])}")

    def _read(self) -> None:
        """Look at what was said lately; a batch is judged by one look."""
        now = self._host.now()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < _HELD:
            self._read_at, texts = now, self._host.recent_texts()
            if texts != self._texts:
                self._texts, self._folded = list(texts), [self._fold(text) for text in texts]


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer the comparison with what was said before as `history`."""
    register(NAME, HistoryFilter)
