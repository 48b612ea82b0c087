"""What X's refusals mean for a text, and what is wrong with one before X is asked."""

import re
from datetime import datetime, timedelta

from tweetgen.errors import (
    BudgetSpent,
    Duplicate,
    NotSent,
    ReauthRequired,
    Refused,
    Throttled,
)

from .._text.addresses import addresses
from .._text.weighted import INVALID, weighted_length
from .port import XError, XFault

#: after which X is asked again whether somebody has paid
CREDIT_PAUSE = timedelta(hours=1)
# half of a character, as broken programs leave it
_HALF = re.compile("[\ud800-\udfff]")


def meaning(error: XError, now: datetime, remedy: str) -> Exception:
    """What to raise for it: a `DeliveryError` where it is sure what became of the text, else the error itself.

    `remedy`: how to log in anew.
    """
    told = str(error)
    match error.kind:
        case XFault.NOT_SENT:
            return NotSent(told)
        case XFault.RATE_LIMITED:
            return Throttled(told, error.until)
        case XFault.CREDITS:
            return BudgetSpent(told, now + CREDIT_PAUSE)
        case XFault.UNAUTHORIZED:
            return ReauthRequired(f"{told}; {remedy}")
        case XFault.DUPLICATE:
            return Duplicate(told)
        case XFault.FORBIDDEN | XFault.INVALID | XFault.NOT_FOUND:
            return Refused(told)
    return error


def unfit(text: str) -> str:
    """Why X would not take a text, however short; "" where it would."""
    if not text.strip():
        return "X takes no empty text"
    found = INVALID.search(text) or _HALF.search(text)
    return f"X takes no text with the character U+{ord(found[0]):04X}" if found else ""


def refuse_unfit(text: str, most: int) -> None:
    """Raises `Refused` for a text that X would not take; weighted as X does."""
    if problem := unfit(text):
        raise Refused(problem)
    if (length := weighted_length(text)) > most:
        raise Refused(f"X counts {length} characters, and {most} are allowed; shorten it, or set `thread: true`")


def has_address(text: str) -> bool:
    """Whether X finds an address in it, which makes it many times dearer."""
    return bool(addresses(text))
