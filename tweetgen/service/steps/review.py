"""Hands candidates to review queues, takes what was decided there, ends what waited too long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from tweetgen.domain import Decision, Pending
from tweetgen.pipeline.review import expire, gather, submit
from tweetgen.plugins import ConfiguredQueue
from tweetgen.service.context import Context
from tweetgen.service.patience import Patience


def review(context: Context) -> None:
    """For every account; a queue that hangs or fails keeps no other from being asked."""
    context.work.do("expire", "", partial(_expire, context))
    for account in context.accounts:
        if context.stopping.is_set():
            return
        context.work.do("review", account, partial(_review, context, account))


def _expire(context: Context) -> str:
    number = expire(context.store, context.now())
    return f"{number} candidates expired undecided" if number else ""


def _review(context: Context, account: str) -> str:
    limit = context.app.config.service.plugin_timeout
    queue = _Limited(context.parts.queue(account), account, context.patience, limit)
    submitted = submit(context.store, queue, account, context.now())
    gathered = gather(context.store, queue, context.now(), account)
    counts = {"submitted": submitted, "decided": len(gathered.applied), "refused": len(gathered.refused)}
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


@dataclass(frozen=True)
class _Limited:
    """An account's review queue, given up where it does not answer."""

    configured: ConfiguredQueue
    account: str
    patience: Patience
    limit: timedelta

    def submit(self, candidates: Sequence[Pending]) -> None:
        """Implements `interfaces.ReviewQueue`."""
        self.patience.call(self._what, lambda: self.configured.queue.submit(candidates), self.limit)

    def decisions(self) -> Iterable[Decision]:
        """Implements `interfaces.ReviewQueue`."""
        return self.patience.call(self._what, lambda: list(self.configured.queue.decisions()), self.limit)

    @property
    def _what(self) -> str:
        return f"review queue {self.configured.name} of account {self.account}"
