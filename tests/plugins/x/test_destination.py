"""Texts get to X once, with what they cost, and back; what cannot be meant is refused before X is asked."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tweetgen_plugins.destination_x import XDestination

from tests.fakes.host import FakeHost
from tests.fakes.x import FakeUser, Fault, How, Running
from tweetgen.domain import Outgoing, Receipt
from tweetgen.errors import (
    BudgetSpent,
    InputError,
    NotSent,
    ReauthRequired,
    Refused,
    Throttled,
    TweetgenError,
)
from tweetgen.interfaces import Checkup, Rate

Make = Callable[..., XDestination]
Send = Callable[..., Outgoing]


# ── posting ──


def test_a_text_is_posted_once_and_its_receipt_leads_there(x: Running, make: Make, send: Send, purse: FakeHost) -> None:
    receipt = make().publish(send("fog & tide"))
    (entry,) = x.world.accepted()
    assert (entry.text, entry.post) == ("fog & tide", receipt.id)
    assert receipt.url == f"https://x.com/keeper/status/{receipt.id}"
    assert receipt.details == {"dollars": "0.015"}
    assert purse.spent == [Decimal("0.01"), Decimal("0.015")]  # who it is, once, and the post


def test_whose_login_it_is_is_asked_once_and_kept_so_that_nobody_learns_from_it(
    x: Running, make: Make, send: Send, purse: FakeHost
) -> None:
    make().publish(send("one"))
    make().publish(send("two"))
    assert x.world.requests["me"] == 1
    (kept,) = purse.kept
    assert isinstance(kept, dict)
    assert kept["own_names"] == ["keeper"]


def test_a_new_login_is_asked_anew_and_the_old_name_stays_own(
    x: Running, make: Make, send: Send, purse: FakeHost
) -> None:
    make().publish(send("one"))
    other = x.world.add_user("owl")
    keys = x.world.logins.user_keys(other.id)
    new = {"access_token": keys.access_token, "access_token_secret": keys.access_token_secret}
    make(**new, consumer_key=keys.consumer_key, consumer_secret=keys.consumer_secret).publish(send("two"))
    assert isinstance(purse.kept[-1], dict)
    assert (purse.kept[-1]["name"], purse.kept[-1]["own_names"]) == ("owl", ["keeper", "owl"])


def test_who_it_is_is_no_condition_for_posting(x: Running, make: Make, send: Send) -> None:
    x.world.faults.append(Fault(How.FORBIDDEN, "me", detail="not for you"))
    destination = make()
    assert destination.publish(send("one")).url.startswith("https://x.com/i/status/")
    destination.publish(send("two"))
    assert x.world.requests["me"] == 1  # not asked again and again


def test_without_reading_nothing_is_asked_about_oneself(x: Running, make: Make, send: Send) -> None:
    assert make(read=False).publish(send()).url.startswith("https://x.com/i/status/")
    assert x.world.requests["me"] == 0


def test_a_name_that_is_given_is_own_without_asking(x: Running, make: Make, send: Send, purse: FakeHost) -> None:
    destination = make(read=False, user="@keeper")
    assert destination.publish(send("one")).url.startswith("https://x.com/keeper/status/")
    destination.publish(send("two"))
    assert x.world.requests == {"create": 2}
    assert purse.kept == [{"name": "keeper", "own_names": ["keeper"]}]


@pytest.mark.parametrize(
    "text", ["see https://fog.example.org/a", "see tide.example.com", "日本https://fog.example.org"]
)
def test_an_address_costs_what_x_charges_for_it(make: Make, send: Send, purse: FakeHost, text: str) -> None:
    destination = make()
    assert destination.publish(send(text)).details == {"dollars": "0.2"}
    assert list(destination.remarks(text)) == ["holds an address: X charges $0.2 for it instead of $0.015"]
    assert list(destination.remarks("fog")) == []


@pytest.mark.parametrize(
    ("text", "length", "fits"),
    [
        ("fog", 3, True),
        ("雨" * 140, 280, True),
        ("x" * 281, 281, False),
        ("see https://fog.example.org/a/very/long/address", 27, True),
        ("a\ufeffb", 4, False),
        ("half \ud83d", 7, False),
        (" ", 1, False),
    ],
)
def test_a_text_is_measured_as_x_does_without_asking_anybody(
    x: Running, make: Make, send: Send, text: str, length: int, fits: bool
) -> None:
    destination = make()
    found = destination.measure(text)
    assert (found.length, found.limit, found.unit) == (length, 280, "weighted characters")
    assert (found.length <= 280 and not found.problem) == fits
    assert not x.world.exchanges
    if fits:
        destination.publish(send(text))
    else:
        with pytest.raises(Refused):
            destination.publish(send(text))


def test_who_may_reply_is_said_of_the_first_part_alone(x: Running, make: Make, send: Send) -> None:
    destination = make(reply_settings="mentionedUsers")
    first = destination.publish(send("one"))
    destination.publish(send("two", part=1, after=first))
    bodies = [exchange.body for exchange in x.world.exchanges if exchange.method == "POST"]
    assert [b"mentionedUsers" in body for body in bodies] == [True, False]
    posts = x.world.users["1000"].posts
    assert (posts[1].reply_to, posts[0].id) == (int(first.id), int(first.id))


def test_a_part_whose_part_before_has_no_id_is_for_a_person(x: Running, make: Make, send: Send) -> None:
    for after in (None, Receipt()):
        with pytest.raises(Refused, match="nobody knows what X calls the part before"):
            make().publish(send("two", part=1, after=after))
    assert x.world.requests["create"] == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a" * 281, "X counts 281 characters, and 280 are allowed"),
        ("語" * 141, "X counts 282 characters"),
        (" \n ", "X takes no empty text"),
        ("fog \ufeff", r"U\+FEFF"),
        ("half \ud83d of a pair", r"U\+D83D"),
    ],
)
def test_what_x_would_not_take_is_refused_before_it_is_asked(
    x: Running, make: Make, send: Send, text: str, told: str
) -> None:
    with pytest.raises(Refused, match=told):
        make().publish(send(text))
    assert x.world.requests == {}


@pytest.mark.parametrize("text", ["a" * 280, "語" * 140, "👨‍👩‍👧‍👦" * 140, "https://fog.example.org/" + "x" * 400])
def test_what_x_counts_as_280_is_posted(x: Running, make: Make, send: Send, text: str) -> None:
    make().publish(send(text))
    assert [entry.text for entry in x.world.accepted()] == [text]


# ── our own limits and budget ──


def test_a_limit_of_ours_lets_it_wait_with_nothing_asked(x: Running, make: Make, send: Send, purse: FakeHost) -> None:
    purse.until = datetime.now(UTC) + timedelta(minutes=3)
    with pytest.raises(Throttled, match="app x") as caught:
        make(read=False).publish(send())
    assert (caught.value.until, x.world.requests["create"]) == (purse.until, 0)
    assert purse.taken == [("x", "create", 3)]


def test_a_budget_that_is_spent_lets_it_wait_with_nothing_asked(
    x: Running, make: Make, send: Send, purse: FakeHost
) -> None:
    purse.cap = Decimal("0.1")
    destination = make(read=False)
    destination.publish(send("one"))
    with pytest.raises(BudgetSpent):
        destination.publish(send("see fog.example.org"))
    assert len(x.world.accepted()) == 1


def test_a_database_that_fails_before_is_not_sent_and_afterwards_no_reason_to_doubt(
    x: Running, make: Make, send: Send, purse: FakeHost
) -> None:
    purse.broken = OSError("disk full")
    with pytest.raises(NotSent, match="disk full"):
        make(read=False).publish(send())
    purse.broken = None
    destination = make(read=False)
    x.world.faults.append(Fault(How.SLOW, "create", seconds=0.05))
    take = purse.take

    def once(app: str, endpoint: str, rates: Sequence[Rate] = ()) -> datetime | None:
        until = take(app, endpoint, rates)
        purse.broken = OSError("disk full")
        return until

    purse.take = once  # type: ignore[method-assign]  # breaks while X is asked
    assert destination.publish(send()).id


# ── taking back ──


def test_a_post_can_be_deleted_and_deleting_it_again_is_no_error(x: Running, make: Make, send: Send) -> None:
    destination = make()
    receipt = destination.publish(send())
    assert destination.delete(receipt)
    assert destination.delete(receipt)
    assert [entry.action for entry in x.world.ledger if entry.action == "delete"] == ["delete"]
    with pytest.raises(Refused, match="nobody knows what X calls it"):
        destination.delete(Receipt())


def test_a_login_that_has_ended_is_told_when_deleting_too(x: Running, make: Make, send: Send) -> None:
    x.world.faults.append(Fault(How.UNAUTHORIZED, "delete"))
    with pytest.raises(ReauthRequired):
        make().delete(Receipt("1"))


# ── threads ──


def test_a_long_text_is_one_part_unless_threads_are_wanted(make: Make) -> None:
    text = "fog. " * 100
    assert list(make().split(text)) == [text]
    assert len(make(thread=True).split(text)) == 2
    assert list(make(thread=True).remarks(text)) == ["becomes a thread of 2 posts"]


# ── settings ──


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"access_token": None}, "access_token missing: OAuth 1.0a needs all four keys"),
        ({"client_id": "c"}, "either the four keys of OAuth 1.0a or a client_id"),
        ({"consumer_key": "two words"}, "a key of X is one word"),
        ({"user": "https://x.com/home"}, "is nobody's name on X"),
        ({"reply_settings": "nobody"}, "Input should be"),
        ({"login": "Big"}, "String should match"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(make: Make, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        make(**settings)


def test_keys_are_never_shown(make: Make) -> None:
    destination = make()
    keys = destination.settings.user_keys
    assert keys is not None
    shown = f"{destination.settings!r} {destination.settings} {destination.settings.model_dump_json()} {keys!r}"
    for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret"):
        assert getattr(keys, name) not in shown


def test_no_login_at_all_is_told_when_it_is_made(make: Make) -> None:
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    with pytest.raises(InputError, match="the login at X of keeper: is not there"):
        make(**dict.fromkeys(names))


@pytest.mark.parametrize("url", ["http://x.example.com", "https://user:word@x.example.com"])
def test_an_address_that_would_give_keys_away_is_refused_when_it_is_made(make: Make, url: str) -> None:
    with pytest.raises(TweetgenError, match="base_url"):
        make(base_url=url)


# ── what X wants of automated accounts ──


def findings(destination: XDestination, online: bool = False, filters: Sequence[str] = ()) -> Mapping[str, bool]:
    return {found.about: found.ok for found in destination.checks(Checkup(online, filters))}


def test_nothing_is_said_to_be_in_order_that_nobody_said(make: Make) -> None:
    found = findings(make())
    assert found == {
        "login": True,
        "automated label": False,
        "bio": False,
        "human operator": False,
        "replies": True,
        "similar posts": False,
        "mentions": False,
    }


def test_what_a_person_said_and_the_filters_do_is_in_order(x: Running, make: Make) -> None:
    said = {"automated_label": True, "bio": True, "operator": "@ann"}
    assert all(findings(make(compliance=said), filters=["history", "mentions"]).values())
    assert x.world.requests == {}


@pytest.mark.parametrize(("bio", "ok"), [("A bot by @ann. Fog.", True), ("Fog and tides.", False), ("A bot.", False)])
def test_the_bio_itself_is_looked_at_online(x: Running, keeper: FakeUser, make: Make, bio: str, ok: bool) -> None:
    keeper.description = bio
    assert findings(make(compliance={"operator": "ann", "bio": True}), online=True)["bio"] is ok


def test_a_login_that_does_not_hold_is_found_online(x: Running, make: Make) -> None:
    x.world.faults.append(Fault(How.UNAUTHORIZED, "me", times=2))
    assert findings(make(), online=True)["login"] is False


def test_every_trouble_says_what_to_do(make: Make) -> None:
    for found in make().checks(Checkup(False, ())):
        assert found.ok or ";" in found.told
