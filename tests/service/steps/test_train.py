"""Trainings that are due."""

import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tweetgen.domain import SlotState
from tweetgen.service import training
from tweetgen.service.context import Context
from tweetgen.service.steps.train import train_due

if TYPE_CHECKING:
    from tests.service.conftest import Instance


def make_due(context: Context, account: str = "") -> int:
    now = datetime.now(UTC)
    return context.store.slots.book(account, "train", now, now).number


def run_instead(monkeypatch: pytest.MonkeyPatch, code: str) -> list[training.Order]:
    """Has `code` run in place of a training; what was ordered."""
    ordered: list[training.Order] = []

    def command(order: training.Order) -> list[str]:
        ordered.append(order)
        return [sys.executable, "-c", code]

    monkeypatch.setattr(training.Order, "command", command)
    return ordered


def test_what_is_due_is_trained_once(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered = run_instead(monkeypatch, "pass")
    number = make_due(context)
    train_due(context)
    train_due(context)
    assert [(order.model, order.authors) for order in ordered] == [("shared", None)]
    assert context.store.slots.get(number).state is SlotState.FILLED


def test_a_model_of_its_own_learns_the_voices_spoken_with_it(
    instance: "Instance", context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = run_instead(monkeypatch, "pass")
    instance.write("accounts/bob.yaml", instance.automatic.replace("voice: {Ada: 1}", "voice: {Bob: 1}\nmodel: own"))
    instance.write("accounts/eve.yaml", instance.automatic.replace("voice: {Ada: 1}", "voice: {Eve: 1}\nmodel: own"))
    context.use(context.app.reread())
    make_due(context, "bob")
    train_due(context)
    assert [(order.model, order.authors) for order in ordered] == [("own", ["Bob", "Eve"])]


def test_one_that_fails_is_told_of_and_waits_for_its_next_time(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = run_instead(monkeypatch, "print('no posts to learn from'); raise SystemExit(2)")
    number = make_due(context)
    train_due(context)
    train_due(context)
    assert len(ordered) == 1
    assert "no posts to learn from" in context.store.journal.last()[0].detail
    assert context.store.slots.get(number).state is SlotState.MISSED


def test_over_its_time_it_is_ended(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import time; print('slow', flush=True); time.sleep(60)")
    monkeypatch.setattr(training, "BESIDE", -600.0)
    make_due(context)
    train_due(context)
    assert "was stopped after" in context.store.journal.last()[0].detail


def test_never_two_at_once(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered = run_instead(monkeypatch, "pass")
    number, now = make_due(context), datetime.now(UTC)
    context.store.leases.take("train", "another daemon", now, now + timedelta(minutes=5))
    train_due(context)
    assert ordered == []
    context.store.leases.release("train", "another daemon")
    train_due(context)
    assert context.store.slots.get(number).state is SlotState.FILLED


def test_cut_off_by_the_end_of_the_service_it_stays_due(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import time; time.sleep(60)")
    number = make_due(context)
    threading.Timer(1, context.stopping.set).start()
    train_due(context)
    assert "because the service ends" in context.store.journal.last()[0].detail
    assert context.store.slots.get(number).state is SlotState.OPEN
    assert context.store.leases.holder("train", datetime.now(UTC)) is None


def test_nothing_is_trained_while_all_is_paused(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered = run_instead(monkeypatch, "pass")
    make_due(context)
    context.store.accounts.pause("*", "ann", "", datetime.now(UTC))
    train_due(context)
    assert ordered == []
