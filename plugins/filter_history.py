"""Drops what this instance has said before: texts like those that any of its accounts has posted or queued."""

from collections.abc import Sequence
from typing import Annotated

from annotated_types import Gt, Le

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.judging import FilterSettings, drop, keep, quoted

NAME = "history"


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
        self._texts: Sequence[str] = ()
        self._folded: list[str] = []

    def judge(self, candidate: Candidate) -> Verdict:
        """Implements `interfaces.Filter`."""
        texts = self._host.recent_texts()
        if texts != self._texts:  # folded once, since a batch is judged against the same texts
            self._texts, self._folded = list(texts), [self._fold(text) for text in texts]
        least = 100 * self._settings.likeness
        folded = self._fold(candidate.text)
        found = self._best(folded, self._folded, scorer=self._ratio, score_cutoff=least)
        # two texts without letters fold to nothing, and nothing is like nothing
        if found is None or (not folded and candidate.text not in self._texts):
            return keep(NAME, f"like none of the {len(texts)} latest texts")
        _, likeness, place = found
        return drop(NAME, f"said already, to {likeness:.0f} %: {quoted(texts[place])}")


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer the comparison with what was said before as `history`."""
    register(NAME, HistoryFilter)
