"""Drops what real posts say already: too many words in a row from any of them, or nearly the whole of one."""

from typing import Annotated

from annotated_types import Ge, Gt, Le

from tweetgen.domain import Candidate, Nearest, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.judging import FilterSettings, drop, keep, quoted

NAME = "overlap"


class OverlapFilter:
    """Asks the index of everything that was collected, whoever wrote it."""

    class Settings(FilterSettings):
        """How much may be somebody's."""

        words: Annotated[int, Ge(3)] = 8
        """Most words in a row that may stand in a real post as well; case and punctuation make no difference."""
        likeness: Annotated[float, Gt(0), Le(1)] = 0.7
        """From this share of common runs of 5 characters on a text is a near-copy of a post."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings
        self._corpus = host.corpus

    def judge(self, candidate: Candidate) -> Verdict:
        """Implements `interfaces.Filter`."""
        shared, run = self._corpus.shared_words(candidate.text)
        nearest = self._corpus.nearest(candidate.text)
        if shared > self._settings.words:
            whose = f" by {nearest.author}" if nearest is not None and nearest.shared_words == shared else ""
            return drop(NAME, f"{shared} words in a row are of a real post{whose}: {quoted(run)}")
        if nearest is not None and nearest.likeness >= self._settings.likeness:
            return drop(NAME, _near_copy(nearest))
        return keep(NAME, _kept(shared))


def _near_copy(nearest: Nearest) -> str:
    kind = "is" if nearest.likeness == 1 else f"is to {nearest.likeness:.0%}"
    return f"{kind} a post by {nearest.author}: {quoted(nearest.text)}"


def _kept(shared: int) -> str:
    return f"no more than {shared} words in a row from a real post" if shared else "shares no run of words with a post"


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer the comparison with all posts as `overlap`."""
    register(NAME, OverlapFilter)
