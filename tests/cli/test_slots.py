"""`tweetgen slots`: list, add, move, cancel."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(folder: Path) -> Store:
    accounts = folder / "accounts"
    accounts.mkdir()
    (folder / "config.yaml").write_text("timezone: Asia/Tokyo\n")
    (accounts / "keeper.yaml").write_text("timezone: Europe/Berlin\nschedule: {post: '09:00'}\n")
    return Store.open(f"sqlite:///{folder}/state/tweetgen.db")


@pytest.fixture
def filled(store: Store) -> Store:
    """One missed, one that waits, one to come, and one to collect for all."""
    for hours in (-3, -1, 3):
        store.slots.book("keeper", "post", NOON + hours * HOUR, NOON)
    store.slots.book("", "collect", NOON + HOUR, NOON)
    store.slots.miss(1, "no approved text", NOON)
    return store


def test_without_any_it_says_what_comes_next(tweetgen: Run, store: Store) -> None:
    assert "Next: `schedule:` in accounts/NAME.yaml" in tweetgen("slots")[1]
    assert tweetgen("slots", "--step", "train")[1] == "Nothing is like that.\n"


def test_what_is_due_and_what_was_missed_are_listed_in_the_time_of_their_account(tweetgen: Run, filled: Store) -> None:
    code, out, err = tweetgen("slots")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert lines[0] == "Due next"
    assert lines[2:5] == [
        "2 keeper post Sun 2026-03-01 12:00 CET",
        "4 (all) collect Sun 2026-03-01 22:00 JST",
        "3 keeper post Sun 2026-03-01 16:00 CET",
    ]
    assert lines[5] == "Missed lately"
    assert lines[7] == "1 keeper post Sun 2026-03-01 10:00 CET no approved text"


def test_a_slot_by_hand_in_quiet_hours_comes_with_a_hint(tweetgen: Run, store: Store, folder: Path) -> None:
    (folder / "accounts/keeper.yaml").write_text("limits: {quiet: 08:00-12:00}\nschedule: {late: 2h}\n")
    code, out, err = tweetgen("slots", "add", "keeper", "2099-03-01 09:00")
    assert (code, "keeper posts" in out) == (0, True)
    assert "quiet hours (08:00-12:00), and a post is given up 2h after its time: it would never be posted" in err
    assert "it waits until 12:00" in tweetgen("slots", "move", "1", "2099-03-01 11:00")[2]
    assert tweetgen("slots", "move", "2", "2099-03-01 12:00")[2] == ""


def test_filters_and_json(tweetgen: Run, filled: Store) -> None:
    def numbers(*options: str) -> list[int]:
        return [slot["number"] for slot in json.loads(tweetgen("slots", "--json", *options)[1])]

    assert numbers() == [2, 4, 3, 1]
    assert numbers("--missed") == [1]
    assert numbers("--account", "keeper", "-n", "1") == [2, 1]
    assert numbers("--step", "collect") == [4]
    (missed,) = json.loads(tweetgen("slots", "--json", "--missed")[1])
    assert (missed["state"], missed["reason"], missed["due_at"]) == (
        "missed",
        "no approved text",
        "2026-03-01T09:00:00+00:00",
    )


def test_adding_moving_and_cancelling_by_hand(tweetgen: Run, store: Store) -> None:
    with time_machine.travel(NOON, tick=False):
        assert tweetgen("slots", "add", "keeper", "18:30")[1] == "slot 1: keeper posts Sun 2026-03-01 18:30 CET\n"
        assert tweetgen("slots", "move", "1", "2026-03-29 02:30")[1].startswith("slot 1 is now slot 2: Sun 2026-03-29")
        assert tweetgen("slots", "cancel", "2")[1] == "slot 2 is cancelled\n"
        code, _, err = tweetgen("slots", "move", "2", "3h")
    assert (code, err) == (2, "tweetgen: slot 2: it is cancelled; look at it again\n")
    assert store.slots.upcoming() == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "keper", "18:30"], "unknown account 'keper': did you mean 'keeper'?"),
        (["--account", "keper"], "unknown account 'keper'"),
        (["add", "keeper", "2020-01-01 18:30"], "a slot at 2020-01-01 18:30: that has passed; name a later time"),
        (["add", "keeper", "teatime"], "'teatime' is no time: write 18:30"),
        (["cancel", "7"], "slot 7: there is no such slot; see: tweetgen slots"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(tweetgen: Run, store: Store, arguments: list[str], told: str) -> None:
    code, _, err = tweetgen("slots", *arguments)
    assert code == 2
    assert told in err
