"""Slots made ahead of time: for new accounts, after a downtime, after an edit, by several processes at once."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tweetgen.domain import SlotState
from tweetgen.pipeline.slots import HORIZON, Planner
from tweetgen.settings import Schedule
from tweetgen.store import Store

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Account:
    schedule: Schedule
    timezone: str = "UTC"


def posts(*texts: str, zone: str = "UTC", **more: object) -> Account:
    return Account(Schedule(post=texts, **more), zone)  # type: ignore[arg-type]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'tweetgen.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened


def times(store: Store, account: str | None = None, step: str | None = None) -> list[str]:
    return [f"{slot.due_at:%d %H:%M}" for slot in store.slots.upcoming(account, step, limit=1000)]


def test_a_new_account_is_enabled_and_gets_no_slot_of_before(store: Store) -> None:
    Planner(store).materialise({"ada": posts("09:00", "13:00")}, NOON)
    assert store.accounts.states()["ada"].enabled_at == NOON
    assert times(store) == ["04 13:00", "05 09:00", "05 13:00", "06 09:00"]


def test_a_new_account_gets_no_slot_whose_time_was_before_even_if_chance_puts_it_off(store: Store) -> None:
    Planner(store).materialise({f"a{n}": posts("12:00", jitter=HOUR) for n in range(5)}, NOON + MINUTE)
    assert {text[:2] for text in times(store)} == {"05", "06"}


def test_a_tick_with_nothing_to_do_writes_nothing(store: Store) -> None:
    planner, accounts = Planner(store), {"ada": posts("every 1h")}
    assert planner.materialise(accounts, NOON).made == 48
    for minutes in (1, 60, 23 * 60):
        assert planner.materialise(accounts, NOON + minutes * MINUTE).made == 0
    assert planner.materialise(accounts, NOON + 25 * HOUR).made == 25


def test_a_restart_goes_on_where_the_last_process_stopped(store: Store) -> None:
    accounts = {"ada": posts("every 1h")}
    Planner(store).materialise(accounts, NOON)
    assert Planner(store).materialise(accounts, NOON + HOUR).made == 0
    assert Planner(store).materialise({"ada": posts("every 1h")}, NOON + 30 * HOUR).made == 30
    assert len(set(times(store))) == 78


def test_slots_of_a_downtime_are_made_so_that_they_can_be_explained(store: Store) -> None:
    accounts = {"ada": posts("09:00")}
    Planner(store).materialise(accounts, NOON)
    Planner(store).materialise(accounts, NOON + 5 * DAY)
    assert times(store) == [f"{day:02} 09:00" for day in range(5, 12)]
    # but not for ever
    Planner(store).materialise(accounts, NOON + 100 * DAY)
    assert len(times(store)) == 7 + 9


def test_of_collecting_and_training_only_the_last_time_of_a_downtime_is_made_up_for(store: Store) -> None:
    account = Account(Schedule(collect=("every 1h",), train=("0 3 * * *",)))
    Planner(store, horizon=HOUR).materialise({"": account}, NOON)
    Planner(store, horizon=HOUR).materialise({"": account}, NOON + 3 * DAY + MINUTE)
    assert times(store, "", "collect") == ["04 13:00", "07 12:00", "07 13:00"]
    assert times(store, "", "train") == ["07 03:00"]


def test_an_edited_schedule_takes_out_what_it_has_no_more_and_keeps_what_it_still_has(store: Store) -> None:
    planner = Planner(store)
    planner.materialise({"ada": posts("09:00", "18:00")}, NOON)
    kept = next(slot for slot in store.slots.upcoming() if slot.due_at.hour == 18)
    done = planner.materialise({"ada": posts("18:00", "20:00")}, NOON + HOUR)
    assert (done.made, done.withdrawn) == (2, 2)
    assert times(store) == ["04 18:00", "04 20:00", "05 18:00", "05 20:00"]
    assert store.slots.get(kept.number) == kept


def test_an_edit_is_seen_also_when_the_service_was_down_meanwhile(store: Store) -> None:
    Planner(store).materialise({"ada": posts("09:00")}, NOON)
    Planner(store).materialise({"ada": posts("10:00")}, NOON)
    assert times(store) == ["05 10:00", "06 10:00"]


def test_an_edit_that_changes_no_time_changes_no_slot(store: Store) -> None:
    planner = Planner(store)
    planner.materialise({"ada": posts("09:00")}, NOON)
    before = store.slots.upcoming()
    done = planner.materialise({"ada": posts("09:00", late=3 * HOUR, catch_up="all")}, NOON + MINUTE)
    assert (done.made, done.withdrawn) == (0, 0)
    assert store.slots.upcoming() == before


def test_another_time_zone_moves_the_slots(store: Store) -> None:
    planner = Planner(store)
    planner.materialise({"ada": posts("09:00")}, NOON)
    planner.materialise({"ada": posts("09:00", zone="America/New_York")}, NOON)
    assert times(store) == ["04 13:00", "05 13:00", "06 13:00"][: len(times(store))]
    assert {slot.due_at.astimezone(ZoneInfo("America/New_York")).hour for slot in store.slots.upcoming()} == {9}


def test_what_a_person_moved_or_cancelled_stays_so_after_an_edit_and_after_a_restart(store: Store) -> None:
    Planner(store).materialise({"ada": posts("09:00", "18:00")}, NOON)
    first, second, *_ = store.slots.upcoming()
    store.slots.move(first.number, NOON + HOUR, NOON)
    store.slots.cancel(second.number, NOON)
    Planner(store).materialise({"ada": posts("09:00", "18:00", "21:00")}, NOON)
    assert times(store) == ["04 13:00", "04 21:00", "05 18:00", "05 21:00", "06 09:00"]


def test_a_post_that_chance_has_put_off_survives_an_edit_between_its_time_and_its_lateness(store: Store) -> None:
    planner = Planner(store)
    planner.materialise({"ada": posts("13:00", jitter=50 * MINUTE)}, NOON)
    (late, *_) = store.slots.upcoming()
    assert NOON + HOUR + MINUTE < late.due_at < NOON + 2 * HOUR
    done = planner.materialise({"ada": posts("13:00", "20:00", jitter=50 * MINUTE)}, NOON + HOUR + MINUTE)
    assert done.withdrawn == 0
    assert store.slots.get(late.number) == late


def test_a_lateness_by_chance_is_the_same_after_a_restart(store: Store) -> None:
    accounts = {name: posts("13:00", jitter=10 * MINUTE) for name in ("ada", "bob")}
    Planner(store).materialise(accounts, NOON)
    before = store.slots.upcoming()
    assert before[0].due_at != before[1].due_at
    store.slots.forget(["ada", "bob"], NOON)
    Planner(store).materialise(accounts, NOON)
    assert [(slot.account, slot.due_at) for slot in store.slots.upcoming()] == [
        (slot.account, slot.due_at) for slot in before
    ]


def test_accounts_that_are_gone_lose_what_is_to_come_and_others_do_not(store: Store) -> None:
    planner = Planner(store)
    planner.materialise({"ada": posts("09:00"), "bob": posts("09:00")}, NOON)
    assert planner.forget_others({"bob"}, NOON) == 2
    assert planner.forget_others({"bob"}, NOON) == 0
    assert {slot.account for slot in store.slots.upcoming()} == {"bob"}
    # back again, it begins anew
    assert planner.materialise({"ada": posts("09:00"), "bob": posts("09:00")}, NOON).made == 2


def test_many_accounts_are_planned_some_at_a_time_those_first_that_need_it_most(store: Store) -> None:
    planner = Planner(store)
    old = {f"old{number}": posts("every 12h") for number in range(3)}
    planner.materialise(old, NOON)
    both = old | {f"new{number}": posts("every 12h") for number in range(3)}
    now = NOON + HORIZON - HOUR
    done = planner.materialise(both, now, most=4)
    assert (done.made, done.behind) == (3 * 4 + 3, 2)
    assert {slot.account for slot in store.slots.upcoming(limit=100)} == set(both)
    assert (planner.materialise(both, now, most=4).behind, planner.materialise(both, now).made) == (0, 0)


def test_a_clock_that_is_set_back_repeats_nothing(store: Store) -> None:
    accounts = {"ada": posts("every 1h", "11:30")}
    planner = Planner(store)
    with time_machine.travel(NOON - 5 * HOUR, tick=False) as clock:
        planner.materialise(accounts, datetime.now(UTC))
        clock.shift(5 * HOUR)
        done = store.slots.due(datetime.now(UTC))
        assert len(done) == 6
        assert all(store.slots.fill(slot.number, datetime.now(UTC)) for slot in done)
        clock.shift(-3 * HOUR)
        for _ in range(6):
            planner.materialise(accounts, datetime.now(UTC))
            assert store.slots.due(datetime.now(UTC)) == []
            clock.shift(HOUR / 2)
    assert {store.slots.get(slot.number).state for slot in done} == {SlotState.FILLED}


def test_a_clock_that_was_a_month_ahead_leaves_no_gap(store: Store) -> None:
    accounts = {"ada": posts("09:00")}
    planner = Planner(store)
    planner.materialise(accounts, NOON)
    planner.materialise(accounts, NOON + 30 * DAY)
    planner.materialise(accounts, NOON + DAY)
    planner.materialise(accounts, NOON + 2 * DAY + HOUR)
    this_week = [slot.due_at for slot in store.slots.upcoming() if slot.due_at < NOON + 4 * DAY]
    assert [f"{at:%d}" for at in this_week] == ["05", "06", "07", "08"]


@pytest.mark.parametrize(
    ("zone", "night", "expected"),
    [
        ("Europe/Berlin", "2026-03-29", "01:00"),
        ("Europe/Berlin", "2026-10-25", "00:30"),
        ("America/New_York", "2026-03-08", "07:00"),
        ("Australia/Lord_Howe", "2026-10-04", "15:30"),
    ],
)
def test_a_post_in_a_night_on_which_clocks_change_is_made_once_however_often_it_is_planned(
    store: Store, zone: str, night: str, expected: str
) -> None:
    hour = "02:10" if "Howe" in zone else "02:30"
    local = datetime.fromisoformat(f"{night}T00:00").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for minutes in range(0, 8 * 60, 20):
        Planner(store, horizon=2 * HOUR).materialise({"ada": posts(hour, zone=zone)}, local + minutes * MINUTE)
    assert [text[3:] for text in times(store)] == [expected]


PLAN = """
import sys
from datetime import datetime, timedelta
from test_accounts import ACCOUNTS
from tweetgen.pipeline.slots import Planner
from tweetgen.store import Store
start = datetime.fromisoformat(sys.argv[2])
with Store.open(sys.argv[1]) as store:
    planner = Planner(store)
    for hours in range(0, 72, 6):
        planner.materialise(ACCOUNTS, start + timedelta(hours=hours), most=7)
