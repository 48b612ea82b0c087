"""What can go wrong at X, to be put into `World.faults`: each is used up as often as it says."""

from dataclasses import dataclass, field
from enum import StrEnum


class How(StrEnum):
    """The ways of failing."""

    #: 401
    UNAUTHORIZED = "unauthorized"
    #: 402, nothing left to pay with
    CREDITS = "credits"
    #: 403 with `detail` and `problem`
    FORBIDDEN = "forbidden"
    #: 403 as for a text that is there already
    DUPLICATE = "duplicate"
    #: 403 as for an app's own token where a user's is needed
    APP_ONLY = "app_only"
    NOT_FOUND = "not_found"
    #: 429 with x-rate-limit-reset in `seconds`
    LIMITED = "limited"
    #: 429 without any header
    LIMITED_BARE = "limited_bare"
    #: 429 with an error code instead of a problem, as of old
    LIMITED_CODE = "limited_code"
    #: 429 of the app's 24 hours: the short window has room
    LIMITED_DAY = "limited_day"
    #: 503 with a page of HTML
    UNAVAILABLE = "unavailable"
    #: 500 with a problem
    BROKEN = "broken"
    #: 200 and nothing
    EMPTY = "empty"
    #: 200 and a JSON list
    LIST = "list"
    #: 200, all of the length announced and half of the bytes
    CUT = "cut"
    #: 200, half of the JSON as if it were whole
    HALF = "half"
    #: the connection closed without a word
    DROP = "drop"
    #: the connection reset
    RESET = "reset"
    #: a redirect (`status`, 307 by default) to `detail`
    REDIRECT = "redirect"
    #: nothing at all for `seconds`
    SILENCE = "silence"
    #: the true answer, `seconds` late
    SLOW = "slow"
    #: the true answer a byte at a time, one each `seconds`
    TRICKLE = "trickle"
    #: dropped now, done `seconds` later
    LATE = "late"
    #: `status`, `body` and `headers` as they are
    RAW = "raw"


@dataclass
class Fault:
    """The next `times` requests to `endpoint` ("*": any) fail so."""

    how: How
    #: users, users_by_id, posts, posts_by_id, create, delete, me, token, or * for any
    endpoint: str = "*"
    times: int = 1
    #: whether what was asked for is done all the same: accept-then-drop, accept-then-500
    accept: bool = False
    seconds: float = 1.0
    status: int = 0
    detail: str = ""
    problem: str = "about:blank"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    #: requests of this kind to let pass first
    after: int = 0


def take(faults: list[Fault], endpoint: str) -> Fault | None:
    """The first that is meant for this endpoint and due, one use of it used up."""
    for fault in faults:
        if fault.endpoint not in ("*", endpoint):
            continue
        if fault.after:
            fault.after -= 1
            continue
        fault.times -= 1
        if fault.times <= 0:
            faults.remove(fault)
        return fault
    return None
