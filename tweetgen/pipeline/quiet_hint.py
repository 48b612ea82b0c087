"""What somebody should know who chose a time by hand that lies in quiet hours."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tweetgen.schedule import durations, lateness, quiet

if TYPE_CHECKING:
    from tweetgen.config import Account


def quiet_hint(account: "Account", at: datetime) -> str:
    """When a post that is due at `at` comes, or that it never does; "" outside of quiet hours."""
    own = list(account.limits.quiet)
    if told := _told(account, own, at):
        return told
    for destination in account.destinations:
        hours = [*own, *destination.delivery.limits.quiet]
        if destination.delivery.enabled and (told := _told(account, hours, at)):
            return f"at {destination.name}: {told}"
    return ""


def _told(account: "Account", hours: list[str], at: datetime) -> str:
    windows, zone = [quiet.parse(span) for span in hours], ZoneInfo(account.timezone)
    if not quiet.is_quiet(windows, zone, at):
        return ""
    schedule = account.schedule
    patience = lateness.patience(schedule.catch_up, schedule.late)
    if lateness.is_given_up(windows, zone, at, patience):
        given = f"a post is given up {durations.spell(patience)} after its time"
        return f"that is in quiet hours ({', '.join(hours)}), and {given}: it would never be posted; choose another"
    end = quiet.end(windows, zone, at).astimezone(zone)
    return f"that is in quiet hours ({', '.join(hours)}): it waits until {end:%H:%M}"
