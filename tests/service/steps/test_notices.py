"""What a person hears of."""

from datetime import UTC, datetime, timedelta

import pytest

from tweetgen.domain import Action, Candidate, Decision, Event, Pending, Severity
from tweetgen.service.context import Context
from tweetgen.service.steps.notices import notice
from tweetgen.store import NewCandidate


@pytest.fixture
def pending(context: Context) -> Pending:
    """A candidate of `ada` that waits."""
    candidate = Candidate("fog", {}, "shared", 1, (1.0,), True, -1.0)
    return context.store.candidates.add([NewCandidate("ada", candidate, "fog", {}, 0.5)], datetime.now(UTC))[0]


def told(context: Context) -> list[str]:
    notice(context)
    context.teller.work_off()
    return sorted(one.event.kind for one in context.store.notices.open())


def test_candidates_that_wait_are_told_of_until_none_does(context: Context, pending: Pending) -> None:
    assert told(context) == ["candidate_pending"]
    assert told(context) == ["candidate_pending"]
    assert [one.count for one in context.store.notices.open()] == [1]
    decision = Decision(pending.number, pending.version, Action.REJECT, "ann", "inbox", "dull")
    context.store.candidates.apply(decision, datetime.now(UTC))
    assert told(context) == []


def test_a_post_without_a_text_is_told_of_an_hour_before(context: Context, pending: Pending) -> None:
    now = datetime.now(UTC)
    slot = context.store.slots.book("ada", "post", now + timedelta(hours=2), now)
    assert told(context) == ["candidate_pending"]
    context.store.slots.move(slot.number, now + timedelta(minutes=50), now)
    assert told(context) == ["candidate_pending", "queue_dry"]
    decision = Decision(pending.number, pending.version, Action.APPROVE, "ann", "inbox")
    context.store.candidates.apply(decision, now)
    assert told(context) == []


def test_how_many_wait_is_kept_up_to_date_and_told_once(context: Context, pending: Pending) -> None:
    assert told(context) == ["candidate_pending"]
    candidate = Candidate("haze", {}, "shared", 1, (1.0,), True, -1.0)
    context.store.candidates.add([NewCandidate("ada", candidate, "haze", {}, 0.5)], datetime.now(UTC))
    assert told(context) == ["candidate_pending"]
    (one,) = context.store.notices.open()
    assert one.event.message.startswith("account ada: 2 candidates wait")
    assert one.count == 1
    assert one.told_at is not None


def test_nothing_is_to_be_known_any_more_of_an_account_without_a_file(context: Context) -> None:
    for account in ("gone", "ada", ""):
        message, cause = f"something of {account!r}", f"step_failed:destinations:{account}"
        context.teller.tell(Event("step_failed", account, Severity.WARNING, message, cause, datetime.now(UTC)))
    context.teller.work_off()
    told(context)
    assert {one.event.account for one in context.store.notices.open()} == {"ada", ""}
