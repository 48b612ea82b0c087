"""What every filter of texts shares: its settings' manners and its three ways to answer."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from tweetgen.domain import Outcome, Verdict

_MOST_NAMED = 5
_LONGEST_QUOTE = 100


class FilterSettings(BaseModel):
    """Settings that refuse what they do not know and never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def keep(name: str, reason: str) -> Verdict:
    """As it is."""
    return Verdict(name, Outcome.KEEP, reason)


def drop(name: str, reason: str) -> Verdict:
    """Not at all."""
    return Verdict(name, Outcome.DROP, reason)


def rewrite(name: str, text: str, reason: str) -> Verdict:
    """In other words; a text of which nothing is left is dropped."""
    if not any(character.isalnum() for character in text):
        return drop(name, f"{reason}, which leaves nothing to read")
    return Verdict(name, Outcome.REWRITE, reason, text)


def listed(things: Sequence[str]) -> str:
    """The first few of them, each once, fit for a sentence."""
    once = list(dict.fromkeys(things))
    rest = len(once) - _MOST_NAMED
    return ", ".join(once[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def quoted(text: str) -> str:
    """A text in one line, cut where it is long, between quotation marks."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= _LONGEST_QUOTE else f"“{line[: _LONGEST_QUOTE - 1]}…”"