"""
ACCOUNTS = """
from types import SimpleNamespace
from tweetgen.settings import Schedule
SCHEDULE = Schedule(post=("every 1h", "09:30"), collect=("every 6h",))
ACCOUNTS = {f"a{number}": SimpleNamespace(schedule=SCHEDULE, timezone="UTC") for number in range(20)}
"""


def test_processes_that_plan_at_the_same_moment_make_each_slot_once(store: Store, url: str, tmp_path: Path) -> None:
    (tmp_path / "test_accounts.py").write_text(ACCOUNTS)
    arguments = [sys.executable, "-c", PLAN, url, NOON.isoformat()]
    running = [subprocess.Popen(arguments, cwd=tmp_path) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    found = store.slots.upcoming(limit=10_000)
    assert len(found) == len({(slot.account, slot.step, slot.key) for slot in found})
    for name, (_, until) in store.slots.plans().items():
        ours = [slot.due_at for slot in found if (slot.account, slot.step) == (name, "post")]
        hourly = [at for at in ours if at.minute == 0]
        assert hourly == [hourly[0] + count * HOUR for count in range(len(hourly))]
        assert hourly[-1] == until


def test_a_planner_notices_settings_that_were_read_again(store: Store) -> None:
    planner, account = Planner(store), posts("09:00")
    planner.materialise({"ada": account}, NOON)
    assert planner.materialise({"ada": replace(account)}, NOON).made == 0
    assert planner.materialise({"ada": replace(account, timezone="Asia/Tokyo")}, NOON).withdrawn == 2
