"""Queues that are told and asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tweetgen.domain import Candidate, ReviewState
from tweetgen.service.context import Context
from tweetgen.service.steps.review import review
from tweetgen.store import NewCandidate

if TYPE_CHECKING:
    from tests.service.conftest import Instance

FAILING = """
import time
from tweetgen import hookimpl

class Fails:
    def __init__(self, settings, host):
        self.how = settings["how"]

    def submit(self, candidates):
        pass

    def decisions(self):
        if self.how == "hang":
            time.sleep(60)
        raise OSError("the sheet is gone")

@hookimpl
def register_review_queues(register):
    register("fails", Fails)
"""


def add(context: Context, account: str, **more: Any) -> int:
    candidate = Candidate("fog", {}, "shared", 1, (1.0,), True, -1.0)
    new = NewCandidate(account, candidate, f"fog for {account}", {}, 0.5, **more)
    return context.store.candidates.add([new], datetime.now(UTC))[0].number


@pytest.mark.parametrize("how", ["raise", "hang"])
def test_a_queue_that_fails_keeps_no_other_from_deciding(
    instance: "Instance", begin: Callable[[], Context], how: str
) -> None:
    queue = f"review: {{fails: {{how: {how}}}}}"
    instance.write("plugins/fails.py", FAILING)
    instance.write("config.yaml", "plugins: [plugins]\nservice: {plugin_timeout: 1s}\n")
    instance.write("accounts/aaa.yaml", instance.automatic.replace("review: {automatic: {per_day: 100}}", queue))
    context = begin()
    numbers = [add(context, "aaa"), add(context, "ada")]
    review(context)
    states = [context.store.candidates.get(number).state for number in numbers]
    assert states == [ReviewState.PENDING, ReviewState.APPROVED]
    (failed,) = [entry for entry in context.store.journal.last() if entry.outcome == "failed"]
    assert failed.account == "aaa"
    assert ("no answer within 1 s" if how == "hang" else "the sheet is gone") in failed.detail


def test_each_queue_is_told_of_a_candidate_once(context: Context) -> None:
    add(context, "ada")
    review(context)
    assert context.store.candidates.untold() == []


def test_what_waited_too_long_expires_and_is_not_approved(context: Context) -> None:
    number = add(context, "ada", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    review(context)
    assert context.store.candidates.get(number).state is ReviewState.EXPIRED
