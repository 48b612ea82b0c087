"""What every registered review queue promises."""

from collections.abc import Callable
from typing import Any

import pytest

from tweetgen.domain import Pending, ReviewState
from tweetgen.interfaces import ReviewQueue
from tweetgen.pipeline.review import REVIEWERS, submit
from tweetgen.plugins import Plugins
from tweetgen.store import Store

SETTINGS: dict[str, dict[str, Any]] = {
    "inbox": {},
    "automatic": {"per_day": 3},
    "sheet": {},
    "webhook": {"url": "http://127.0.0.1:9/"},
}
OFFERS = {offer.name: offer for offer in Plugins.load().review_queues if offer.where.startswith("tweetgen_plugins.")}
Add = Callable[..., list[Pending]]


@pytest.fixture(params=sorted(OFFERS))
def queue(request: pytest.FixtureRequest, host: Any, monkeypatch: pytest.MonkeyPatch) -> ReviewQueue:
    offer = OFFERS[request.param]
    if request.param == "webhook":
        from tweetgen_plugins._http.answers import Answer
        from tweetgen_plugins._http.caller import Caller

        monkeypatch.setattr(Caller, "call", lambda *_: Answer(200, {}, b""))
    return offer.make(offer.settings(**SETTINGS[request.param]), host)


def test_every_queue_has_settings_that_refuse_what_they_do_not_know() -> None:
    assert set(OFFERS) == set(SETTINGS)
    for offer in OFFERS.values():
        assert offer.settings.model_config["extra"] == "forbid"


def test_a_queue_may_be_told_of_the_same_again(queue: ReviewQueue, store: Store, host: Any, add: Add) -> None:
    waiting = add("fog", "=SUM(A1)", "mist")
    for _ in range(2):  # as after a crash
        queue.submit(waiting)
    assert store.candidates.pending() == waiting
    assert submit(store, queue, "keeper", host.now()) == 3
    assert submit(store, queue, "keeper", host.now()) == 0


def test_nothing_is_decided_about_another_account_or_by_the_service(queue: ReviewQueue, add: Add, host: Any) -> None:
    mine = {one.number for one in add("fog", "mist")}
    add("rain", account="other")
    queue.submit(host.queue.pending())
    for decision in queue.decisions():
        assert decision.number in mine
        assert decision.action in REVIEWERS
        assert decision.actor
        assert decision.via


def test_a_queue_nobody_answers_decides_nothing_but_by_its_rule(
    queue: ReviewQueue, store: Store, add: Add, take: Callable[..., Any], clock: Any
) -> None:
    add("fog", "mist")
    queue.submit(store.candidates.pending())
    decided = take(queue).applied
    assert all(one.state is ReviewState.APPROVED for one in decided)
    assert {entry.actor for entry in store.candidates.decisions()} <= {"service", "rule:automatic"}
    assert take(queue).refused == []
