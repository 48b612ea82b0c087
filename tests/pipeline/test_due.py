"""What becomes of due slots: filled, waiting, or missed with a reason."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen.domain import Slot, SlotState
from tweetgen.errors import InputError, StoreError
from tweetgen.pipeline.due import GRACE, Filled, fill
from tweetgen.settings import Limits, Schedule
from tweetgen.store import Store

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Approve = Callable[..., int]


@dataclass(frozen=True)
class Account:
    schedule: Schedule = field(default_factory=Schedule)
    limits: Limits = field(default_factory=Limits)
    timezone: str = "UTC"


@dataclass
class Service:
    """Looks at due slots, with one account "ada", and places what is approved."""

    store: Store
    account: Account = field(default_factory=Account)

    def look(self, now: datetime) -> Filled:
        return fill(self.store, {"ada": self.account}, lambda slot: self.place(slot, now), now)

    def place(self, slot: Slot, now: datetime) -> bool:
        return bool(self.store.outbox.place(slot.account, slot, ["main"], now))

    def book(self, *times: datetime) -> list[int]:
        return [self.store.slots.book("ada", "post", at, NOON - DAY).number for at in times]

    def told(self, numbers: list[int]) -> list[str]:
        """Of each slot its state, with the reason if it has one."""
        slots = [self.store.slots.get(number) for number in numbers]
        return [f"{slot.state}: {slot.reason}" if slot.reason else str(slot.state) for slot in slots]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Store.open(f"sqlite:///{tmp_path / 'tweetgen.db'}") as store:
        yield Service(store)


def schedule(catch_up: str = "one", late: timedelta = 2 * HOUR) -> Account:
    return Account(Schedule(catch_up=catch_up, late=late))  # type: ignore[arg-type]


@pytest.fixture
def texts(service: Service, approve: Approve) -> None:
    for number in range(10):
        approve(service.store, f"text {number}", "ada", NOON - DAY)


def test_nothing_due_is_nothing_to_do(service: Service) -> None:
    service.book(NOON + MINUTE)
    assert service.look(NOON) == Filled()


@pytest.mark.usefixtures("texts")
def test_a_due_slot_takes_an_approved_text(service: Service) -> None:
    numbers = service.book(NOON, NOON + HOUR)
    assert service.look(NOON) == Filled(filled=1)
    assert service.told(numbers) == ["filled", "open"]
    assert service.look(NOON) == Filled()


def test_without_a_text_it_waits_and_takes_one_that_comes_in_time(service: Service, approve: Approve) -> None:
    numbers = service.book(NOON)
    assert service.look(NOON) == Filled(waiting=1)
    assert service.told(numbers) == ["open: no approved text"]
    assert service.look(NOON + timedelta(seconds=1)) == Filled()  # it is not looked at every second
    approve(service.store, "fog", "ada", NOON + HOUR)
    assert service.look(NOON + HOUR) == Filled(filled=1)
    assert service.told(numbers) == ["filled"]


def test_without_a_text_it_is_missed_in_the_end(service: Service) -> None:
    numbers = service.book(NOON)
    service.look(NOON)
    assert service.look(NOON + 2 * HOUR) == Filled(waiting=1)
    assert service.look(NOON + 2 * HOUR + MINUTE) == Filled(missed=1)
    assert service.told(numbers) == ["missed: no approved text"]


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize("whom", ["ada", "*"])
def test_while_paused_it_waits_and_says_so(service: Service, whom: str) -> None:
    numbers = service.book(NOON, NOON + 3 * HOUR)
    service.store.accounts.pause(whom, "ann", "too loud", NOON)
    assert service.look(NOON) == Filled(waiting=1)
    assert service.look(NOON + 3 * HOUR) == Filled(waiting=1, missed=1)
    service.store.accounts.resume(whom)
    assert service.look(NOON + 3 * HOUR + MINUTE) == Filled(filled=1)
    assert service.told(numbers) == ["missed: paused", "filled"]


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize("whom", ["ada", "*"])
def test_after_a_pause_it_is_looked_at_at_once_and_sent_before_the_next(service: Service, whom: str) -> None:
    numbers = service.book(NOON, NOON + MINUTE)
    service.store.accounts.pause(whom, "ann", "too loud", NOON)
    service.look(NOON + timedelta(seconds=40))
    service.store.accounts.resume(whom)
    assert service.look(NOON + timedelta(seconds=41)) == Filled(filled=1)
    assert service.told(numbers) == ["filled", "open"]
    assert service.look(NOON + MINUTE) == Filled(filled=1)


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [("one", ["missed: paused", "missed: paused", "filled"]), ("all", ["filled", "filled", "filled"])],
)
def test_what_a_short_pause_held_comes_in_no_burst_unless_all_is_to_be_made_up_for(
    service: Service, catch_up: str, expected: list[str]
) -> None:
    service.account = schedule(catch_up)
    numbers = service.book(*(NOON + minute * MINUTE for minute in range(3)))
    service.store.accounts.pause("ada", "ann", "too loud", NOON)
    for minute in range(3):
        service.look(NOON + minute * MINUTE)
    service.store.accounts.resume("ada")
    service.look(NOON + 2 * MINUTE)
    assert service.told(numbers) == expected


@pytest.mark.usefixtures("texts")
def test_what_a_pause_held_keeps_the_gap(service: Service) -> None:
    service.account = Account(Schedule(catch_up="all", late=2 * HOUR), Limits(gap=10 * MINUTE))
    numbers = service.book(NOON, NOON + MINUTE)
    service.store.accounts.pause("ada", "ann", "too loud", NOON)
    service.look(NOON + MINUTE)
    service.store.accounts.resume("ada")
    service.look(NOON + MINUTE)
    assert service.told(numbers) == ["filled", "open: gap of 10m"]


DOWNTIME = [NOON - 3 * HOUR, NOON - HOUR, NOON - 30 * MINUTE, NOON - MINUTE]
MISSED = "missed: service was not running"


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [
        ("skip", [MISSED, MISSED, MISSED, "filled"]),
        ("one", [MISSED, MISSED, MISSED, "filled"]),
        ("all", [MISSED, "filled", "filled", "filled"]),
    ],
)
def test_after_a_downtime_none_one_or_all_are_made_up_for(service: Service, catch_up: str, expected: list[str]) -> None:
    service.account = schedule(catch_up)
    numbers = service.book(*DOWNTIME)
    service.look(NOON)
    assert service.told(numbers) == expected


@pytest.mark.usefixtures("texts")
def test_skip_makes_up_for_nothing_and_one_for_the_newest_that_is_not_too_late(service: Service) -> None:
    service.account = schedule("skip")
    skipped = service.book(*DOWNTIME[:3])
    service.look(NOON)
    assert service.told(skipped) == [MISSED] * 3
    service.account = schedule("one")
    made_up = service.book(*DOWNTIME[:3])
    service.look(NOON)
    assert service.told(made_up) == [MISSED, MISSED, "filled"]


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize("catch_up", ["skip", "one", "all"])
def test_two_slots_of_the_same_minute_are_both_filled(service: Service, catch_up: str) -> None:
    service.account = schedule(catch_up)
    numbers = service.book(NOON, NOON)
    assert service.look(NOON + GRACE) == Filled(filled=2)
    assert service.told(numbers) == ["filled", "filled"]


def test_texts_that_come_late_do_not_come_out_in_a_burst(service: Service, approve: Approve) -> None:
    numbers = service.book(NOON, NOON + 20 * MINUTE, NOON + 40 * MINUTE)
    for minute in range(41):
        service.look(NOON + minute * MINUTE)
    for text in ("fog", "tide", "rope"):
        approve(service.store, text, "ada", NOON)
    service.look(NOON + 42 * MINUTE)
    assert service.told(numbers) == ["missed: no approved text", "missed: no approved text", "filled"]


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("limits", "waits", "told"),
    [
        (Limits(gap=30 * MINUTE), 20 * MINUTE, "gap of 30m"),
        (Limits(per_hour=1), 50 * MINUTE, "limit per hour reached"),
    ],
)
def test_a_limit_lets_it_wait_until_its_time_has_come(
    service: Service, limits: Limits, waits: timedelta, told: str
) -> None:
    service.account = Account(limits=limits)
    numbers = service.book(NOON, NOON + 10 * MINUTE)
    service.look(NOON)
    assert service.look(NOON + 10 * MINUTE) == Filled(waiting=1)
    assert service.told(numbers) == ["filled", f"open: {told}"]
    assert service.look(NOON + 10 * MINUTE + waits - MINUTE) == Filled()
    assert service.look(NOON + 10 * MINUTE + waits) == Filled(filled=1)


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(per_day=1), "missed: limit per day reached"),
        (Limits(quiet=("12:01-20:00",)), "missed: quiet hours"),
        (Limits(gap=5 * HOUR), "missed: gap of 5h"),
    ],
)
def test_a_limit_that_lasts_too_long_is_told_at_once(service: Service, limits: Limits, told: str) -> None:
    service.account = Account(limits=limits)
    numbers = service.book(NOON, NOON + 10 * MINUTE)
    service.look(NOON)
    assert service.look(NOON + 10 * MINUTE) == Filled(missed=1)
    assert service.told(numbers) == ["filled", told]


@pytest.mark.usefixtures("texts")
def test_limits_count_slots_that_are_filled_in_the_same_look(service: Service) -> None:
    service.account = Account(Schedule(catch_up="all"), Limits(gap=10 * MINUTE))
    numbers = service.book(NOON - 2 * MINUTE, NOON - MINUTE, NOON)
    assert service.look(NOON) == Filled(filled=1, waiting=2)
    service.look(NOON + 10 * MINUTE)
    service.look(NOON + 20 * MINUTE)
    assert service.told(numbers) == ["filled"] * 3


@pytest.mark.usefixtures("texts")
def test_days_of_a_limit_are_those_of_the_account(service: Service) -> None:
    service.account = Account(limits=Limits(per_day=1), timezone="Pacific/Auckland")
    # 12:00 UTC is the midnight of a new day there
    numbers = service.book(NOON - MINUTE, NOON)
    service.look(NOON - MINUTE)
    service.look(NOON)
    assert service.told(numbers) == ["filled", "filled"]


def test_slots_of_an_account_without_a_file_are_closed_unless_only_some_accounts_are_served(service: Service) -> None:
    gone = service.store.slots.book("gone", "post", NOON, NOON).number
    accounts = {"ada": service.account}
    assert fill(service.store, accounts, lambda _: True, NOON, chosen=["ada"]) == Filled()
    assert fill(service.store, accounts, lambda _: True, NOON) == Filled(missed=1)
    assert service.told([gone]) == ["missed: the account is gone"]


@pytest.mark.usefixtures("texts")
def test_an_error_of_one_account_is_its_reason_to_wait_and_does_not_stop_the_others(
    service: Service, approve: Approve
) -> None:
    approve(service.store, "fog", "bob", NOON)
    (broken,) = service.book(NOON)
    sound = service.store.slots.book("bob", "post", NOON, NOON).number

    def place(slot: Slot) -> bool:
        if slot.account == "ada":
            raise InputError("destination webhook", "no url", "give it one")
        return service.place(slot, NOON)

    accounts = {"ada": Account(), "bob": Account()}
    assert fill(service.store, accounts, place, NOON) == Filled(filled=1, waiting=1)
    assert service.told([broken, sound]) == ["open: destination webhook: no url; give it one", "filled"]


@pytest.mark.usefixtures("texts")
def test_an_error_of_the_store_is_nobodys_reason_to_wait(service: Service) -> None:
    service.book(NOON)

    def place(_: Slot) -> bool:
        raise StoreError("sqlite:///x", "the disk is full", "free some space")

    with pytest.raises(StoreError):
        fill(service.store, {"ada": Account()}, place, NOON)


@pytest.mark.usefixtures("texts")
def test_a_look_takes_only_so_many_and_the_next_takes_the_rest(service: Service) -> None:
    accounts = {name: Account() for name in ("ada", "bob", "cleo")}
    for name in accounts:
        service.store.slots.book(name, "post", NOON, NOON)
    done = [fill(service.store, accounts, lambda slot: service.place(slot, NOON), NOON, limit=2) for _ in range(3)]
    assert [one.filled + one.waiting for one in done] == [2, 1, 0]


@pytest.mark.usefixtures("texts")
def test_what_another_service_was_faster_to_fill_stays_filled(service: Service) -> None:
    (number,) = service.book(NOON)

    def place(slot: Slot) -> bool:
        assert service.place(slot, NOON)  # the other one
        return service.place(slot, NOON)

    fill(service.store, {"ada": Account()}, place, NOON)
    assert service.store.slots.get(number).state is SlotState.FILLED
    assert len(service.store.outbox.list()) == 1


FILL = """
import sys
from datetime import datetime
from types import SimpleNamespace
from tweetgen.pipeline.due import fill
from tweetgen.settings import Limits, Schedule
from tweetgen.store import Store
now = datetime.fromisoformat(sys.argv[2])
account = SimpleNamespace(schedule=Schedule(catch_up="all"), limits=Limits(), timezone="UTC")
with Store.open(sys.argv[1]) as store:
    place = lambda slot: bool(store.outbox.place(slot.account, slot, ["main"], now))
    while fill(store, {"ada": account}, place, now, limit=2).filled:
        pass
"""


@pytest.mark.usefixtures("texts")
def test_two_services_at_once_fill_each_slot_once(service: Service, tmp_path: Path) -> None:
    numbers = service.book(*(NOON - count * MINUTE for count in range(8)))
    url = f"sqlite:///{tmp_path / 'tweetgen.db'}"
    running = [subprocess.Popen([sys.executable, "-c", FILL, url, NOON.isoformat()]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert sorted(row.slot for row in service.store.outbox.list()) == numbers
    assert set(service.told(numbers)) == {"filled"}
