"""Approval by rule: by scores, within hours, so many a day; never because time has passed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from tweetgen_plugins.review_automatic import AutomaticQueue

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.store import Store

HOUR = timedelta(hours=1)
Add = Callable[..., list[Pending]]
Take = Callable[..., Any]


def queue(host: Any, **settings: Any) -> AutomaticQueue:
    return AutomaticQueue(AutomaticQueue.Settings(**settings), host)


def test_it_approves_what_reaches_the_scores_and_says_why(store: Store, host: Any, add: Add, take: Take) -> None:
    add("good", "poor", scores=[0.9, 0.4])
    gathered = take(queue(host, score=0.5, scores={"author": 0.8}))
    assert [found.text for found in gathered.applied] == ["good"]
    last = store.candidates.decisions(limit=1)[0]
    assert (last.actor, last.via) == ("rule:automatic", "automatic")
    assert last.reason == "author 0.9 of at least 0.8, score 0.9 of at least 0.5"
    assert [found.text for found in store.candidates.pending()] == ["poor"]


def test_a_score_that_is_missing_does_not_do(host: Any, add: Add, take: Take) -> None:
    add("good")
    assert take(queue(host, scores={"nobody": -1})).applied == []


def test_it_never_overrules_a_person(store: Store, host: Any, add: Add, take: Take, clock: Any) -> None:
    skipped, edited = add("good", "fair")
    store.candidates.apply(Decision(skipped.number, 1, Action.SKIP, "ada", "inbox"), clock.now)
    store.candidates.apply(Decision(edited.number, 1, Action.EDIT, "ada", "inbox", text="better"), clock.now)
    assert take(queue(host)).applied == []


def test_it_approves_the_best_up_to_the_daily_number_of_the_local_day(
    host: Any, add: Add, take: Take, clock: Any
) -> None:
    add("c", "a", "b", scores=[1, 3, 2])
    rule = queue(host, per_day=2)
    assert [found.text for found in take(rule).applied] == ["a", "b"]
    clock.now += 10 * HOUR + HOUR / 2  # half past ten in UTC's evening, half past eleven in Berlin
    assert take(rule).applied == []
    clock.now += HOUR  # tomorrow in Berlin, still today in UTC
    assert [found.text for found in take(rule).applied] == ["c"]


@pytest.mark.parametrize(
    ("hours", "is_open"), [(["13:00-14:00"], True), (["12:00-13:00"], False), (["22:00-14:00"], True), ([], True)]
)
def test_hours_are_the_accounts_own(host: Any, add: Add, take: Take, hours: list[str], is_open: bool) -> None:
    add("noon in UTC, one o'clock in Berlin")
    assert bool(take(queue(host, hours=hours)).applied) is is_open


def test_time_passing_approves_nothing(store: Store, host: Any, add: Add, take: Take, clock: Any) -> None:
    (one,) = add("poor", scores=[0.1])
    rule = queue(host, score=0.5)
    for _ in range(8):
        clock.now += 24 * HOUR
        assert take(rule).applied == []
    assert take(queue(host)).applied == []  # it is over, though nobody has said so yet
    store.candidates.expire(clock.now)
    assert store.candidates.get(one.number).state is ReviewState.EXPIRED


@pytest.mark.parametrize(
    "wrong",
    [{"hours": ["9-18"]}, {"hours": ["09:00-09:00"]}, {"hours": ["09:00"]}, {"per_day": 0}, {"score": float("nan")}],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AutomaticQueue.Settings(**wrong)
