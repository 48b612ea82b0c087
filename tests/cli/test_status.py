"""`tweetgen status`, where no service runs."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tweetgen.domain import Event, Severity
from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def now() -> datetime:
    """The program goes by the clock, so the tests do."""
    return datetime.now(UTC)


@pytest.fixture
def store(folder: Path) -> Store:
    """The store of an instance with the account `keeper`."""
    (folder / "config.yaml").write_text("timezone: UTC\n")
    (folder / "accounts").mkdir()
    (folder / "accounts/keeper.yaml").write_text("about: Light and weather\nschedule: {post: '09:00'}\n")
    return Store.open(f"sqlite:///{folder / 'state' / 'tweetgen.db'}")


def test_before_anything_was_done_it_says_how_to_begin(store: Store, tweetgen: Run) -> None:
    code, out, err = tweetgen("status")
    assert (code, err) == (0, "")
    assert "No service runs: tweetgen serve" in out
    assert "keeper" in out


def test_what_failed_what_is_held_and_what_somebody_has_to_know(store: Store, tweetgen: Run, now: datetime) -> None:
    number = store.journal.begin("collect", "keeper", "here:1", now)
    store.journal.end(number, "failed", "the file is gone", now)
    store.channels.wait("keeper", "main", now + timedelta(hours=1), "asked to wait")
    store.channels.block("keeper", "other", "login expired", now)
    store.notices.happened(Event("login", "keeper", Severity.ACTION, "renew the login", "login:keeper", now))
    store.accounts.pause("keeper", "ann", "on leave", now)
    store.accounts.pause("*", "bob", "", now)
    out = tweetgen("status")[1]
    for told in (
        "collect of keeper: the file is gone",
        "main of keeper until",
        "other of keeper until a person acts: login expired",
        "action: renew the login",
        "Everything is paused by bob since",
    ):
        assert told in out


def test_what_fails_in_the_same_way_hides_nothing_else(store: Store, tweetgen: Run, now: datetime) -> None:
    for minutes, detail in enumerate(["the disk is full", *["the file is gone"] * 6]):
        began = now - timedelta(minutes=10 - minutes)
        store.journal.end(store.journal.begin("collect", "keeper", "here:1", began), "failed", detail, began)
    failed = tweetgen("status")[1].partition("Failed lately:\n")[2].splitlines()
    assert [line.partition(" collect")[2] for line in failed] == [
        " of keeper: the file is gone (6 times)",
        " of keeper: the disk is full",
    ]


def test_a_daemon_that_fell_silent_is_not_taken_for_alive(store: Store, tweetgen: Run, now: datetime) -> None:
    store.daemons.beat("here:1", now, now - timedelta(minutes=5), {})
    store.daemons.beat("here:2", now, now, {"problem": "accounts/x.yaml: broken", "pages": "http://127.0.0.1:1"})
    code, out, _ = tweetgen("status")
    assert code == 0
    assert "here:1" not in out
    assert "Served by here:2" in out
    assert "pages at http://127.0.0.1:1" in out
    assert "accounts/x.yaml: broken" in out


def test_json_holds_everything(store: Store, tweetgen: Run, now: datetime) -> None:
    store.slots.book("keeper", "post", now + timedelta(hours=1), now)
    said = json.loads(tweetgen("status", "--json")[1])
    assert said["accounts"]["keeper"]["next"]["post"]["at"] == (now + timedelta(hours=1)).isoformat()
    assert said["accounts"]["keeper"]["stock"] == 10
    assert said["daemons"] == said["failures"] == said["notices"] == said["held"] == []


def test_a_broken_file_hides_nothing_of_the_service(store: Store, folder: Path, tweetgen: Run, now: datetime) -> None:
    store.daemons.beat("here:1", now, now, {"problem": "accounts/x.yaml: broken"})
    (folder / "accounts/x.yaml").write_text("voice: [\n")
    code, out, err = tweetgen("status")
    assert code == 0
    assert "Served by here:1" in out
    assert "keeper" in out
    assert err.startswith("tweetgen: accounts/x.yaml: line 2")


def test_times_are_those_of_the_account_and_states_those_of_accounts(
    store: Store, folder: Path, tweetgen: Run, now: datetime
) -> None:
    (folder / "accounts/keeper.yaml").write_text("schedule: {post: '09:00'}\ntimezone: Asia/Tokyo\n")
    number = store.journal.begin("collect", "keeper", "here:1", now)
    store.journal.end(number, "failed", "the file is gone", now)
    told, listed = tweetgen("status")[1], tweetgen("accounts")[1]
    at = next(line for line in listed.splitlines() if line.startswith("keeper"))
    assert "09:00 JST" in at
    assert [line.split()[:6] for line in told.splitlines() if line.startswith("keeper")] == [
        ["keeper", "active", *re.findall(r"\w{3} \S+ 09:00 JST", at)[0].split()]
    ]
    failed = now.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"{failed:%H:%M} JST collect of keeper" in told
    store.accounts.pause("*", "ann", "too loud", now)
    pause = f"paused by ann since {failed:%a %Y-%m-%d %H:%M} JST: too loud"
    assert pause in tweetgen("accounts")[1]
    assert pause in tweetgen("status")[1]
