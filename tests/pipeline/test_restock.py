"""Accounts short of candidates get some: one batch a model, and one account's trouble is nobody else's."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tweetgen.domain import Action, Candidate, Decision, Nearest, Outcome, Verdict
from tweetgen.errors import InputError, UnknownName
from tweetgen.pipeline.restock import Restocked, Shortage, Stockroom, Supply, dry_cause, shortages
from tweetgen.plugins import ConfiguredFilter
from tweetgen.settings import Ranking, Writing
from tweetgen.store import Store

NOW = datetime(2027, 3, 4, 5, 6, tzinfo=UTC)


class Unlike:
    """A corpus that holds nothing like any candidate."""

    def shared_words(self, text: str) -> tuple[int, str]:
        return 0, ""

    def nearest(self, text: str) -> Nearest | None:
        return None


@dataclass
class FakeModel:
    """Writes numbered texts as `ada` or `bob`; each batch is counted."""

    name: str = "shared"
    batches: list[int] = field(default_factory=list)

    def write(self, orders: Sequence[Any]) -> list[Candidate]:
        self.batches.append(len(orders))
        return [self._candidate(order) for order in orders]

    def _candidate(self, order: Any) -> Candidate:
        for author in order.author:
            if author not in ("ada", "bob"):
                raise UnknownName("author", author, ["ada", "bob"])
        text = f"{' '.join(order.author)} saw {order.seed % 9973} gulls"
        return Candidate(text, dict(order.author), self.name, order.seed, (1.0,), True, -5.0)

    def log_likelihoods(self, texts: Sequence[str], authors: Sequence[Mapping[str, float] | None]) -> list[float]:
        return [-len(text) * (1.5 if author is None else 1.2) for text, author in zip(texts, authors, strict=True)]


@dataclass
class FakeFilter:
    """Drops what holds a word, after waiting for so many seconds."""

    word: str = "\0"
    seconds: float = 0.0

    def judge(self, candidate: Candidate) -> Verdict:
        time.sleep(self.seconds)
        if self.word in candidate.text:
            return Verdict("", Outcome.DROP, f"it says {self.word}")
        return Verdict("", Outcome.REWRITE, "one sign more", candidate.text + "!")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


def supply(account: str, filters: Sequence[FakeFilter] = (), voice: str = "ada", **changes: Any) -> Supply:
    configured = [ConfiguredFilter(f"fake{place}", one) for place, one in enumerate(filters)]
    made = Supply(
        account=account,
        model="shared",
        voice={voice: 1.0},
        writing=Writing(candidates=6),
        ranking=Ranking(keep=2, explore=0.0),
        filters=configured,
        stock=3,
        expire=timedelta(days=1),
    )
    return replace(made, **changes)


def fill(store: Store, model: Any, *supplies: Supply, patience: float = 30) -> dict[str, Restocked]:
    stockroom = Stockroom(store, lambda _: model, Unlike(), timedelta(seconds=patience))
    done = stockroom.restock(shortages(store, supplies), NOW, Random(1))
    return {one.account: one for one in done}


def test_only_accounts_that_lack_candidates_and_are_not_paused_get_some(store: Store, model: FakeModel) -> None:
    fill(store, model, supply("full"))
    store.accounts.pause("paused", "ada", "", NOW)
    found = shortages(store, [supply("full"), supply("paused"), supply("empty")])
    assert [(one.supply.account, one.missing) for one in found] == [("empty", 3)]


def test_approved_candidates_count_as_stock(store: Store, model: FakeModel) -> None:
    first, *_ = fill(store, model, supply("one"))["one"].added
    store.candidates.apply(Decision(first.number, first.version, Action.APPROVE, "ada", "inbox"), NOW)
    assert shortages(store, [supply("one")]) == []
    second = store.candidates.pending("one")[0]
    store.candidates.apply(Decision(second.number, second.version, Action.REJECT, "ada", "inbox"), NOW)
    assert [one.missing for one in shortages(store, [supply("one")])] == [1]


def test_the_kill_switch_stops_everybody(store: Store) -> None:
    store.accounts.pause("*", "ada", "", NOW)
    assert shortages(store, [supply("one"), supply("two")]) == []


def test_all_accounts_of_a_model_are_written_in_one_batch(store: Store, model: FakeModel) -> None:
    fill(store, model, supply("one"), supply("two", voice="bob"))
    assert model.batches == [24]  # two batches of six for each, to keep three of them
    assert {len(store.candidates.pending(account)) for account in ("one", "two")} == {3}


def test_what_goes_to_review_is_what_the_filters_made_and_remembers_what_was_written(
    store: Store, model: FakeModel
) -> None:
    fill(store, model, supply("one", [FakeFilter()]))
    for pending in store.candidates.pending("one"):
        assert pending.text == pending.candidate.text + "!"
        assert set(pending.scores) == {"author", "fluency", "novelty", "variety"}
        assert pending.expires_at == NOW + timedelta(days=1)
        assert [verdict.filter for verdict in pending.verdicts] == ["fake0"]


def test_a_queue_that_runs_dry_is_told_with_the_filters_that_dropped_all(store: Store, model: FakeModel) -> None:
    done = fill(store, model, supply("one", [FakeFilter(), FakeFilter("gulls")]))["one"]
    assert not done.added
    event = done.event(NOW)
    assert event is not None
    assert (event.kind, event.account, event.cause) == ("queue_dry", "one", dry_cause("one"))
    assert "dropped all 12 candidates (fake1 12)" in event.message


def test_an_account_that_got_some_is_not_told_of(store: Store, model: FakeModel) -> None:
    assert fill(store, model, supply("one"))["one"].event(NOW) is None


def test_an_author_nobody_knows_fails_one_account_only(store: Store, model: FakeModel) -> None:
    done = fill(store, model, supply("one"), supply("odd", voice="zoe"), supply("two"))
    assert "zoe" in done["odd"].problem
    assert [len(done[account].added) for account in ("one", "two")] == [3, 3]


def test_a_model_that_cannot_be_opened_fails_its_accounts_only(store: Store, model: FakeModel) -> None:
    def models(name: str) -> Any:
        if name == "broken":
            raise UnknownName("model", name, ["shared"])
        return model

    stockroom = Stockroom(store, models, Unlike())
    wanted = shortages(store, [supply("one"), supply("odd", model="broken")])
    done = {one.account: one for one in stockroom.restock(wanted, NOW, Random(1))}
    assert "broken" in done["odd"].problem
    assert done["odd"].event(NOW) is None
    assert len(done["one"].added) == 3


def test_filters_that_hang_fail_one_account_only(store: Store, model: FakeModel) -> None:
    done = fill(store, model, supply("slow", [FakeFilter(seconds=0.2)]), supply("one"), patience=0.3)
    assert "no answer within 0.3 s" in done["slow"].problem
    assert done["slow"].event(NOW) is not None
    assert len(done["one"].added) == 3


def test_a_large_stock_is_filled_over_several_times(store: Store) -> None:
    assert Shortage(supply("one", stock=1000), 1000).to_write == 60


def test_the_same_chance_writes_the_same_candidates(tmp_path: Path, model: FakeModel) -> None:
    texts = []
    for number in range(2):
        with Store.open(f"sqlite:///{tmp_path}/{number}.db") as opened:
            fill(opened, model, supply("one"))
            texts.append([pending.text for pending in opened.candidates.pending("one")])
    assert texts[0] == texts[1]


def test_a_text_that_somebody_picked_goes_the_same_way(store: Store, model: Any) -> None:
    stockroom = Stockroom(store, lambda _: model, Unlike())
    picked = Candidate("fog again", {"bob": 1.0}, "base", 7, (0.8,), True, -5.0)
    wanted = supply("one", [FakeFilter()], ranking=Ranking(keep=2, explore=1.0))
    pending = stockroom.submit(model, wanted, picked, NOW)
    assert (pending.text, pending.candidate, pending.at_random) == ("fog again!", picked, False)
    assert store.candidates.pending("one") == [pending]
    assert set(pending.scores) == {"author", "fluency", "novelty", "variety"}
    assert [verdict.filter for verdict in pending.verdicts] == ["fake0"]
    assert pending.expires_at == NOW + timedelta(days=1)


@pytest.mark.parametrize(("judge", "why"), [(FakeFilter("fog"), "it says fog"), (FakeFilter(seconds=0.5), "no answer")])
def test_a_picked_text_that_does_not_pass_is_refused_with_the_reason(
    store: Store, model: Any, judge: FakeFilter, why: str
) -> None:
    stockroom = Stockroom(store, lambda _: model, Unlike(), timedelta(seconds=0.05))
    picked = Candidate("fog again", {}, "base", 7, (0.8,), True, -5.0)
    with pytest.raises(InputError, match=why):
        stockroom.submit(model, supply("one", [judge]), picked, NOW)
    assert store.candidates.pending("one") == []
