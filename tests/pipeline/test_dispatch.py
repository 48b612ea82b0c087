"""A text goes out once: what each answer means, what hangs, and what is never sent."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from tweetgen import domain
from tweetgen.domain import Outgoing, Receipt, SendState
from tweetgen.errors import Duplicate, NotSent, ReauthRequired, Refused, Throttled
from tweetgen.pipeline.delivery import Backoff, Channel, Judge
from tweetgen.pipeline.dispatch import BOUNDARIES, Dispatcher, Timing
from tweetgen.settings import OnUnknown
from tweetgen.store import Store
from tweetgen.store.outbox_row import OutboxRow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
MAIN = ("keeper", "main")
Place = Callable[..., OutboxRow]


class Wall:
    """A destination that does as it is told; what it got is written on it."""

    def __init__(self, *answers: object, keyed: bool = False) -> None:
        self.keyed, self.settle = keyed, 15 * MINUTE
        self.answers = list(answers)
        self.got: list[Outgoing] = []
        self.found: Receipt | None = None

    def publish(self, outgoing: Outgoing) -> Receipt:
        self.got.append(outgoing)
        answer = self.answers.pop(0) if self.answers else Receipt(str(len(self.got)))
        if isinstance(answer, BaseException):
            raise answer
        return answer() if callable(answer) else answer  # type: ignore[return-value]

    def find(self, outgoing: Outgoing) -> Receipt | None:
        return self.found


class Clock:
    """Stands still until it is moved; both clocks of `Timing`."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tweetgen.db'}") as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def events() -> list[domain.Event]:
    return []


Make = Callable[..., Dispatcher]


@pytest.fixture
def make(store: Store, clock: Clock, events: list[domain.Event]) -> Make:
    """A dispatcher to walls: `make(wall)` or `make(main=wall, other=wall)`."""

    def dispatcher(
        wall: Wall | None = None,
        *,
        owner: str = "me",
        limit: timedelta = 30 * SECOND,
        attempts: int = 3,
        on_unknown: OnUnknown = "reconcile",
        boundary: Callable[[str], None] = lambda name: None,
        **walls: Wall,
    ) -> Dispatcher:
        walls |= {"main": wall} if wall else {}
        made = [Channel("keeper", name, one, on_unknown, one.settle, attempts) for name, one in walls.items()]
        channels = {channel.key: channel for channel in made}
        judge = Judge(random.Random(1), Backoff(MINUTE, HOUR))
        timing = Timing(clock, limit, 90 * SECOND, clock.monotonic)
        return Dispatcher(store, owner, channels, timing, judge, tell=events.append, boundary=boundary)

    return dispatcher


def only(store: Store) -> OutboxRow:
    (row,) = store.outbox.list()
    return row


def test_a_text_is_sent_once_and_its_receipt_kept(store: Store, place: Place, make: Make) -> None:
    place(store, "fog")
    wall = Wall(Receipt("7", "http://here/7"))
    dispatcher = make(wall)
    assert (dispatcher.send_next(), dispatcher.send_next()) == (1, 0)
    row = only(store)
    assert (row.state, row.receipt) == (SendState.SENT, Receipt("7", "http://here/7"))
    assert wall.got == [Outgoing("keeper", "fog", row.key, NOON, 1)]


def test_each_destination_gets_it_whatever_the_others_do(store: Store, place: Place, make: Make) -> None:
    walls = {"main": Wall(Refused("no")), "other": Wall()}
    place(store, "fog")
    place(store, "fog", destination="other")
    assert make(**walls).drain(workers=2) == 2
    assert {row.destination: row.state for row in store.outbox.list()} == {
        "main": SendState.FAILED,
        "other": SendState.SENT,
    }


def test_the_row_is_on_disk_as_being_sent_before_anything_leaves(store: Store, place: Place, make: Make) -> None:
    place(store, "fog")
    seen = []
    make(Wall(lambda: seen.append(only(store)))).send_next()
    assert (seen[0].state, seen[0].attempts, seen[0].intent_at) == (SendState.SENDING, 1, NOON)


def test_every_boundary_is_passed_in_order(store: Store, place: Place, make: Make) -> None:
    place(store, "fog")
    passed: list[str] = []
    make(Wall(), boundary=passed.append).send_next()
    assert tuple(passed) == BOUNDARIES


# ── what each answer means ──


def test_what_was_not_sent_is_tried_again_later_until_the_attempts_are_used_up(
    store: Store, place: Place, make: Make, clock: Clock, events: list[domain.Event]
) -> None:
    place(store, "fog")
    wall = Wall(*[NotSent("no route")] * 3)
    dispatcher = make(wall)
    dispatcher.send_next()
    row = only(store)
    assert (row.state, row.error, row.attempts) == (SendState.RETRY, "no route", 1)
    assert NOON <= row.not_before <= NOON + MINUTE
    clock.at += MINUTE
    dispatcher.send_next()
    assert only(store).not_before <= clock.at + 2 * MINUTE
    clock.at += 2 * MINUTE
    dispatcher.send_next()
    assert (only(store).state, only(store).error) == (SendState.FAILED, "given up after 3 attempts: no route")
    assert [event.kind for event in events] == ["dead_letter"]
    assert [outgoing.attempt for outgoing in wall.got] == [1, 2, 3]
    assert len({(outgoing.key, outgoing.intent_at) for outgoing in wall.got}) == 1


