"""Pieces of work: what becomes of those that fail, and who hears of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import pytest

from tweetgen.errors import StoreError, TweetgenError
from tweetgen.service.metrics import Metrics
from tweetgen.service.redaction import Redactor
from tweetgen.service.telling import Teller
from tweetgen.service.work import TOLD_AFTER, Failed, Work
from tweetgen.store import Store


class Desk:
    """A worker, its store, and a clock that is set by hand."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.time = datetime(2026, 11, 1, tzinfo=UTC)
        self.teller = Teller(store, list, Redactor(), lambda: self.time)
        self.metrics = Metrics()
        self.work = self.worker()

    def worker(self) -> Work:
        return Work(self.store, "here:1", self.metrics, self.teller, Redactor(["hush-hush"]), lambda: self.time)

    def notices(self) -> list[str]:
        self.teller.work_off()
        return [notice.event.message for notice in self.store.notices.open()]

    def pass_time(self) -> None:
        self.time += timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
        yield Desk(store)


def fail() -> NoReturn:
    raise Failed("the file is gone")


def test_what_was_done_is_journalled_and_nothing_done_is_not(desk: Desk) -> None:
    assert desk.work.do("collect", "ada", lambda: "3 new posts")
    assert desk.work.do("collect", "bob", lambda: "")
    (entry,) = desk.store.journal.last()
    assert (entry.step, entry.account, entry.outcome, entry.detail) == ("collect", "ada", "ok", "3 new posts")


def test_long_work_is_seen_while_it_runs(desk: Desk) -> None:
    def look() -> str:
        assert [entry.outcome for entry in desk.store.journal.last()] == ["running"]
        return ""

    assert desk.work.do("train", "", look, long=True)
    assert [entry.outcome for entry in desk.store.journal.last()] == ["ok"]


def test_a_failure_stays_with_its_account(desk: Desk) -> None:
    assert not desk.work.do("collect", "ada", fail)
    assert desk.work.do("collect", "bob", lambda: "3 new posts")
    assert desk.work.failures == 1
    assert [(entry.account, entry.outcome) for entry in desk.store.journal.last()] == [("bob", "ok"), ("ada", "failed")]


def test_errors_of_plugins_are_named_and_our_own_are_not(desk: Desk) -> None:
    desk.work.do("review", "ada", fail)
    desk.work.do("review", "bob", lambda: str(1 / 0))
    assert [entry.detail for entry in desk.store.journal.last()] == [
        "ZeroDivisionError: division by zero",
        "the file is gone",
    ]


def test_what_failed_is_left_alone_for_longer_each_time(desk: Desk) -> None:
    calls = []

    def count() -> NoReturn:
        calls.append(desk.time)
        fail()

    for _ in range(600):
        desk.work.do("collect", "ada", count)
        desk.time += timedelta(seconds=1)
    gaps = [(later - earlier).seconds for earlier, later in pairwise(calls)]
    assert gaps == [2, 4, 8, 16, 32, 64, 120, 120, 120]


def test_who_fails_again_and_again_is_told_of_once_until_it_succeeds(desk: Desk) -> None:
    for _ in range(TOLD_AFTER - 1):
        desk.work.do("collect", "ada", fail)
        desk.pass_time()
    assert desk.notices() == []
    for _ in range(3):
        desk.work.do("collect", "ada", fail)
        desk.pass_time()
    assert desk.notices() == ["step collect of account 'ada' failed again and again: the file is gone"]
    desk.work.do("collect", "ada", lambda: "")
    assert desk.notices() == []


def test_failures_of_one_process_after_the_other_count_together(desk: Desk) -> None:
    for _ in range(TOLD_AFTER):
        desk.worker().do("collect", "ada", fail)
    assert len(desk.notices()) == 1


def test_work_goes_on_where_the_journal_cannot_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise StoreError("sqlite:///x.db", "the disk is full", "free some space")

    monkeypatch.setattr(desk.store.journal, "begin", refuse)
    done: list[str] = []

    def send() -> str:
        done.append("x")
        return "1 sent"

    assert desk.work.do("dispatch", "", send, long=True)
    assert done == ["x"]


def test_outcomes_are_counted(desk: Desk) -> None:
    desk.work.do("collect", "ada", fail)
    desk.work.do("collect", "bob", lambda: "x")
    exposed = desk.metrics.exposition().decode()
    assert 'tweetgen_steps_total{outcome="failed",step="collect"} 1.0' in exposed
    assert 'tweetgen_steps_total{outcome="ok",step="collect"} 1.0' in exposed


def test_the_journal_keeps_secrets(desk: Desk) -> None:
    def tell() -> NoReturn:
        raise Failed("login hush-hush refused")

    desk.work.do("review", "ada", tell)
    assert desk.store.journal.last()[0].detail == "login *** refused"


def test_a_plain_error_of_ours_without_words_still_says_something(desk: Desk) -> None:
    def mute() -> NoReturn:
        raise TweetgenError

    desk.work.do("collect", "ada", mute)
    assert desk.store.journal.last()[0].detail == "TweetgenError: "


def test_what_failed_in_another_process_is_over_once_it_succeeds_in_this_one(desk: Desk) -> None:
    for _ in range(TOLD_AFTER):
        desk.worker().do("destinations", "ada", fail)
    assert len(desk.notices()) == 1
    after = desk.worker()
    assert after.failed_last("destinations", "ada")
    after.do("destinations", "ada", lambda: "")
    assert desk.notices() == []
    assert not after.failed_last("destinations", "ada")
    assert desk.store.journal.last()[0].detail == "works again"
    after.do("destinations", "ada", lambda: "")
    assert len(desk.store.journal.last()) == TOLD_AFTER + 1


def test_the_log_names_a_step_and_whose_it_is(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    desk.work.do("plan", "", lambda: "10 slots made")
    desk.work.do("collect", "ada", fail)
    assert caplog.messages == ["plan: 10 slots made", "collect of ada: the file is gone"]
