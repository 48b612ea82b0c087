"""Candidates in review: order, decisions, refusals and the audit log, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tweetgen.domain import Action, Candidate, Decision, Nearest, Outcome, Pending, ReviewState, Verdict
from tweetgen.errors import Conflict, InputError
from tweetgen.store import Audit, NewCandidate, Store, text_hash

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def new(text: str = "fog again", account: str = "keeper", score: float = 1.0, **more: Any) -> NewCandidate:
    candidate = Candidate(text, {"ada": 1.0}, "base", 7, (0.8, 1.0), True, -12.5)
    return NewCandidate(account, candidate, text, {"author": 1e20, "novelty": score}, score, **more)


def decision(of: Pending, action: Action, actor: str = "ann", **more: Any) -> Decision:
    return Decision(of.number, of.version, action, actor, "inbox", **more)


Do = Callable[..., Pending]


@pytest.fixture
def do(store: Store) -> Do:
    """Take an action on a candidate as it is now."""

    def take(of: Pending, action: Action, now: datetime = NOON, **more: Any) -> Pending:
        return store.candidates.apply(decision(store.candidates.get(of.number), action, **more), now)

    return take


@pytest.fixture
def one(store: Store) -> Pending:
    (added,) = store.candidates.add([new(expires_at=NOON + 7 * 24 * HOUR)], NOON)
    return added


def test_a_candidate_comes_back_as_it_was_sent(store: Store) -> None:
    verdicts = (Verdict("length", Outcome.KEEP, "9 of 280"), Verdict("links", Outcome.REWRITE, "one cut", "fog"))
    sent = new("fog \N{FOG} \u202eagain", verdicts=verdicts, nearest=Nearest("fog", "ada", 2, 0.25), at_random=True)
    (added,) = store.candidates.add([sent], NOON)
    assert added == store.candidates.get(added.number)
    assert (added.candidate, added.verdicts, added.nearest) == (sent.candidate, verdicts, sent.nearest)
    assert (added.version, added.state, added.text, added.at_random) == (1, ReviewState.PENDING, sent.text, True)
    assert (added.scores, added.created_at, added.expires_at) == (sent.scores, NOON, None)


def test_what_no_database_holds_is_repaired_and_hashed_as_kept(store: Store) -> None:
    (added,) = store.candidates.add([new("a\0b \ud83d\ude00 \ud800")], NOON)
    assert added.text == "ab 😀 \ufffd"
    store.candidates.apply(decision(added, Action.APPROVE), NOON)


@pytest.mark.parametrize("bad", [new(" \n"), new(score=float("nan")), new(score=float("-inf"))])
def test_an_empty_text_or_no_score_is_refused_and_nothing_kept(store: Store, bad: NewCandidate) -> None:
    with pytest.raises(InputError, match=r"candidate for account keeper: its "):
        store.candidates.add([new(), bad], NOON)
    assert store.candidates.pending() == []


def test_the_least_skipped_come_first_then_the_best_then_the_oldest(store: Store, do: Do) -> None:
    added = store.candidates.add([new(str(n), score=s) for n, s in enumerate([0.5, 2.0, 0.5, 3.0])], NOON)
    do(added[3], Action.SKIP)
    assert [found.text for found in store.candidates.pending("keeper")] == ["1", "0", "2", "3"]
    do(added[1], Action.SKIP)
    do(added[1], Action.SKIP)
    assert [found.text for found in store.candidates.pending()] == ["0", "2", "3", "1"]


def test_pages_of_pending_follow_each_other_without_a_gap(store: Store, do: Do) -> None:
    added = store.candidates.add([new(str(n), score=n % 3) for n in range(20)], NOON)
    for one in added[::4]:
        do(one, Action.SKIP)
    for account in ("keeper", None):
        whole = store.candidates.pending(account, 100)
        pages: list[Pending] = []
        while page := store.candidates.pending(account, 3, pages[-1] if pages else None):
            pages += page
        assert pages == whole
        assert len(whole) == 20


def test_accounts_are_kept_apart(store: Store) -> None:
    store.candidates.add([new("a", "one", 1.0), new("b", "two", 2.0)], NOON)
    assert [found.text for found in store.candidates.pending("one")] == ["a"]
    assert [found.text for found in store.candidates.pending()] == ["b", "a"]
    assert store.candidates.count_pending("two") == 1
    assert store.candidates.counts() == {"one": {ReviewState.PENDING: 1}, "two": {ReviewState.PENDING: 1}}


def test_a_stale_decision_is_refused_and_names_who_decided_what_and_when(store: Store, one: Pending) -> None:
    store.candidates.apply(decision(one, Action.APPROVE, "ann"), NOON)
    before = store.candidates.get(one.number)
    with pytest.raises(Conflict, match="ann chose to approve through inbox at 2026-03-01 12:00 UTC"):
        store.candidates.apply(decision(one, Action.REJECT, "bob"), NOON + HOUR)
    assert store.candidates.get(one.number) == before
    assert len(store.candidates.decisions()) == 2


def test_of_many_who_decide_at_once_one_is_heard(store: Store, one: Pending) -> None:
    def decide(name: str) -> bool:
        try:
            store.candidates.apply(decision(one, Action.REJECT, name), NOON)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(decide, "abcdefgh"))
    assert heard.count(True) == 1
    assert store.candidates.decisions(limit=1)[0].actor == "abcdefgh"[heard.index(True)]
    assert store.candidates.verify_log() == Audit(2, None, store.candidates.decisions(limit=1)[0].digest)


def test_an_unknown_number_is_refused(store: Store) -> None:
    for number in (0, -1, 99, 2**70):
        with pytest.raises(InputError, match="there is none of that number"):
            store.candidates.apply(Decision(number, 1, Action.APPROVE, "ann", "inbox"), NOON)


def test_an_edit_is_pending_again_and_the_old_text_is_in_the_log(store: Store, one: Pending, do: Do) -> None:
    do(one, Action.APPROVE)
    edited = do(one, Action.EDIT, text="mist again")
    assert (edited.state, edited.text, edited.candidate.text) == (ReviewState.PENDING, "mist again", "fog again")
    assert [entry.text for entry in store.candidates.decisions()] == ["mist again", "fog again", "fog again"]
    assert do(one, Action.APPROVE).text == "mist again"


@pytest.mark.parametrize("nothing", [None, "", " \n", "fog again", "x" * 100_001])
def test_an_edit_to_nothing_to_the_same_or_to_a_book_is_refused(one: Pending, do: Do, nothing: str | None) -> None:
    with pytest.raises(InputError, match="its new text"):
        do(one, Action.EDIT, text=nothing)


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REJECT, Action.SKIP, Action.EXPIRE])
def test_undo_goes_back_to_the_state_before_the_last_decision(one: Pending, do: Do, action: Action) -> None:
    do(one, action)
    back = do(one, Action.UNDO)
    assert replace(back, version=1) == one
    with pytest.raises(InputError, match="nothing was decided about it yet"):
        do(one, Action.UNDO)


def test_undo_takes_back_one_decision_after_another(one: Pending, do: Do) -> None:
    do(one, Action.EDIT, text="mist")
    do(one, Action.SCHEDULE, scheduled_for=NOON + HOUR)
    do(one, Action.SCHEDULE, scheduled_for=NOON + 2 * HOUR)
    do(one, Action.REJECT)
    assert do(one, Action.UNDO).scheduled_for == NOON + 2 * HOUR
    assert do(one, Action.UNDO).scheduled_for == NOON + HOUR
    pending = do(one, Action.UNDO)
    assert (pending.state, pending.text, pending.scheduled_for) == (ReviewState.PENDING, "mist", None)
    assert do(one, Action.UNDO).text == "fog again"


def test_what_was_placed_cannot_be_undone_or_decided(one: Pending, do: Do) -> None:
    do(one, Action.APPROVE)
    do(one, Action.PLACE)
    for action in Action:
        with pytest.raises(InputError, match="is placed and cannot take"):
            do(one, action, text="x", scheduled_for=NOON + HOUR)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Action.APPROVE, Action.APPROVE),
        (Action.REJECT, Action.APPROVE),
        (Action.REJECT, Action.EDIT),
        (Action.EXPIRE, Action.APPROVE),
        (Action.EXPIRE, Action.SCHEDULE),
        (Action.APPROVE, Action.SKIP),
        (Action.SKIP, Action.PLACE),
    ],
)
def test_an_illegal_transition_is_refused(one: Pending, do: Do, first: Action, then: Action) -> None:
    do(one, first)
    with pytest.raises(InputError, match=f"cannot take {then}"):
        do(one, then, text="x", scheduled_for=NOON + HOUR)


@pytest.mark.parametrize("when", [None, NOON - HOUR, NOON, datetime(2030, 1, 1)])
def test_a_schedule_needs_a_time_to_come_with_its_zone(one: Pending, do: Do, when: datetime | None) -> None:
    with pytest.raises(InputError, match="scheduled"):
        do(one, Action.SCHEDULE, scheduled_for=when)


def test_time_passing_is_never_an_approval(store: Store, one: Pending, do: Do) -> None:
    late = NOON + 8 * 24 * HOUR
    with pytest.raises(InputError, match="its time passed"):
        do(one, Action.APPROVE, now=late)
    assert store.candidates.expire(late) == 1
    assert store.candidates.expire(late) == 0
    assert store.candidates.get(one.number).state is ReviewState.EXPIRED
    (last, _) = store.candidates.decisions()
    assert (last.action, last.actor, last.reason) == (Action.EXPIRE, "service", "waited until 2026-03-08 12:00 UTC")


def test_what_is_approved_does_not_expire_and_comes_back_for_a_day(store: Store, one: Pending, do: Do) -> None:
    do(one, Action.APPROVE)
    late = NOON + 8 * 24 * HOUR
    assert store.candidates.expire(late) == 0
    assert do(one, Action.UNDO, now=late).expires_at == late + 24 * HOUR


def test_the_pool_has_certain_times_first_then_the_oldest_approval(store: Store, do: Do) -> None:
    added = store.candidates.add([new(str(n)) for n in range(4)], NOON)
    do(added[2], Action.APPROVE)
    do(added[0], Action.APPROVE, now=NOON + HOUR)
    do(added[1], Action.SCHEDULE, scheduled_for=NOON + 9 * HOUR)
    do(added[3], Action.SCHEDULE, scheduled_for=NOON + 8 * HOUR)
    assert [found.text for found in store.candidates.approved("keeper")] == ["3", "1", "2", "0"]


def test_a_queue_is_told_once_and_again_of_what_changed(store: Store, do: Do) -> None:
    one, other = store.candidates.add([new("a"), new("b")], NOON)
    do(other, Action.EDIT, text="c")  # between being read and being told
    store.candidates.submitted([one, other], NOON)
    assert [found.text for found in store.candidates.unsubmitted("keeper")] == ["c"]
    do(one, Action.APPROVE)
    assert [found.text for found in store.candidates.unsubmitted("keeper")] == ["c"]
    do(one, Action.UNDO)
    assert [found.text for found in store.candidates.unsubmitted("keeper")] == ["a", "c"]


def test_recent_texts_are_those_that_were_or_may_yet_be_posted(store: Store, do: Do) -> None:
    added = store.candidates.add([new(str(n)) for n in range(4)], NOON)
    store.candidates.add([new("late", expires_at=NOON)], NOON)
    do(added[0], Action.REJECT)
    do(added[1], Action.APPROVE)
    do(added[2], Action.APPROVE)
    do(added[2], Action.PLACE)
    assert store.candidates.recent_texts(NOON, 10) == ["3", "2", "1"]
    assert store.candidates.recent_texts(NOON, 1) == ["3"]


def test_approvals_through_a_queue_are_counted_once_a_candidate(store: Store, one: Pending, do: Do) -> None:
    do(one, Action.APPROVE)
    do(one, Action.UNDO)
    do(one, Action.APPROVE)
    count = store.candidates.approved_since
    assert [count("keeper", "inbox", NOON), count("keeper", "sheet", NOON), count("other", "inbox", NOON)] == [1, 0, 0]
    assert count("keeper", "inbox", NOON + HOUR) == 0


def test_the_log_is_whole_and_a_change_of_history_shows(url: str, store: Store, one: Pending, do: Do) -> None:
    do(one, Action.SCHEDULE, scheduled_for=NOON + HOUR, reason="for the fair")
    do(one, Action.UNDO)
    audit = store.candidates.verify_log()
    newest = store.candidates.decisions(limit=1)[0]
    assert (audit.rows, audit.broken, audit.digest) == (3, None, newest.digest)
    assert [entry.reason for entry in store.candidates.decisions(candidate=one.number)] == ["", "for the fair", ""]
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE decisions SET actor = 'eve' WHERE action = 'schedule'"))
    assert store.candidates.verify_log().broken == newest.number - 1
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM decisions WHERE action = 'schedule'"))
    assert store.candidates.verify_log().broken == newest.number
    engine.dispose()


def test_a_text_changed_behind_its_hash_cannot_be_approved(url: str, store: Store, one: Pending, do: Do) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE candidates SET text = 'something else'"))
    engine.dispose()
    with pytest.raises(InputError, match="its text is not the one its hash was made of"):
        do(one, Action.APPROVE)
    do(one, Action.REJECT)


def test_the_hash_is_that_of_the_text_as_utf_8() -> None:
    assert text_hash("é").startswith("4a99557e4033c353")
