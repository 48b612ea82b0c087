"""Accounts short of candidates → texts in review: one batch written a model, filtered, ranked, the best submitted."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil
from random import Random
from typing import TYPE_CHECKING

from tweetgen.domain import Candidate, Event, Pending, ReviewState, Severity
from tweetgen.errors import InputError, TweetgenError
from tweetgen.interfaces import Corpus
from tweetgen.pipeline.filter import Configured, Judged, judge_all
from tweetgen.pipeline.generate import Wish, generate
from tweetgen.pipeline.preference import chooser
from tweetgen.pipeline.rank import Ranked, Voice, likelihoods, rank
from tweetgen.pipeline.supervised import StillRunning, call
from tweetgen.pipeline.usual import Usuals
from tweetgen.settings import Ranking, Writing
from tweetgen.store import NewCandidate, Store

if TYPE_CHECKING:
    from tweetgen.config import Account
    from tweetgen.model.model import Model

# Batches written for one account at a time, at most: what is still missing comes next time.
_MOST_BATCHES = 10
# Latest texts of the instance that a new one should differ from.
_RECENT = 300

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Supply:
    """What restocking has to know of an account."""

    account: str
    model: str
    voice: Voice
    writing: Writing
    ranking: Ranking
    filters: Sequence[Configured]
    #: pending and approved candidates to be kept ready
    stock: int
    #: how long a candidate waits for review
    expire: timedelta

    @classmethod
    def of(cls, name: str, account: "Account", filters: Sequence[Configured]) -> "Supply":
        """As the account's file says."""
        return cls(
            name,
            account.model,
            account.voice,
            account.writing,
            account.ranking,
            filters,
            account.stock,
            account.expire,
        )


@dataclass(frozen=True)
class Shortage:
    """An account that lacks candidates, and how many."""

    supply: Supply
    missing: int

    @property
    def to_write(self) -> int:
        """How many texts are written, so that the best of each batch make up for what is missing."""
        batches = min(ceil(self.missing / self.supply.ranking.keep), _MOST_BATCHES)
        return batches * self.supply.writing.candidates


@dataclass(frozen=True)
class Restocked:
    """What became of one account's shortage."""

    account: str
    #: texts written, and those that went to review
    written: int = 0
    added: Sequence[Pending] = ()
    #: how many texts each filter dropped
    dropped: Mapping[str, int] = field(default_factory=dict)
    #: one line, where it failed as a whole
    problem: str = ""

    def event(self, now: datetime) -> Event | None:
        """What a person must hear of: a queue that runs dry because nothing passes the filters; None while some do."""
        if self.added or not self.written:
            return None
        drops = ", ".join(f"{name} {count}" for name, count in Counter(self.dropped).most_common())
        why = self.problem or f"its filters dropped all {self.written} candidates ({drops})"
        message = f"account {self.account} runs dry: {why}; see: tweetgen filter TEXT --account {self.account}"
        return Event("queue_dry", self.account, Severity.ACTION, message, dry_cause(self.account), now)


def dry_cause(account: str) -> str:
    """By which observers know that an account's queue runs dry; over once something was added."""
    return f"queue_dry:{account}"


@dataclass(frozen=True)
class _Batch:
    """One account's candidates on their way."""

    shortage: Shortage
    #: as the network wrote them, and what the filters made of them
    written: Sequence[Candidate]
    judged: Sequence[Judged]

    @property
    def kept(self) -> list[tuple[Candidate, Judged]]:
        return [pair for pair in zip(self.written, self.judged, strict=True) if pair[1].kept]

    @property
    def dropped(self) -> Counter[str]:
        return Counter(one.verdicts[-1].filter for one in self.judged if not one.kept)


def shortages(store: Store, supplies: Iterable[Supply]) -> list[Shortage]:
    """The accounts that have fewer candidates than they want and are not paused, with how many they lack."""
    counts = store.candidates.counts()
    found = []
    for supply in supplies:
        states = counts.get(supply.account, {})
        ready = states.get(ReviewState.PENDING, 0) + states.get(ReviewState.APPROVED, 0)
        if ready < supply.stock and not store.accounts.is_paused(supply.account):
            found.append(Shortage(supply, supply.stock - ready))
    return found


