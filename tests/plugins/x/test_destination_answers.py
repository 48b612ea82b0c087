"""What the destination says to the outbox: one consequence for each of X's answers, over real HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tweetgen_plugins._x.matching import canonical
from tweetgen_plugins.destination_x import XDestination

from tests.fakes.host import FakeHost
from tests.fakes.x import FakeUser, Fault, How, Limit, Running
from tweetgen.domain import Outgoing
from tweetgen.errors import (
    BudgetSpent,
    DeliveryError,
    Duplicate,
    NotSent,
    ReauthRequired,
    Refused,
    Throttled,
    TweetgenError,
)

Make = Callable[..., XDestination]
Send = Callable[..., Outgoing]


# ── every answer its consequence ──

_CONSEQUENCES = [
    (How.UNAUTHORIZED, {}, ReauthRequired),
    (How.APP_ONLY, {}, ReauthRequired),
    (How.CREDITS, {}, BudgetSpent),
    (How.DUPLICATE, {}, Duplicate),
    (How.FORBIDDEN, {"detail": "You are not permitted to perform this action."}, Refused),
    (How.FORBIDDEN, {"detail": "Posts are limited to a maximum of one cashtag."}, Refused),
    (How.NOT_FOUND, {}, Refused),
    (How.RAW, {"status": 400, "body": b'{"title": "Invalid Request", "detail": "what?"}'}, Refused),
    (How.RAW, {"status": 422, "body": b'{"title": "Unprocessable"}'}, Refused),
    (How.LIMITED, {"seconds": 60}, Throttled),
    (How.LIMITED_BARE, {}, Throttled),
    (How.LIMITED_CODE, {}, Throttled),
    (How.REDIRECT, {"detail": "http://127.0.0.1:9/2/tweets"}, NotSent),
]


@pytest.mark.parametrize(("how", "more", "meaning"), _CONSEQUENCES)
def test_a_refusal_is_sure_and_costs_nothing(
    x: Running, make: Make, send: Send, purse: FakeHost, how: How, more: dict[str, Any], meaning: type[DeliveryError]
) -> None:
    x.world.faults.append(Fault(how, "create", **more))
    with pytest.raises(DeliveryError) as caught:
        make().publish(send())
    assert type(caught.value) is meaning
    assert x.world.accepted() == []
    assert purse.spent == [Decimal("0.01"), Decimal(0)]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize(
    "how", [How.UNAVAILABLE, How.BROKEN, How.EMPTY, How.LIST, How.CUT, How.HALF, How.DROP, How.RESET, How.SILENCE]
)
def test_what_nobody_knows_is_said_to_be_unknown_and_is_found_if_it_arrived(
    x: Running, make: Make, send: Send, purse: FakeHost, how: How, accept: bool
) -> None:
    destination, outgoing = make(), send("fog < tide")
    x.world.faults.append(Fault(how, "create", accept=accept))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any but those that are sure
        destination.publish(outgoing)
    assert not isinstance(caught.value, DeliveryError)
    assert Decimal("0.015") in purse.spent  # it may have been paid for
    found = destination.find(outgoing)
    assert [found and found.id] == [entry.post for entry in x.world.accepted()] or (
        found is None and not x.world.accepted()
    )


def test_x_in_its_own_words(x: Running, make: Make, send: Send) -> None:
    x.world.faults.append(
        Fault(How.FORBIDDEN, "create", detail="Your account is not permitted to access this feature.")
    )
    with pytest.raises(Refused, match="Your account is not permitted to access this feature"):
        make().publish(send())


def test_a_limit_that_x_tells_is_waited_for_until_then_and_kept_for_the_others(
    x: Running, make: Make, send: Send, purse: FakeHost
) -> None:
    x.world.faults.append(Fault(How.LIMITED, "create", seconds=60))
    with pytest.raises(Throttled) as caught:
        make().publish(send())
    assert caught.value.until is not None
    assert timedelta(seconds=50) < caught.value.until - datetime.now(UTC) < timedelta(seconds=62)
    closed = [told for told in purse.learnt if told[1:4] == ("create", 0, 0)]
    assert [told[4] for told in closed] == [caught.value.until]


def test_a_limit_without_a_time_is_waited_for_by_our_own_lights(x: Running, make: Make, send: Send) -> None:
    x.world.faults.append(Fault(How.LIMITED_BARE, "create"))
    with pytest.raises(Throttled) as caught:
        make().publish(send())
    assert caught.value.until is None


def test_what_x_says_of_its_limits_is_kept_for_user_and_app(
    x: Running, make: Make, send: Send, purse: FakeHost
) -> None:
    quarter, day = timedelta(minutes=15), timedelta(days=1)
    x.world.limits["create"] = [Limit(100, quarter), Limit(50, day, app=True), Limit(1, day)]
    make().publish(send())
    told = {
        (requests, remaining, shared)
        for _, endpoint, requests, remaining, _, shared in purse.learnt
        if endpoint == "create"
    }
    assert (50, 49, True) in told
    assert all(shared or remaining in (0, 99) for _, remaining, shared in told)


def test_no_credit_pauses_for_an_hour(x: Running, make: Make, send: Send) -> None:
    x.world.credit = Decimal(0)
    with pytest.raises(BudgetSpent) as caught:
        make(user="keeper", read=False).publish(send())
    assert caught.value.until is not None
    assert timedelta(minutes=59) < caught.value.until - datetime.now(UTC) <= timedelta(hours=1)


def test_a_clock_that_is_off_is_named(x: Running, make: Make, send: Send) -> None:
    x.world.clock = lambda: datetime.now(UTC) + timedelta(minutes=10)
    with pytest.raises(ReauthRequired, match=r"clock|minutes"):
        make().publish(send())


def test_nobody_there_is_not_sent(make: Make, send: Send) -> None:
    with pytest.raises(NotSent, match="cannot be reached"):
        make(base_url="http://127.0.0.1:9", read=False).publish(send())


# ── finding ──


@pytest.mark.parametrize(
    "text",
    [
        'fog & <tide> &amp; "log"',
        "see https://fog.example.org/a?b=1&c=2 and tide.example.com",
        "語り手 と 灯台 👨‍👩‍👧‍👦 é e\u0301",
        "a line\n\nand  another",
        "مرحبا بالضباب",
        "long " * 50 + "end",
    ],
)
def test_a_text_is_found_again_whatever_x_made_of_it(x: Running, make: Make, send: Send, text: str) -> None:
    destination, outgoing = make(), send(text)
    receipt = destination.publish(outgoing)
    found = destination.find(outgoing)
    assert found is not None
    assert (found.id, found.url) == (receipt.id, receipt.url)


def test_what_was_posted_before_it_was_begun_is_somebody_elses(
    x: Running, make: Make, keeper: FakeUser, send: Send
) -> None:
    x.world.write(keeper, "fog, log one", at=datetime.now(UTC) - timedelta(minutes=2))
    assert make().find(send("fog, log one")) is None


def test_a_clock_a_minute_apart_hides_nothing(x: Running, make: Make, keeper: FakeUser, send: Send) -> None:
    post = x.world.write(keeper, "fog, log one", at=datetime.now(UTC) - timedelta(seconds=50))
    found = make().find(send("fog, log one"))
    assert found is not None
    assert found.id == str(post.id)


def test_it_is_found_behind_many_others(x: Running, make: Make, keeper: FakeUser, send: Send) -> None:
    outgoing = send("fog, log one")
    post = x.world.write(keeper, "fog, log one")
    for number in range(150):
        x.world.write(keeper, f"tide {number}")
    found = make().find(outgoing)
    assert found is not None
    assert found.id == str(post.id)
    assert x.world.requests["posts"] == 3


def test_replies_are_looked_at_for_parts_of_threads(x: Running, make: Make, send: Send) -> None:
    destination = make()
    first = destination.publish(send("one"))
    second = send("two", part=1, after=first)
    receipt = destination.publish(second)
    found = destination.find(send("two", part=1))
    assert found is not None
    assert found.id == receipt.id


def test_without_reading_a_person_decides(x: Running, make: Make, send: Send) -> None:
    with pytest.raises(NotImplementedError):
        make(read=False).find(send())
    assert x.world.requests == {}


@pytest.mark.parametrize("endpoint", ["me", "posts"])
def test_where_x_forbids_reading_a_person_decides(x: Running, make: Make, send: Send, endpoint: str) -> None:
    x.world.faults.append(Fault(How.FORBIDDEN, endpoint, detail="not with this plan"))
    with pytest.raises(NotImplementedError):
        make().find(send())


@pytest.mark.parametrize(
    "how", [How.UNAVAILABLE, How.SILENCE, How.RESET, How.LIST, How.CUT, How.UNAUTHORIZED, How.LIMITED]
)
def test_what_cannot_be_asked_now_is_no_answer(x: Running, make: Make, send: Send, how: How) -> None:
    x.world.faults.append(Fault(how, "posts"))
    with pytest.raises(TweetgenError) as caught:
        make().find(send())
    assert not isinstance(caught.value, NotImplementedError)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a &amp; b", "a & b"),
        ("e\u0301", "é"),
        ("see fog.example.org/", "see https://fog.example.org"),
        ("a\r\nb", "a\nb"),
        ("a\u200bb", "ab"),
    ],
)
def test_the_same_text_in_other_spellings(sent: str, kept: str) -> None:
    assert canonical(sent) == canonical(kept)


@pytest.mark.parametrize(("one", "other"), [("fog", "Fog"), ("log 1", "log 11"), ("a/b", "ab")])
def test_other_texts_stay_others(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)