def test_a_destination_that_asks_to_wait_gets_nothing_before_and_it_does_not_count(
    store: Store, place: Place, make: Make, clock: Clock
) -> None:
    place(store, "fog")
    place(store, "tide")
    wall = Wall(Throttled("too many", NOON + HOUR))
    dispatcher = make(wall, attempts=1)
    assert dispatcher.drain(workers=1) == 1
    clock.at += HOUR
    assert dispatcher.drain(workers=1) == 2
    assert [outgoing.attempt for outgoing in wall.got] == [1, 1, 1]


@pytest.mark.parametrize("until", [None, NOON - HOUR, datetime(2026, 3, 1, 14)])
def test_asked_to_wait_without_a_sensible_time_we_choose_one(
    store: Store, place: Place, make: Make, until: datetime | None
) -> None:
    place(store, "fog")
    dispatcher = make(Wall(Throttled("too many", until)))
    assert dispatcher.drain(workers=1) == 1
    assert NOON < only(store).not_before <= NOON + 3 * MINUTE


def test_a_login_to_renew_blocks_the_destination_and_tells_somebody(
    store: Store, place: Place, make: Make, clock: Clock, events: list[domain.Event]
) -> None:
    place(store, "fog")
    dispatcher = make(Wall(ReauthRequired("token revoked")), attempts=1)
    dispatcher.send_next()
    clock.at += HOUR
    assert dispatcher.send_next() == 0
    assert [(event.kind, event.severity, event.cause) for event in events] == [
        ("login", domain.Severity.ACTION, "login:keeper:main")
    ]
    store.channels.clear(*MAIN)
    dispatcher.send_next()
    assert only(store).state is SendState.SENT


