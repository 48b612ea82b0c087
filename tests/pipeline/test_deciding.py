"""Decisions from many threads at once: each is done once, and whoever decided gets the answer to their own."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tweetgen.domain import Action, Candidate, Decision, Pending
from tweetgen.errors import Conflict, InputError, StoreError
from tweetgen.pipeline.deciding import Deciding
from tweetgen.store import NewCandidate, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'state.db'}") as opened:
        yield opened


@pytest.fixture
def added(store: Store) -> list[Pending]:
    candidates = [Candidate(f"fog {n}", {"ada": 1.0}, "base", n, (0.8,), True, -1.0) for n in range(100)]
    return store.candidates.add([NewCandidate("keeper", one, one.text, {}, 1.0) for one in candidates], NOON)


def approve(one: Pending, actor: str = "ann") -> Decision:
    return Decision(one.number, one.version, Action.APPROVE, actor, "web")


def test_of_two_who_decide_about_each_one_is_heard_and_knows_it(store: Store, added: list[Pending]) -> None:
    deciding = Deciding(lambda: store, lambda: NOON)

    def decide(decision: Decision) -> tuple[int, str, bool]:
        try:
            assert deciding.take(decision).number == decision.number
        except Conflict:
            return decision.number, decision.actor, False
        return decision.number, decision.actor, True

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(decide, [approve(one, actor) for one in added for actor in ("ann", "bob")]))
    heard = {(number, actor) for number, actor, done in told if done}
    log = [entry for entry in store.candidates.decisions(limit=1000) if entry.action is Action.APPROVE]
    assert heard == {(entry.candidate, entry.actor) for entry in log}
    assert len(log) == 100
    assert store.candidates.verify_log().broken is None


def test_decisions_that_wait_go_together(store: Store, added: list[Pending], monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: Counter[int] = Counter()
    apply_all = store.candidates.apply_all

    def counted(decisions: list[Decision], now: datetime) -> object:
        sizes[len(decisions)] += 1
        if sizes.total() == 1:
            # while the first is written the others come
            futures.extend(deciding.begin([approve(one)], list) for one in added[1:])
        return apply_all(decisions, now)

    monkeypatch.setattr(store.candidates, "apply_all", counted)
    deciding = Deciding(lambda: store, lambda: NOON)
    futures: list[Any] = []
    first = deciding.begin([approve(added[0])], list)
    assert isinstance(first.result(30)[0], Pending)
    assert all(isinstance(future.result(30)[0], Pending) for future in futures)
    assert sizes == {1: 1, 99: 1}


def test_one_that_is_refused_keeps_none_of_the_others_back(store: Store, added: list[Pending]) -> None:
    deciding = Deciding(lambda: store, lambda: NOON)
    done = deciding.take_all([approve(added[0]), approve(added[0]), approve(added[1])])
    assert [type(one) for one in done] == [Pending, Conflict, Pending]
    assert deciding.take_all([]) == []


def test_what_is_not_a_reviewers_is_refused(store: Store, added: list[Pending]) -> None:
    deciding = Deciding(lambda: store, lambda: NOON)
    with pytest.raises(InputError, match="place is not for a reviewer"):
        deciding.take(Decision(added[0].number, 1, Action.PLACE, "ann", "web"))


def test_everybody_is_told_of_a_store_that_cannot_be_written_and_it_is_tried_again(
    store: Store, added: list[Pending], monkeypatch: pytest.MonkeyPatch
) -> None:
    deciding = Deciding(lambda: store, lambda: NOON)

    def locked(*_: object) -> None:
        raise StoreError("sqlite", "another program holds it locked", "end that program")

    with monkeypatch.context() as patched:
        patched.setattr(store.candidates, "apply_all", locked)
        for one in added[:3]:
            with pytest.raises(StoreError, match="locked"):
                deciding.take(approve(one))
    assert deciding.take(approve(added[0])).version == 2


def test_who_gives_up_waiting_keeps_nobody_else_waiting(store: Store, added: list[Pending]) -> None:
    deciding = Deciding(lambda: store, lambda: NOON)
    first = deciding.begin([approve(added[0])], list)
    assert not first.cancel()
    assert isinstance(deciding.take(approve(added[1])), Pending)
    assert isinstance(first.result(30)[0], Pending)
