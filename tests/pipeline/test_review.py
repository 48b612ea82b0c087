"""Candidates to queues and decisions back: one refused keeps no other, and a crash loses nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen.domain import Action, Candidate, Decision, Pending, ReviewState
from tweetgen.pipeline.review import expire, gather, submit
from tweetgen.store import NewCandidate, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Queue:
    """Remembers what it is told, decides what a test says."""

    told: list[Pending] = field(default_factory=list)
    answers: list[Decision] = field(default_factory=list)
    #: called after each telling
    then: Callable[[], object] = lambda: None

    def submit(self, candidates: Sequence[Pending]) -> None:
        self.told += candidates
        self.then()

    def decisions(self) -> Iterable[Decision]:
        return iter(self.answers)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tweetgen.db'}") as opened:
        yield opened


def add(store: Store, *texts: str, account: str = "keeper") -> list[Pending]:
    candidate = Candidate("as written", {}, "base", 7, (0.8,), True, -1.0)
    until = NOON + timedelta(days=7)
    return store.candidates.add(
        [NewCandidate(account, candidate, text, {}, 1.0, expires_at=until) for text in texts], NOON
    )


def on(of: Pending, action: Action, version: int | None = None, text: str | None = None) -> Decision:
    return Decision(of.number, version or of.version, action, "ann", "test", text=text)


def test_each_candidate_is_told_once(store: Store) -> None:
    added, queue = add(store, *map(str, range(50))), Queue()
    add(store, "of another", account="other")
    assert submit(store, queue, "keeper", NOON) == 50
    assert submit(store, queue, "keeper", NOON) == 0
    assert queue.told == added


def test_a_crash_while_telling_means_telling_again(store: Store) -> None:
    added, queue = add(store, *map(str, range(30))), Queue()

    def crash() -> None:
        if len(queue.told) > 20:
            raise OSError("the power went")

    queue.then = crash
    with pytest.raises(OSError, match="the power went"):
        submit(store, queue, "keeper", NOON)
    queue.then = lambda: None
    assert submit(store, queue, "keeper", NOON) == 10
    assert queue.told == added + added[20:]


def test_what_changes_while_it_is_told_is_told_again(store: Store) -> None:
    (one,) = add(store, "fog")
    queue = Queue()
    changes = iter([on(one, Action.EDIT, text="mist")])
    queue.then = lambda: [store.candidates.apply(change, NOON) for change in changes]
    submit(store, queue, "keeper", NOON)
    assert [told.text for told in queue.told] == ["fog", "mist"]


def test_a_refused_decision_keeps_no_other(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    first, second, third = add(store, "fog", "mist", "rain")
    store.candidates.apply(on(first, Action.REJECT), NOON)
    answers = [
        on(first, Action.APPROVE),
        Decision(999, 1, Action.APPROVE, "ann", "test"),
        on(second, Action.PLACE),
        on(third, Action.APPROVE),
    ]
    gathered = gather(store, Queue(answers=answers), NOON, "keeper")
    assert [one.text for one in gathered.applied] == ["rain"]
    assert [refusal.decision for refusal in gathered.refused] == answers[:3]
    assert "ann chose to reject through test at 2026-03-01 12:00 UTC" in gathered.refused[0].why
    assert "there is none of that number" in gathered.refused[1].why
    assert "not for a review queue to choose" in gathered.refused[2].why
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "approve by ann",
        "approve by ann",
        "place by ann",
    ]


def test_decisions_told_again_are_harmless(store: Store) -> None:
    (one,) = add(store, "fog")
    queue = Queue(answers=[on(one, Action.APPROVE)])
    assert len(gather(store, queue, NOON).applied) == 1
    assert gather(store, queue, NOON).applied == []
    assert store.candidates.get(one.number).version == 2


def test_what_follows_a_refused_decision_about_the_same_is_refused_too(store: Store) -> None:
    (one,) = add(store, "fog")
    store.candidates.apply(on(one, Action.EDIT, text="what bob wrote"), NOON)
    answers = [on(one, Action.EDIT, text="what ann wrote"), on(one, Action.APPROVE, version=2)]
    gathered = gather(store, Queue(answers=answers), NOON)
    assert gathered.applied == []
    assert "an earlier decision about it was refused" in gathered.refused[1].why
    assert store.candidates.get(one.number).state is ReviewState.PENDING


def test_a_queue_decides_about_its_own_account_only(store: Store) -> None:
    (other,) = add(store, "fog", account="other")
    queue = Queue(answers=[on(other, Action.APPROVE)])
    assert "is none of account keeper" in gather(store, queue, NOON, "keeper").refused[0].why
    assert len(gather(store, queue, NOON).applied) == 1


def test_what_was_taken_before_a_queue_fails_stays(store: Store) -> None:
    (one,) = add(store, "fog")

    class Failing(Queue):
        def decisions(self) -> Iterable[Decision]:
            yield on(one, Action.APPROVE)
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        gather(store, Failing(), NOON)
    assert store.candidates.get(one.number).state is ReviewState.APPROVED


def test_the_wait_ends_without_an_approval(store: Store) -> None:
    (one,) = add(store, "fog")
    assert expire(store, NOON) == 0
    assert expire(store, NOON + timedelta(days=7)) == 1
    assert store.candidates.get(one.number).state is ReviewState.EXPIRED
