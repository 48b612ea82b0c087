"""The source x where limits, money or X itself end it: cleanly, and nothing is paid for twice."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.fakes.x import FakePost, FakeUser, Fault, How, Limit, Running
from tests.plugins.x.desk import Desk, names
from tweetgen.pipeline.collect import estimates


def test_a_limit_ends_it_cleanly_and_says_when_to_come_back(
    desk: Desk, keeper: FakeUser, owl: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    there = write(keeper, 250)
    write(owl, 3)
    desk.x.world.faults.append(Fault(How.LIMITED, "posts", after=1, seconds=600))
    found = desk.collect("keeper", "owl")
    assert (found.new, found.failed) == (100, [])
    (told,) = found.problems
    assert "X takes no more requests until 20" in told
    assert "2 authors not read to the end" in told
    assert found.later is not None
    assert timedelta(minutes=8) < found.later - desk.x.world.clock() <= timedelta(minutes=11)
    again = desk.collect("keeper", "owl")
    assert (again.new, desk.x.world.requests) == (0, {})
    assert "limit of requests to X is reached until" in again.problems[0]
    desk.opened[-1].store.rate_limits.sweep(desk.x.world.clock() + timedelta(days=1))
    assert desk.collect("keeper", "owl").authors == {"keeper": (150, 0), "Owl": (3, 0)}
    assert desk.ids("keeper") == names(there)
    reads = sum(entry.count for entry in desk.x.world.ledger if entry.action == "read")
    assert reads == 253


@pytest.mark.parametrize("how", [How.LIMITED_BARE, How.LIMITED_CODE])
def test_a_limit_without_a_time_is_waited_for_a_quarter_of_an_hour(desk: Desk, keeper: FakeUser, how: How) -> None:
    desk.x.world.write(keeper, "fog")
    desk.x.world.faults.append(Fault(how, "posts"))
    assert "X takes no more requests until" in desk.collect("keeper").problems[0]
    assert desk.collect("keeper").new == 0
    assert desk.x.world.requests == {}


def test_what_x_says_of_its_limits_is_kept_to_before_it_refuses(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    write(keeper, 400)
    desk.x.world.limits["posts"] = [Limit(3, timedelta(minutes=15), app=True)]
    found = desk.collect("keeper")
    assert (found.new, desk.x.world.requests["posts"]) == (300, 3)
    assert "limit of requests" in found.problems[0]


def test_a_budget_is_a_hard_stop_and_the_rest_comes_later(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    there = write(keeper, 300)
    found = desk.collect("keeper", budget={"per_day": 0.8, "per_month": 10})
    assert 100 < found.new < 300
    assert desk.x.world.dollars <= Decimal("0.8")
    assert found.failed == []
    assert "would pass the $0.80 of" in found.problems[0]
    assert desk.ids() == names(there[-found.new :])
    assert desk.collect("keeper", budget={"per_day": 10}).new == 300 - found.new
    assert desk.x.world.dollars == Decimal("1.51")


def test_a_budget_for_all_accounts_stops_each_of_them(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    write(keeper, 300)
    found = desk.collect("keeper", top={"budgets": {"x": {"per_month": 0.4}}})
    assert "for all accounts" in found.problems[0]
    assert Decimal("0.2") < desk.x.world.dollars <= Decimal("0.4")


def test_what_was_counted_is_what_x_charges(
    desk: Desk, keeper: FakeUser, owl: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    questions = write(owl, 120)
    for question in questions:
        desk.x.world.write(keeper, "I.", reply_to=question.id)
    desk.collect("keeper", "owl", "nobody")
    app = desk.opened[-1]
    spent = {one.account: one.spent for one in app.store.budgets.since(app.host("source.x").now())}
    assert spent == {"": desk.x.world.dollars, "*": desk.x.world.dollars}


def test_an_estimate_asks_nobody(
    desk: Desk, keeper: FakeUser, owl: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    write(keeper, 40)
    desk.collect("keeper")
    desk.x.world.requests.clear()
    app = desk.configure("keeper", "owl", max_posts=1000)
    (line,) = estimates(app.store, app.sources())
    assert line == (
        "x: at most 1,000 older posts of 1 author for $5.01, and up to twice as much for what they answer and quote;"
        " new posts of 1 known author at $0.005 each; $4.79 left in the budget"
    )
    assert desk.x.world.requests == {}


@pytest.mark.parametrize("how", [How.UNAVAILABLE, How.EMPTY, How.LIST, How.HALF, How.CUT, How.RESET, How.DROP])
def test_one_failure_is_told_and_the_others_go_on(
    desk: Desk, keeper: FakeUser, owl: FakeUser, write: Callable[..., list[FakePost]], how: How
) -> None:
    there = write(keeper, 150)
    write(owl, 3)
    desk.x.world.faults.append(Fault(how, "posts", after=1))
    found = desk.collect("keeper", "owl")
    assert (found.authors, found.failed) == ({"keeper": (100, 0), "Owl": (3, 0)}, [])
    assert found.problems[0].startswith("@keeper: ")
    assert desk.collect("keeper", "owl").new == 50
    assert desk.ids("keeper") == names(there)


def test_an_x_that_fails_for_everybody_is_not_asked_for_all(desk: Desk, x: Running) -> None:
    users = [x.world.add_user(f"user{n}") for n in range(6)]
    x.world.faults.append(Fault(How.SILENCE, "posts", times=100, seconds=1.0))
    found = desk.collect(*(user.username for user in users), read_seconds=0.2)
    assert (found.failed, x.world.requests["posts"]) == (["x"], 2)


@pytest.mark.parametrize("how", [How.UNAUTHORIZED, How.CREDITS, How.FORBIDDEN])
def test_a_login_that_does_not_hold_fails_the_source_at_once(
    desk: Desk, keeper: FakeUser, owl: FakeUser, how: How
) -> None:
    desk.x.world.faults.append(Fault(how, "posts", times=100))
    found = desk.collect("keeper", "owl")
    assert (found.failed, desk.x.world.requests["posts"]) == (["x"], 1)
    assert desk.environment["TOKEN"] not in "".join(found.problems)
