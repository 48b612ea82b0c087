"""Asks the sources that are due for what is new, and makes it ready: near-duplicates, the index of overlaps."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from tweetgen.domain import Json
from tweetgen.interfaces import Page, Parted, Source
from tweetgen.pipeline.collect import collect
from tweetgen.pipeline.deduplicate import find_duplicates
from tweetgen.pipeline.index import FOLDER, keep_up_if_free
from tweetgen.plugins import ConfiguredSource
from tweetgen.service.context import Context
from tweetgen.service.patience import Patience
from tweetgen.service.steps.due import do_due
from tweetgen.service.wording import some
from tweetgen.service.work import Failed

#: no other daemon collects for the same account for so long
_HOLDING = timedelta(hours=1)
#: a source that failed is asked again after this
_AGAIN = timedelta(minutes=10)
#: a page may take as long as so many calls of other plugins: before the first of an archive it is unpacked
_PATIENCE = 10
#: problems told in the journal word for word
_MOST_TOLD = 3


def collect_due(context: Context) -> None:
    """Collect for every account, or for the whole instance, that has a slot for it."""
    do_due(context, "collect", _HOLDING, partial(_collect, context), again=_AGAIN)


def _collect(context: Context, account: str) -> str:
    limit = context.app.config.service.plugin_timeout * _PATIENCE
    sources = [_Limited(source, context.patience, limit) for source in context.parts.sources(account)]
    collected = collect(context.store, sources)
    find_duplicates(context.store)
    keep_up_if_free(context.store, context.app.state / FOLDER)
    if collected.failed:  # what came before that is kept
        raise Failed("; ".join(collected.problems[-len(collected.failed) :]))
    if collected.later is not None:
        _come_back(context, account, collected.later)
    problems = some(collected.problem_count, "problem")
    said = f"{some(collected.new, 'new post')}, {collected.known} known, {problems}"
    return f"{said}: {'; '.join(collected.problems[:_MOST_TOLD])}" if collected.problems else said


def _come_back(context: Context, account: str, later: datetime) -> None:
    """Be due when a source has more, unless that is so by then anyway."""
    now = context.now()  # what is due by now is what is being done
    if not any(now < slot.due_at <= later for slot in context.store.slots.upcoming(account, "collect")):
        context.store.slots.book(account, "collect", later, now)


@dataclass(frozen=True)
class _Limited:
    """A configured source that is given up where a page does not come."""

    configured: ConfiguredSource
    patience: Patience
    limit: timedelta

    @property
    def name(self) -> str:
        return self.configured.name

    @property
    def key(self) -> str:
        return self.configured.key

    @property
    def source(self) -> Source:
        inner = self.configured.source
        return _LimitedParted(self, inner.cursor_key) if isinstance(inner, Parted) else self

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """Implements `interfaces.Source`."""
        what = f"source {self.name}"
        pages = iter(self.configured.source.fetch(authors, cursor))
        try:
            while (page := self.patience.call(what, lambda: next(pages, None), self.limit)) is not None:
                yield page
        finally:
            close = getattr(pages, "close", None)
            if close is not None:
                with suppress(ValueError):  # it hangs, and cannot be closed from here
                    close()


@dataclass(frozen=True)
class _LimitedParted:
    """The same of a source with a cursor for each of its parts."""

    limited: _Limited
    cursor_key: str

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """Implements `interfaces.Source`."""
        return self.limited.fetch(authors, cursor)
