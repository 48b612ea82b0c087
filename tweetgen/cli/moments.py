"""Moments and pauses as every command shows them: in the time zone of the account, which is named."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tweetgen.app import App


def zone_of(app: "App", account: str) -> ZoneInfo:
    """Of an account; of the instance where it is "" or there is no such account any more."""
    return ZoneInfo(app.accounts[account].timezone if account in app.accounts else app.config.timezone)


def shown(moment: datetime | str, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """Such as "Sun 2026-11-01 09:00 CET"; a text is ISO 8601."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{at.astimezone(zone):{'%a %Y-%m-%d %H:%M:%S %Z' if seconds else '%a %Y-%m-%d %H:%M %Z'}}"


def pause_told(by: str, since: datetime | str, reason: str, zone: ZoneInfo) -> str:
    """Who paused it since when, and why."""
    return f"paused by {by} since {shown(since, zone)}{f': {reason}' if reason else ''}"
