"""Drops what is no whole text: unbalanced quotes and brackets, cut-off ends, the same words over and over."""

from pydantic import Field

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.judging import FilterSettings, drop, keep
from ._text.sense import cut_off, loop, unbalanced_brackets, unbalanced_quotes

NAME = "complete"


class CompleteFilter:
    """What looks as if somebody had finished writing it."""

    class Settings(FilterSettings):
        """What is looked at."""

        quotes: bool = True
        """Every quotation mark has its partner; apostrophes, feet and inches count for nothing."""
        brackets: bool = True
        """Every bracket has its partner; faces such as `:)` and list markers such as `a)` count for nothing."""
        ending: bool = True
        """The text ends: not in a comma, not in `and` or `the`, and not because it came to the longest length."""
        repeats: int = Field(4, ge=0)
        """How often the same few words may follow on themselves (a single word twice as often); 0: as often as they
        like."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings

    def judge(self, candidate: Candidate) -> Verdict:
        """Drop what is no whole text, for the first reason found."""
        problem = self._problem(candidate)
        return keep(NAME, "looks whole") if problem is None else drop(NAME, problem)

    def _problem(self, candidate: Candidate) -> str | None:
        settings, text = self._settings, candidate.text
        if settings.ending and not candidate.complete:
            return "was cut off at the longest length that is written"
        return (
            (unbalanced_quotes(text) if settings.quotes else None)
            or (unbalanced_brackets(text) if settings.brackets else None)
            or (cut_off(text) if settings.ending else None)
            or (loop(text, settings.repeats) if settings.repeats else None)
        )


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer the search for broken texts as `complete`."""
    register(NAME, CompleteFilter)
