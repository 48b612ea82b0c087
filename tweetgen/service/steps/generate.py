"""Writes candidates for the accounts that lack some: one batch for all, filtered, ranked, handed to review."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from random import Random

from tweetgen.pipeline.index import FOLDER, keep_up_if_free
from tweetgen.pipeline.restock import Restocked, Shortage, Stockroom, Supply, dry_cause, shortages
from tweetgen.service.context import Context
from tweetgen.service.wording import some
from tweetgen.service.work import Failed

#: no other daemon writes meanwhile; two would write twice as much as is wanted
_HOLDING = timedelta(minutes=10)


class Generate:
    """One daemon's stockroom."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stockroom = Stockroom(
            context.store,
            context.models.get,
            context.app.corpus,
            context.app.config.service.plugin_timeout,
        )
        self._chance = Random()

    def generate(self) -> None:
        """Restock every account that lacks candidates and did not fail to get some a moment ago."""
        context = self._context
        wanted = self._wanted()
        if not wanted or context.stopping.is_set():
            return
        with context.lease("generate", _HOLDING) as mine:
            # asked again: another process may have written them a moment ago
            if mine and (wanted := self._wanted()):
                context.work.do("generate", "", lambda: self._restock(wanted), long=True)

    def _wanted(self) -> list[Shortage]:
        found = shortages(self._context.store, list(self._supplies()))
        return [one for one in found if self._context.work.may("restock", one.supply.account)]

    def _supplies(self) -> Iterator[Supply]:
        accounts = self._context.accounts
        for name, filters in self._context.parts.filters().items():
            if name in accounts:  # else the configuration changes this very moment
                yield Supply.of(name, accounts[name], filters)

    def _restock(self, wanted: Sequence[Shortage]) -> str:
        context = self._context
        # posts may have come in by hand, or the store from a backup: filters must know what is real
        keep_up_if_free(context.store, context.app.state / FOLDER)
        done = self._stockroom.restock(wanted, context.now(), self._chance)
        for one in done:
            if one.added:
                context.teller.over(dry_cause(one.account))
            elif event := one.event(context.now()):
                context.teller.tell(event)
            # an account of which nothing came is left alone for a while: writing in vain costs as much
            context.work.do("restock", one.account, partial(_told, one))
        written, added = sum(one.written for one in done), sum(len(one.added) for one in done)
        return f"{written} written for {some(len(done), 'account')}, {added} of them to review"


def _told(restocked: Restocked) -> str:
    if not restocked.added:
        dropped = ", ".join(f"{name} {count}" for name, count in restocked.dropped.items())
        raise Failed(
            restocked.problem or f"{some(restocked.written, 'candidate')} written, none of them kept ({dropped})"
        )
    return f"{restocked.written} written, {len(restocked.added)} to review"
