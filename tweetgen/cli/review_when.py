"""Moments as reviewers type them."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tweetgen.schedule import durations


def moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """A moment from "18:30" (the next one), "2026-03-01 18:30", or a duration from now such as "2h".

    Local time in `zone` unless the text names another; aware. Raises ValueError with a one-line reason.
    """
    words = text.strip().removeprefix("in ").removeprefix("+").strip()
    local = now.astimezone(zone)
    try:
        clock = time.fromisoformat(words) if ":" in words and len(words) <= 8 else None
    except ValueError:
        clock = None
    if clock is not None:
        at = datetime.combine(local.date(), clock, zone)
        return at if at > local else datetime.combine(local.date() + timedelta(days=1), clock, zone)
    try:
        return now + durations.parse(words)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        raise ValueError(f"{text!r} is no time: write 18:30, 2026-03-01 18:30, or 2h") from None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at
