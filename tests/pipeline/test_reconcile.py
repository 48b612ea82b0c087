"""What became of a text whose sending was cut off: asked in time, sent again only when that is safe."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen import domain
from tweetgen.domain import Outgoing, Receipt, SendState
from tweetgen.errors import ReauthRequired, Throttled
from tweetgen.pipeline.delivery import Channel
from tweetgen.pipeline.dispatch import Timing
from tweetgen.pipeline.reconcile import BOUNDARIES, Reconciler
from tweetgen.settings import OnUnknown
from tweetgen.store import Store
from tweetgen.store.outbox_row import Ending, OutboxRow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
MAIN = ("keeper", "main")


class Wall:
    """A destination that is asked what it has; answers in turn, None where none is left."""

    def __init__(self, *answers: object, keyed: bool = False) -> None:
        self.keyed, self.settle = keyed, 15 * MINUTE
        self.answers = list(answers)
        self.asked: list[Outgoing] = []

    def publish(self, outgoing: Outgoing) -> Receipt:
        raise AssertionError("a reconciler sends nothing itself")

    def find(self, outgoing: Outgoing) -> Receipt | None:
        self.asked.append(outgoing)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[return-value]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, place: Callable[..., OutboxRow]) -> Iterator[Store]:
    """One row, of unknown outcome since noon."""
    with Store.open(f"sqlite:///{tmp_path / 'tweetgen.db'}") as opened:
        place(opened, "fog")
        (row,) = opened.outbox.claim("me", NOON, MINUTE, {MAIN: False})
        opened.outbox.settle(row, Ending(SendState.UNKNOWN, "500"), NOON)
        yield opened


@pytest.fixture
def events() -> list[domain.Event]:
    return []


Make = Callable[..., Reconciler]


@pytest.fixture
def make(store: Store, clock: Clock, events: list[domain.Event]) -> Make:
    def reconciler(
        wall: Wall,
        on_unknown: OnUnknown = "reconcile",
        attempts: int = 3,
        boundary: Callable[[str], None] = lambda name: None,
    ) -> Reconciler:
        channel = Channel("keeper", "main", wall, on_unknown, wall.settle, attempts)
        chance = random.Random(1)
        return Reconciler(store, {MAIN: channel}, Timing(clock), chance, tell=events.append, boundary=boundary)

    return reconciler


def only(store: Store) -> OutboxRow:
    (row,) = store.outbox.list()
    return row


def test_it_is_asked_now_and_then_until_it_has_settled_and_then_sent_once_more(
    store: Store, make: Make, clock: Clock
) -> None:
    wall = Wall()
    reconciler = make(wall)
    asked = []
    while (row := only(store)).state is SendState.UNKNOWN:
        clock.at = max(NOON, row.not_before - SECOND)
        assert reconciler.run() == (row.not_before == NOON)
        clock.at = row.not_before
        assert reconciler.run() == (row.not_before > NOON)
        asked.append(clock.at - NOON)
    assert asked == [0 * SECOND, 10 * SECOND, 60 * SECOND, 5 * MINUTE, 15 * MINUTE]
    assert (row.state, row.attempts, row.unknown_at) == (SendState.READY, 1, NOON)
    assert wall.asked[0] == Outgoing("keeper", "fog", row.key, NOON, 1)


def test_after_a_long_absence_two_answers_are_still_needed(store: Store, make: Make, clock: Clock) -> None:
    reconciler = make(Wall())
    clock.at += HOUR
    reconciler.run()
    assert only(store).state is SendState.UNKNOWN
    assert reconciler.run() == 0
    clock.at += 10 * SECOND
    reconciler.run()
    assert only(store).state is SendState.READY


def test_found_is_sent(store: Store, make: Make, events: list[domain.Event]) -> None:
    make(Wall(Receipt("7"))).run()
    assert (only(store).state, only(store).receipt) == (SendState.SENT, Receipt("7"))
    assert events == []


@pytest.mark.parametrize("keyed", [False, True])
def test_hold_waits_for_a_person_and_asks_nobody(
    store: Store, make: Make, events: list[domain.Event], keyed: bool
) -> None:
    wall = Wall(Receipt("7"), keyed=keyed)
    make(wall, "hold").run()
    assert (wall.asked, only(store).state) == ([], SendState.NEEDS_HUMAN)
    assert [(event.kind, event.severity) for event in events] == [("unknown", domain.Severity.ACTION)]


@pytest.mark.parametrize(("on_unknown", "keyed"), [("resend", False), ("reconcile", True)])
def test_with_a_key_or_by_choice_it_is_sent_again_without_asking(
    store: Store, make: Make, on_unknown: OnUnknown, keyed: bool
) -> None:
    wall = Wall(keyed=keyed)
    make(wall, on_unknown).run()
    assert (wall.asked, only(store).state) == ([], SendState.READY)
    assert NOON <= only(store).not_before <= NOON + MINUTE


def test_a_destination_that_cannot_be_asked_leaves_it_to_a_person(store: Store, make: Make) -> None:
    make(Wall(NotImplementedError())).run()
    assert only(store).state is SendState.NEEDS_HUMAN


@pytest.mark.parametrize(
    "trouble",
    [OSError("no route"), {"id": 7}, Throttled("slowly"), Throttled("slowly", NOON + MINUTE), SystemExit(1)],
)
def test_no_answer_is_not_a_negative_one(store: Store, make: Make, clock: Clock, trouble: object) -> None:
    reconciler = make(Wall(trouble))
    clock.at += HOUR
    reconciler.run()
    assert (only(store).state, only(store).checks) == (SendState.UNKNOWN, 0)
    assert only(store).not_before in (clock.at, clock.at + MINUTE)


def test_a_login_to_renew_blocks_the_destination(store: Store, make: Make) -> None:
    make(Wall(ReauthRequired("revoked"))).run()
    assert only(store).state is SendState.UNKNOWN
    assert not store.channels.get(*MAIN).is_open(NOON)


def test_when_the_attempts_are_used_up_it_is_a_dead_letter(store: Store, make: Make, clock: Clock) -> None:
    reconciler = make(Wall(), attempts=1)
    clock.at += HOUR
    reconciler.run()
    clock.at += MINUTE
    reconciler.run()
    assert only(store).state is SendState.FAILED
    assert "none of which arrived" in only(store).error


@pytest.mark.parametrize(("on_unknown", "keyed"), [("resend", False), ("reconcile", True)])
def test_used_up_and_still_unknown_is_for_a_person(
    store: Store, make: Make, on_unknown: OnUnknown, keyed: bool
) -> None:
    make(Wall(keyed=keyed), on_unknown, attempts=1).run()
    assert only(store).state is SendState.NEEDS_HUMAN


def test_an_answer_that_comes_too_late_changes_nothing(store: Store, make: Make, clock: Clock) -> None:
    class Landing(Wall):
        def find(self, outgoing: Outgoing) -> None:
            store.outbox.landed(1, NOON, Receipt("seen"))

    make(Landing()).run()
    assert only(store).receipt == Receipt("seen")


def test_a_dead_senders_row_is_taken_in(store: Store, make: Make, clock: Clock) -> None:
    store.outbox.retry(1, NOON)
    store.outbox.claim("dead", NOON, MINUTE, {MAIN: False})
    wall = Wall()
    clock.at += MINUTE
    make(wall).run()
    row = only(store)
    assert (row.state, row.unknown_at, row.checks, len(wall.asked)) == (SendState.UNKNOWN, clock.at, 1, 1)


def test_every_boundary_is_passed_in_order(make: Make) -> None:
    passed: list[str] = []
    make(Wall(), boundary=passed.append).run()
    assert tuple(passed) == BOUNDARIES


def test_without_its_destination_in_the_configuration_it_waits(store: Store, make: Make) -> None:
    reconciler = make(Wall())
    reconciler.channels = {}
    reconciler.run()
    assert (only(store).state, only(store).not_before) == (SendState.UNKNOWN, NOON + MINUTE)
