"""Every destination of every account as the outbox knows it, and when something may be sent there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tweetgen.pipeline.delivery import Channel
from tweetgen.pipeline.limits import earliest
from tweetgen.plugins import ConfiguredDestination
from tweetgen.service.context import Context
from tweetgen.service.parts import Parts
from tweetgen.settings import Limits
from tweetgen.store.outbox_row import ChannelName, OutboxRow, Sent


class Channels:
    """Follows the configuration; a destination that cannot be made is left out until it can be."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._parts: Parts | None = None
        self._held: dict[ChannelName, Channel] = {}
        self._limits: dict[ChannelName, tuple[Limits, Limits, ZoneInfo]] = {}
        self._added: dict[str, Sequence[ConfiguredDestination]] = {}

    def now(self) -> Mapping[ChannelName, Channel]:
        """Those of the configuration in force."""
        if self._context.parts is not self._parts:
            self._parts, self._held, self._limits, self._added = self._context.parts, {}, {}, {}
        destinations = self._parts.destinations()
        changed = {name: made for name, made in destinations.items() if self._added.get(name) is not made}
        if changed:
            held = dict(self._held)  # senders may be going through those of before
            for account, made in changed.items():
                self._add(held, account, made)
            self._held = held
        return self._held

    def allowed(self, row: OutboxRow, now: datetime, sent: Sequence[Sent]) -> datetime | None:
        """When `row` may go out by the limits of its destination and its account's quiet hours; None: now."""
        found = self._limits.get(row.channel)
        if found is None:
            return None
        own, quiet, zone = found
        there = [one.at for one in sent if one.destination == row.destination]
        at = max(earliest(own, zone, now, there)[0], earliest(quiet, zone, now, [])[0])
        return at if at > now else None

    def _add(
        self, held: dict[ChannelName, Channel], account: str, destinations: Sequence[ConfiguredDestination]
    ) -> None:
        settings = self._context.app.account(account)
        quiet, zone = Limits(quiet=settings.limits.quiet), ZoneInfo(settings.timezone)
        for one in destinations:
            channel = Channel(account, one.name, one.destination, one.on_unknown, one.settle, settings.attempts)
            held.setdefault(channel.key, channel)
            self._limits[channel.key] = (one.limits, quiet, zone)
        self._added[account] = destinations
