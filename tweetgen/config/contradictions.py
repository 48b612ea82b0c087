"""What cannot be meant: keys of an account that are sound one by one and impossible together."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from tweetgen.config.model import Account
from tweetgen.config.secrets import Place
from tweetgen.schedule import durations, expressions, lateness, limits, quiet
from tweetgen.settings import Limits


def contradictions(account: Account) -> Iterator[tuple[Place, str]]:
    """Each with the place of one of the keys that contradict each other."""
    keep = account.ranking.keep
    if keep > account.stock:
        what = f"{account.stock} are kept ready, but a batch brings {keep} (ranking.keep); raise it, or lower that"
        yield ("stock",), what
    if account.expire <= timedelta(0):
        yield ("expire",), "0s would throw every candidate away before anybody sees it; write such as 7d"
    yield from _of_limits(account.limits, ("limits",))
    for number, destination in enumerate(account.destinations):
        place = ("destinations", number, destination.entry.name, "limits")
        yield from _of_limits(destination.delivery.limits, place)
    yield from _of_quiet(account)


def _of_limits(wanted: Limits, place: Place) -> Iterator[tuple[Place, str]]:
    for told in limits.contradictions(wanted):
        key, _, what = told.partition(": ")
        yield (*place, key), what


def _of_quiet(account: Account) -> Iterator[tuple[Place, str]]:
    """Posts that fall into quiet hours and are given up before these end, every time."""
    own = account.limits.quiet
    posts = account.schedule.post
    for number, text in enumerate(posts):
        place: Place = ("schedule", "post", number) if len(posts) > 1 else ("schedule", "post")
        if _never_posts(account, text, own):
            yield place, _told(account, text, own)
            continue
        for destination in account.destinations:
            theirs = destination.delivery.limits.quiet
            if theirs and destination.delivery.enabled and _never_posts(account, text, [*own, *theirs]):
                yield place, f"{_told(account, text, [*own, *theirs])} (at {destination.name})"


def _never_posts(account: Account, text: str, hours: Sequence[str]) -> bool:
    windows = [quiet.parse(span) for span in hours]
    if not windows or quiet.is_always(windows):  # the latter is told of limits
        return False
    schedule = account.schedule
    patience = lateness.patience(schedule.catch_up, schedule.late)
    expression = expressions.parse(text)
    return lateness.never_posts(expression, ZoneInfo(account.timezone), windows, schedule.jitter, patience)


def _told(account: Account, text: str, hours: Sequence[str]) -> str:
    why = "catch_up: skip" if account.schedule.catch_up == "skip" else f"late: {durations.spell(account.schedule.late)}"
    return (
        f"{text!r} can never post: it falls into quiet hours ({', '.join(hours)}), and {why} gives it up before they "
        "end; choose another time, or change limits.quiet or schedule.late"
    )
