"""More like a candidate: the same voice and manner, through the filters, into review."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tweetgen.domain import Candidate, Outcome, Pending, Verdict
from tweetgen.errors import InputError, UnknownName
from tweetgen.pipeline.restock import Stockroom, Supply
from tweetgen.pipeline.variations import Variations
from tweetgen.plugins import ConfiguredFilter
from tweetgen.settings import Ranking, Writing
from tweetgen.store import NewCandidate, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeModel:
    """Writes what it was told to."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, orders: Any) -> list[Candidate]:
        def told(order: Any) -> str:
            return f"{self.name} {dict(order.author)} {order.writing.temperature} {order.writing.guidance} {order.seed}"

        return [
            Candidate(told(one), dict(one.author), self.name, one.seed, one.writing.temperature, True, -5.0)
            for one in orders
        ]

    def log_likelihoods(self, texts: Any, authors: Any) -> list[float]:
        return [-float(len(text)) for text in texts]


class Nothing:
    def shared_words(self, text: str) -> tuple[int, str]:
        return 0, ""

    def nearest(self, text: str) -> None:
        return None


class Dropping:
    def judge(self, candidate: Candidate) -> Verdict:
        return Verdict("", Outcome.DROP, "never")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'state.db'}") as opened:
        yield opened


@pytest.fixture
def one(store: Store) -> Pending:
    written = Candidate("fog", {"ada": 0.25, "bob": 0.75}, "mine", 7, (0.5, 1.5), True, -1.0)
    return store.candidates.add([NewCandidate("keeper", written, "fog", {}, 1.0)], NOON)[0]


def models(name: str) -> Any:
    if name not in ("mine", "shared"):
        raise UnknownName("model", name, ["mine", "shared"])
    return FakeModel(name)


@pytest.fixture
def variations(store: Store) -> Variations:
    return Variations(Stockroom(store, models, Nothing()), models)


SUPPLY = Supply("keeper", "shared", {"cleo": 1.0}, Writing(guidance=1.5), Ranking(), [], 1, timedelta(days=3))


def test_they_are_written_as_the_candidate_was(store: Store, variations: Variations, one: Pending) -> None:
    done = variations.write(one, SUPPLY, 10, NOON, Random(1))
    assert len(done.added) == 10
    for added in done.added:
        assert added.text.startswith("mine {'ada': 0.25, 'bob': 0.75} (0.5, 1.5) 1.5 ")
        assert added.expires_at == NOON + timedelta(days=3)
    assert len({added.text for added in done.added}) == 10
    assert store.candidates.count_pending("keeper") == 11


def test_where_its_network_has_gone_the_accounts_writes(variations: Variations, one: Pending) -> None:
    gone = replace(one, candidate=replace(one.candidate, model="gone"))
    assert all(one.candidate.model == "shared" for one in variations.write(gone, SUPPLY, 3, NOON, Random(1)).added)


def test_where_nothing_passes_the_filters_it_says_so(store: Store, variations: Variations, one: Pending) -> None:
    strict = replace(SUPPLY, filters=[ConfiguredFilter("never", Dropping())])
    with pytest.raises(InputError, match=r"\d+ were written, and none passed the filters \(never \d+\)"):
        variations.write(one, strict, 10, NOON, Random(1))
    assert store.candidates.count_pending("keeper") == 1


@pytest.mark.parametrize("count", [0, -1, 51])
def test_none_and_too_many_are_refused(variations: Variations, one: Pending, count: int) -> None:
    with pytest.raises(InputError, match="ask for 1 to 50"):
        variations.write(one, SUPPLY, count, NOON, Random(1))
