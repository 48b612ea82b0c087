"""What an answer to a publishing request means for the text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tweetgen.errors import Duplicate, NotSent, ReauthRequired, Refused, Throttled, TweetgenError

# nobody means to be asked again in a hundred years
_LONGEST_WAIT = timedelta(days=7)


class OutcomeUnknown(TweetgenError):
    """Bytes have left, and nobody knows what became of them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    #: by name in lower case
    headers: Mapping[str, str]
    #: the first 64 KiB, or as much as arrived
    body: bytes

    @property
    def success(self) -> bool:
        """Whether the receiver says that all is well."""
        return 200 <= self.status < 300


def raise_for_status(answer: Answer, host: str, now: datetime) -> None:
    """Nothing for 2xx: the text is there. Else raises what became of it."""
    status = answer.status
    said = f"{host} answered {status}{_words(answer)}"
    if answer.success:
        return
    if status in (401, 403):
        raise ReauthRequired(f"{said}: the login is not valid; renew it")
    if status == 409:
        raise Duplicate(f"{said}: it has this text already")
    if status == 429:
        raise Throttled(f"{said}: too many requests", retry_after(answer, now))
    if status in (408, 425):  # it says itself that it did not read the request to its end
        raise NotSent(f"{said}: it wants the request again")
    if status in (301, 307, 308):
        raise Refused(f"{said}: it has moved, and redirects are not followed; write its new address as `url`")
    if 400 <= status < 500:
        raise Refused(f"{said}: it does not want this text")
    raise OutcomeUnknown(f"{said}: it may have kept the text all the same")


def retry_after(answer: Answer, now: datetime) -> datetime | None:
    """When it wants to be asked again: seconds or a date (RFC 9110, 10.2.3); None where it does not say."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return min(max(moment, now), now + _LONGEST_WAIT)


def json_object(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer; empty where it is anything else."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def text_of(value: object, longest: int = 2000) -> str:
    """A text or whole number in an answer as text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:longest]


def _words(answer: Answer) -> str:
    """The beginning of what it says, on one line."""
    said = " ".join(answer.body[:400].decode("utf-8", "replace").split())[:120]
    printable = "".join(character if character.isprintable() else "�" for character in said)
    return f" ({printable})" if printable and not printable.startswith("<") else ""