class Stockroom:
    """Writes candidates for accounts that lack some; remembers between calls what real posts are measured by."""

    def __init__(
        self,
        store: Store,
        models: "Callable[[str], Model]",
        corpus: Corpus,
        patience: timedelta = timedelta(seconds=30),
    ) -> None:
        """`models`: a model by its name; `patience`: how long the filters of one account may take for its batch."""
        self._store, self._models, self._corpus, self._patience = store, models, corpus, patience
        self._usuals = Usuals(store)

    def restock(self, wanted: Sequence[Shortage], now: datetime, chance: Random) -> list[Restocked]:
        """Write, filter, rank and submit for all of these, one batch a model; what became of each, in no order.

        A model or a filter that fails or hangs fails its own accounts only. Raises `StoreError`.
        """
        done = []
        by_model = sorted(wanted, key=lambda shortage: shortage.supply.model)
        for name, group in groupby(by_model, key=lambda shortage: shortage.supply.model):
            done += self._of_model(name, list(group), now, chance)
        return done

    def submit(self, model: "Model", supply: Supply, written: Candidate, now: datetime) -> Pending:
        """Send a text that a person picked to an account's review, judged and scored like every other.

        `model`: the account's own. Raises `InputError` where its filters drop the text, `StoreError`.
        """
        wanted = replace(supply, ranking=replace(supply.ranking, explore=0))  # picked, so not there by chance
        batches, failed = self._judge([Shortage(wanted, 1)], [[written]])
        for done in failed:
            raise InputError("text", done.problem, f"mend the filters of account {supply.account}")
        for judged in batches[0].judged:
            if not judged.kept:
                last = judged.verdicts[-1]
                why = f"filter {last.filter} of account {supply.account} drops it: {last.reason}"
                raise InputError("text", why, "choose another one")
        return self._submit(model, batches, now, Random(0))[0].added[0]

    def _of_model(self, name: str, group: list[Shortage], now: datetime, chance: Random) -> list[Restocked]:
        try:
            model = self._models(name)
            written = _write(model, group, chance)
        except Exception as error:  # one account's voice or manner of writing fails the batch of all
            if len(group) == 1:
                return [_failed(group[0].supply.account, error)]
            return [done for one in group for done in self._of_model(name, [one], now, chance)]
        batches, failed = self._judge(group, written)
        return failed + self._submit(model, batches, now, chance)

    def _judge(
        self, group: Sequence[Shortage], written: Sequence[Sequence[Candidate]]
    ) -> tuple[list[_Batch], list[Restocked]]:
        batches, failed = [], []
        for shortage, texts in zip(group, written, strict=True):
            supply = shortage.supply
            try:
                judged = call(lambda: judge_all(texts, supply.filters), self._patience)  # noqa: B023 - called at once
                batches.append(_Batch(shortage, texts, judged))
            except (StillRunning, TweetgenError) as error:
                failed.append(_failed(supply.account, error, len(texts)))
        return batches, failed

    def _submit(self, model: "Model", batches: Sequence[_Batch], now: datetime, chance: Random) -> list[Restocked]:
        judged = {batch.shortage.supply.account: [one for _, one in batch.kept] for batch in batches}
        texts = [one.candidate.text for kept in judged.values() for one in kept]
        voices = [batch.shortage.supply.voice for batch in batches for _ in batch.kept]
        likely = iter(likelihoods(model, texts, voices))
        recent = self._store.candidates.recent_texts(now, limit=_RECENT)
        done = []
        for batch in batches:
            supply = batch.shortage.supply
            kept = judged[supply.account]
            own = [next(likely) for _ in kept]
            among = self._usuals.of(model, supply.voice, own)
            overall = chooser(self._store, supply.account, supply.ranking)
            keep = batch.shortage.missing
            ranked = rank(kept, own, among, self._corpus, recent, supply.ranking, keep, overall, chance)
            done.append(self._add(batch, ranked, now))
            recent = [*(one.judged.candidate.text for one in ranked), *recent]
        return done

    def _add(self, batch: _Batch, ranked: Sequence[Ranked], now: datetime) -> Restocked:
        supply = batch.shortage.supply
        written = [candidate for candidate, _ in batch.kept]
        new = [_new(supply, written[one.place], one, now) for one in ranked]
        added = self._store.candidates.add(new, now)
        _log.info("%s: %d written, %d submitted", supply.account, len(batch.judged), len(added))
        if not added:
            for judged in batch.judged:
                _log.warning("%s: dropped %r: %s", supply.account, judged.candidate.text, judged.verdicts[-1].reason)
        return Restocked(supply.account, len(batch.judged), added, dict(batch.dropped))


def _write(model: "Model", group: Sequence[Shortage], chance: Random) -> list[list[Candidate]]:
    wishes = [Wish(one.supply.voice, one.to_write, chance.getrandbits(32), writing=one.supply.writing) for one in group]
    return generate(model, wishes)


def _new(supply: Supply, written: Candidate, ranked: Ranked, now: datetime) -> NewCandidate:
    return NewCandidate(
        account=supply.account,
        candidate=written,
        text=ranked.judged.candidate.text,
        scores=ranked.scores,
        score=ranked.score,
        verdicts=ranked.judged.verdicts,
        nearest=ranked.nearest,
        at_random=ranked.at_random,
        expires_at=now + supply.expire,
    )


def _failed(account: str, error: BaseException, written: int = 0) -> Restocked:
    what = f"its filters gave {error}" if isinstance(error, StillRunning) else str(error) or type(error).__name__
    _log.warning("%s: no candidates: %s", account, what)
    return Restocked(account, written, problem=what)
