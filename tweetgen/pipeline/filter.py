"""Judge candidates: each goes through the account's filters in order and is kept, rewritten or dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from tweetgen.domain import Candidate, Outcome, Verdict
from tweetgen.interfaces import Filter


class Configured(Protocol):
    """A filter and its name, as the account file orders them."""

    @property
    def name(self) -> str: ...

    @property
    def filter(self) -> Filter: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a candidate."""

    #: its text as the filters left it; where it was dropped, as the dropping filter saw it
    candidate: Candidate
    #: in the order in which they were given, one for each filter asked
    verdicts: tuple[Verdict, ...]
    kept: bool


def judge(candidate: Candidate, filters: Iterable[Configured], *, explain: bool = False) -> Judged:
    """Ask each filter in turn; a rewrite is what the next one sees, and a drop ends it.

    A filter that raises, or answers nonsense, drops the candidate. With `explain` all are asked, even after a drop.
    """
    verdicts: list[Verdict] = []
    kept = True
    for configured in filters:
        verdict = _ask(configured, candidate)
        verdicts.append(verdict)
        if verdict.outcome is Outcome.DROP:
            kept = False
            if not explain:
                break
        elif verdict.text is not None:
            candidate = replace(candidate, text=verdict.text)
    return Judged(candidate, tuple(verdicts), kept)


def judge_all(candidates: Iterable[Candidate], filters: Sequence[Configured]) -> list[Judged]:
    """Each candidate judged by itself, in the order given."""
    return [judge(candidate, filters) for candidate in candidates]


def _ask(configured: Configured, candidate: Candidate) -> Verdict:
    """The filter's verdict under its configured name; a drop that says why where there is none to be trusted."""
    try:
        verdict = configured.filter.judge(candidate)
        problem = _problem(verdict)
    except Exception as error:  # whatever a plugin raises: a candidate that cannot be judged is not published
        problem = _told(error)
    if problem is not None:
        return Verdict(configured.name, Outcome.DROP, f"the filter {configured.name!r} failed: {problem}")
    text = verdict.text if verdict.outcome is Outcome.REWRITE else None
    return replace(verdict, filter=configured.name, text=text)


def _problem(verdict: object) -> str | None:
    """Why a plugin's answer cannot be used, None if it can."""
    if not isinstance(verdict, Verdict):
        return f"it answered {verdict!r:.100}, which is no verdict"
    if not verdict.reason.strip():
        return "it gave no reason"
    if verdict.outcome is Outcome.REWRITE and not (verdict.text or "").strip():
        return "it rewrote the text to nothing"
    return None


def _told(error: Exception) -> str:
    """The error in one line."""
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
