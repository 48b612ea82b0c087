"""A candidate as a row of the sheet."""

import csv
import io
from collections.abc import Sequence
from hashlib import sha256
from zoneinfo import ZoneInfo

from tweetgen.domain import Outcome, Pending

from .guarding import guarded

COLUMNS = (
    "number",
    "decision",
    "text",
    "reason",
    "when",
    "score",
    "scores",
    "nearest",
    "verdicts",
    "expires",
    "version",
    "check",
)
#: without these a row decides nothing
NEEDED = ("number", "decision", "text", "version", "check")


def check(pending: Pending) -> str:
    """What binds a row's number, version and text together: 12 hexadecimal digits after a letter.

    The letter keeps spreadsheets from taking it for a number.
    """
    content = f"{pending.account}\0{pending.number}\0{pending.version}\0{pending.text}"
    return "k" + sha256(content.encode()).hexdigest()[:12]


def sheet(candidates: Sequence[Pending], zone: ZoneInfo, delimiter: str) -> bytes:
    """The whole sheet, in UTF-8 with the mark that spreadsheets know it by; rows in the order given."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for pending in candidates:
        writer.writerow(_cells(pending, zone))
    return text.getvalue().encode("utf-8-sig")


def _cells(pending: Pending, zone: ZoneInfo) -> list[str]:
    expires = pending.expires_at and f"{pending.expires_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return [
        str(pending.number),
        "",
        guarded(pending.text),
        "",
        "",
        f"{pending.score:.3f}",
        guarded(", ".join(f"{name} {score:.3f}" for name, score in pending.scores.items())),
        guarded(_nearest(pending)),
        guarded(_verdicts(pending)),
        expires or "",
        str(pending.version),
        check(pending),
    ]


def _nearest(pending: Pending) -> str:
    nearest = pending.nearest
    return f"{nearest.author}: {nearest.text} ({nearest.shared_words} words shared)" if nearest else ""


def _verdicts(pending: Pending) -> str:
    """What filters had to say beyond keeping it as it is."""
    said = [verdict for verdict in pending.verdicts if verdict.outcome is not Outcome.KEEP]
    return "; ".join(f"{verdict.filter}: {verdict.reason}" for verdict in said) or "kept by all filters"
