"""What the configuration says about a text or a time while somebody reviews it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tweetgen.cli.review_session import Advice
from tweetgen.cli.review_when import moment
from tweetgen.errors import TweetgenError
from tweetgen.interfaces import Remarking
from tweetgen.pipeline.quiet_hint import quiet_hint

if TYPE_CHECKING:
    from tweetgen.app import App
    from tweetgen.domain import Pending, Verdict
    from tweetgen.plugins import ConfiguredDestination


def advice(app: "App", now: Callable[[], datetime]) -> Advice:
    """By the accounts of an instance; one that has gone from the configuration has no filters, and UTC."""

    def judge(pending: "Pending") -> "Sequence[Verdict]":
        from tweetgen.pipeline.filter import judge as ask

        if pending.account not in app.accounts:
            return ()
        edited = replace(pending.candidate, text=pending.text)
        # `history` knows the text this one was made of
        filters = [one for one in app.filters(pending.account) if one.name != "history"]
        return ask(edited, filters, explain=True).verdicts

    def when(pending: "Pending", text: str) -> datetime:
        known = app.accounts.get(pending.account)
        return moment(text, ZoneInfo(known.timezone if known else "UTC"), now())

    def hint(pending: "Pending", at: datetime) -> str:
        known = app.accounts.get(pending.account)
        return quiet_hint(known, at) if known else ""

    return Advice(_counter(app), judge, when, hint, _remarker(app))


def _remarker(app: "App") -> "Callable[[Pending], Sequence[str]]":
    """What an account's destinations say about a text, each by its name; nothing where they cannot be made."""
    made: dict[str, Sequence[ConfiguredDestination]] = {}

    def remarks(pending: "Pending") -> list[str]:
        account = pending.account
        if account not in made:
            made[account] = ()
            with suppress(TweetgenError):  # `tweetgen doctor` tells of these
                made[account] = app.destinations(account)
        able = [(one.name, one.destination) for one in made[account] if isinstance(one.destination, Remarking)]
        return [f"{name}: {remark}" for name, destination in able for remark in destination.remarks(pending.text)]

    return remarks


def _counter(app: "App") -> Callable[[str], str]:
    """Counts a text as the filter `length` does; "" where there is none."""
    from tweetgen.domain import Candidate

    if "length" not in app.plugins.filters:
        return lambda _: ""
    offer = app.plugins.filters.get("length")
    counting = offer.make(offer.settings(), app.host("length"))

    def count(text: str) -> str:
        nobodys = Candidate(text, {}, "", 0, (), True, 0.0)
        return counting.judge(nobodys).reason

    return count