def test_what_did_not_arrive_is_logged(
    store: Store, place: Place, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    place(store, "fog")
    make(Wall(NotSent("no such host"))).send_next()
    assert caplog.messages == ["outbox 1 to main of keeper: retry, no such host"]


def test_a_duplicate_on_a_first_attempt_is_refused(store: Store, place: Place, make: Make) -> None:
    place(store, "fog")
    make(Wall(Duplicate("said that already"))).send_next()
    assert (only(store).state, only(store).error) == (SendState.FAILED, "said that already")


@pytest.mark.parametrize("receipt", [Receipt("7"), None])
def test_a_duplicate_after_an_unknown_outcome_had_landed(
    store: Store, place: Place, make: Make, receipt: Receipt | None
) -> None:
    place(store, "fog")
    wall = Wall(OSError("reset"), Duplicate("said that already"))
    wall.found = receipt
    dispatcher = make(wall)
    dispatcher.send_next()
    store.outbox.retry(1, NOON)
    dispatcher.send_next()
    assert (only(store).state, only(store).receipt) == (SendState.SENT, receipt or Receipt())


@pytest.mark.parametrize(
    "answer", [OSError("reset"), RuntimeError(), SystemExit(1), lambda: None, lambda: {"id": 7}, lambda: 1 // 0]
)
def test_anything_else_is_unknown_and_not_sent_again(store: Store, place: Place, make: Make, answer: object) -> None:
    place(store, "fog")
    dispatcher = make(Wall(answer))
    assert dispatcher.drain(workers=1) == 1
    row = only(store)
    assert (row.state, row.unknown_at, row.not_before) == (SendState.UNKNOWN, NOON, NOON + 10 * SECOND)
    assert row.error


def test_what_follows_a_refusal_to_take_more_goes_back_untried(store: Store, place: Place, make: Make) -> None:
    for words in ("fog", "tide", "rope"):
        place(store, words)
    wall = Wall(Receipt("1"), Throttled("too many"), keyed=True)
    make(wall).drain(workers=1)
    assert [outgoing.text for outgoing in wall.got] == ["fog", "tide"]
    assert [(row.state, row.attempts) for row in store.outbox.list()] == [
        (SendState.RETRY, 0),
        (SendState.RETRY, 0),
        (SendState.SENT, 1),
    ]


def test_keyed_texts_share_a_commit_but_not_where_a_person_decides(store: Store, place: Place, make: Make) -> None:
    for words in ("fog", "tide", "rope"):
        place(store, words)
    assert make(Wall(keyed=True), on_unknown="hold").send_next() == 1
    assert make(Wall(keyed=True)).send_next() == 2


# ── what is never sent ──


def test_a_text_that_is_not_the_approved_one_is_never_sent(store: Store, place: Place, make: Make) -> None:
    place(store, "fog")
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET text = 'frog'"))
    wall = Wall()
    make(wall).send_next()
    assert wall.got == []
    assert (only(store).state, only(store).error) == (SendState.FAILED, "its text is not the one that was approved")


def test_without_time_left_in_the_lease_nothing_is_sent_and_nothing_counts(
    store: Store, place: Place, make: Make, clock: Clock
) -> None:
    place(store, "fog")

    def stopped(name: str) -> None:
        clock.at += 95 * SECOND if name == "send" else 0 * SECOND

    wall = Wall()
    dispatcher = make(wall, boundary=stopped)
    assert dispatcher.send_next() == 1
    assert (wall.got, only(store).state, only(store).attempts) == ([], SendState.RETRY, 0)


def test_a_preview_shows_what_would_be_sent_and_changes_nothing(store: Store, place: Place, make: Make) -> None:
    row = place(store, "fog")
    place(store, "tide")
    wall = Wall()
    assert make(wall).preview() == [Outgoing("keeper", "fog", row.key, NOON, 1)]
    assert (wall.got, {one.state for one in store.outbox.list()}) == ([], {SendState.READY})


def test_after_closing_nothing_is_sent(store: Store, place: Place, make: Make) -> None:
    place(store, "fog")
    dispatcher = make(Wall())
    dispatcher.close()
    assert dispatcher.send_next() == 0


# ── what hangs ──


class Hang:
    """Hangs until it is let go."""

    def __init__(self, answer: object = None) -> None:
        self.go, self.gone = Event(), Event()
        self.answer = answer

    def __call__(self) -> object:
        assert self.go.wait(60)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def wait_for(condition: Callable[[], bool]) -> None:
    """Until what another thread does is done."""
    for _ in range(6000):
        if condition():
            return
        Event().wait(0.01)
    pytest.fail("never came true")


MOMENT = timedelta(milliseconds=20)


def test_a_destination_that_hangs_waits_for_its_thread_and_its_late_receipt_counts(
    store: Store, place: Place, make: Make, clock: Clock
) -> None:
    place(store, "fog")
    place(store, "tide")
    hang = Hang(Receipt("7"))
    wall = Wall(hang)
    dispatcher = make(wall, limit=MOMENT)
    assert dispatcher.drain(workers=1) == 1
    assert store.outbox.get(1).state is SendState.UNKNOWN
    for _ in range(4):  # as long as it hangs, nothing is sent there and nobody asks
        clock.at += MINUTE
        assert (dispatcher.send_next(), make(Wall(), owner="you").send_next()) == (0, 0)
        assert store.outbox.unknown(clock.at) == []
    hang.go.set()
    wait_for(lambda: store.outbox.get(1).state is SendState.SENT)
    assert store.outbox.get(1).remote_id == "7"
    wait_for(lambda: dispatcher.send_next() == 1)
    assert [outgoing.text for outgoing in wall.got] == ["fog", "tide"]


def test_the_time_to_settle_begins_when_the_thread_has_ended(
    store: Store, place: Place, make: Make, clock: Clock
) -> None:
    place(store, "fog")
    hang = Hang(OSError("reset"))
    make(Wall(hang), limit=MOMENT).send_next()
    clock.at += HOUR
    hang.go.set()
    wait_for(lambda: only(store).unknown_at == NOON + HOUR)
    wait_for(lambda: store.channels.get(*MAIN).is_open(clock.at))
    assert only(store).not_before == NOON + HOUR + 10 * SECOND


def test_one_that_hangs_does_not_hold_up_the_others(store: Store, place: Place, make: Make) -> None:
    place(store, "fog")
    place(store, "tide", destination="other")
    hang = Hang(Receipt())
    dispatcher = make(main=Wall(hang, keyed=True), other=Wall(keyed=True), limit=MOMENT)
    dispatcher.drain(workers=1)
    assert {row.text: row.state for row in store.outbox.list()} == {"fog": SendState.UNKNOWN, "tide": SendState.SENT}
    hang.go.set()
    wait_for(lambda: store.outbox.get(1).state is SendState.SENT)


def test_keyed_rows_behind_one_that_hangs_go_back_unsent(store: Store, place: Place, make: Make) -> None:
    for words in ("fog", "tide"):
        place(store, words)
    hang = Hang(Receipt())
    wall = Wall(hang, keyed=True)
    make(wall, limit=MOMENT).send_next()
    assert [(row.state, row.attempts) for row in store.outbox.list()] == [(SendState.RETRY, 0), (SendState.UNKNOWN, 1)]
    hang.go.set()
    wait_for(lambda: store.outbox.get(1).state is SendState.SENT)
    assert len(wall.got) == 1


def test_what_is_being_sent_when_the_process_ends_is_unknown(store: Store, place: Place, make: Make) -> None:
    place(store, "fog")
    dispatchers: list[Dispatcher] = []
    wall = Wall(lambda: dispatchers[0].close() and None)
    dispatchers.append(make(wall))
    dispatchers[0].send_next()
    assert only(store).state is SendState.UNKNOWN
