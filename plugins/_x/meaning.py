"""What an answer that is not a 2xx means."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from .port import XError, XFault, XRate, XTrouble

# nobody means to be asked again in a hundred years
_LONGEST_WAIT = timedelta(days=7)
# OAuth 1.0a signatures are refused when the clocks are further apart
_SKEW = timedelta(minutes=4)
#: of the app or user as such, whatever the text: code 89 is an invalid token, 326 a locked account
_LOGIN_CODES = {32, 64, 89, 99, 135, 215, 326, 416}
_LOGIN_PROBLEMS = ("unsupported-authentication", "client-forbidden", "client-not-enrolled", "oauth1-permissions")
_LOGIN_WORDS = (
    "application-only is forbidden",
    "client is not authorized",
    "client app is not configured with the appropriate oauth1",
    "your account is suspended",
    "account is temporarily locked",
    "account has been locked",
)


class Response(Protocol):
    """What we want of an answer."""

    status_code: int

    @property
    def content(self) -> bytes:
        """The body."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """By name, in any case."""
        ...


def error_of(response: Response, host: str, secrets: Sequence[str], now: datetime) -> XError:
    """The error to raise: what happened, and what to do."""
    body = as_object(response.content)
    status, words = response.status_code, _words(body, secrets)
    said = f"{host} answered {status}{f' ({words})' if words else ''}"
    kind, remedy = _kind(status, body, words.casefold())
    if kind is XFault.RATE_LIMITED:
        return XError(kind, f"{said}: {remedy}", status=status, until=_until(response.headers, now))
    if status == 401:
        remedy = _skewed(response.headers, now) or remedy
    return XError(kind, f"{said}: {remedy}", status=status, trouble=trouble_of(body, words))


def _kind(status: int, body: Mapping[str, Any], words: str) -> tuple[XFault, str]:
    problem = str(body.get("type", ""))
    if "usage-capped" in problem or status == 402:
        return XFault.CREDITS, "there is no credit left; add some, or raise the cap, in X's developer console"
    if status == 429:
        return XFault.RATE_LIMITED, "too many requests"
    if status == 401:
        return XFault.UNAUTHORIZED, "the login does not hold; renew it"
    if status == 403:
        return _forbidden(problem, _codes(body), words)
    if status == 404:
        return XFault.NOT_FOUND, "there is nothing"
    if status in (301, 307, 308):
        return XFault.NOT_SENT, "redirects are not followed; write the new address as `base_url`"
    if status in (408, 425):  # it says itself that it did not read the request to its end
        return XFault.NOT_SENT, "it wants the request again"
    if 400 <= status < 500:
        return XFault.INVALID, "it cannot read the request"
    return XFault.UNKNOWN, "nobody knows whether it did what was asked"


def _forbidden(problem: str, codes: set[int], words: str) -> tuple[XFault, str]:
    if "duplicate content" in words or 187 in codes:
        return XFault.DUPLICATE, "it has this text already"
    if "unsupported-authentication" in problem or "application-only" in words:
        return XFault.UNAUTHORIZED, "this is an app's own token; a user's login is needed"
    if any(name in problem for name in _LOGIN_PROBLEMS) or codes & _LOGIN_CODES or _any(words, _LOGIN_WORDS):
        return XFault.UNAUTHORIZED, "the app or the account may not do this; see X's developer console"
    return XFault.FORBIDDEN, "it does not allow this"


def _any(words: str, known: Sequence[str]) -> bool:
    return any(one in words for one in known)


def trouble_of(problem: Mapping[str, Any], words: str) -> XTrouble | None:
    """What an error says about the user asked for; None where it is about something else."""
    kind, words = str(problem.get("type", "")), words.casefold()
    if "has been suspended" in words or "user-suspended" in kind:
        return XTrouble.SUSPENDED
    if "not-authorized-for-resource" in kind or "not authorized to see the user" in words:
        return XTrouble.PROTECTED
    if "resource-not-found" in kind:
        return XTrouble.MISSING
    return None


def as_object(content: bytes) -> dict[str, Any]:
    """The JSON object in an answer; empty where it is anything else."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def one_line(text: object, secrets: Sequence[str] = (), longest: int = 200) -> str:
    """What X says, fit for a message: printable, short, and without our own keys, should it send them back."""
    said = " ".join(str(text).split())
    for secret in secrets:
        said = said.replace(secret, "***")
    said = "".join(character if character.isprintable() else "�" for character in said)
    return said if len(said) <= longest else said[: longest - 1] + "…"


def _words(body: Mapping[str, Any], secrets: Sequence[str]) -> str:
    errors = [error for error in _list(body.get("errors")) if isinstance(error, dict)]
    messages = [error.get("message") or error.get("detail") for error in errors]
    title, detail = body.get("title"), body.get("detail")
    found = [detail if detail and detail != "Forbidden" else title, *messages[:1]]
    return one_line("; ".join(one for one in found if isinstance(one, str) and one), secrets)


def _codes(body: Mapping[str, Any]) -> set[int]:
    found = (error.get("code") for error in _list(body.get("errors")) if isinstance(error, dict))
    return {code for code in found if isinstance(code, int)}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def rates_of(headers: Mapping[str, str]) -> dict[str, XRate]:
    """What the answer says about limits: "" the short window, "app" and "user" their 24 hours."""
    families = {"": "x-rate-limit", "app": "x-app-limit-24hour", "user": "x-user-limit-24hour"}
    found = {}
    for name, prefix in families.items():
        numbers = [_number(headers.get(f"{prefix}-{part}")) for part in ("limit", "remaining", "reset")]
        if any(number is not None for number in numbers):
            limit, remaining, reset = numbers
            found[name] = XRate(limit, remaining, None if reset is None else _moment(reset))
    return found


def _until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When to come back; None where X does not say, or names a moment that has passed."""
    rates = rates_of(headers)
    spent = [rate.resets_at for rate in rates.values() if rate.remaining == 0 and rate.resets_at]
    short = rates[""].resets_at if "" in rates else None
    until = max(spent) if spent else short
    if until is None:
        after = _number(headers.get("retry-after"))
        until = None if after is None else now + timedelta(seconds=min(after, _LONGEST_WAIT.total_seconds()))
    else:
        until -= _ahead(headers, now) or timedelta()
    return min(until, now + _LONGEST_WAIT) if until is not None and until > now else None


def _skewed(headers: Mapping[str, str], now: datetime) -> str | None:
    """What to say where clocks differ so much that no signature can be right."""
    ahead = _ahead(headers, now)
    if ahead is None or abs(ahead) < _SKEW:
        return None
    minutes = round(abs(ahead) / timedelta(minutes=1))
    return f"this machine's clock is {minutes} minutes {'slow' if ahead > timedelta() else 'fast'}; set it right"


def _ahead(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """By how much X's clock is ahead of this machine's."""
    try:
        theirs = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, OverflowError):
        return None
    theirs = theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs
    ahead = theirs - now
    return ahead if abs(ahead) > timedelta(seconds=2) else timedelta()


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text[:15]) if text.isascii() and text.isdigit() else None


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
