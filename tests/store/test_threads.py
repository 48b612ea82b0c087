"""A text that its destination divides is a row a part, one after the other, and what was begun is not broken off."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tweetgen.domain import Receipt, SendState
from tweetgen.errors import Conflict
from tweetgen.store import Store, text_hash
from tweetgen.store.outbox_row import Ending, OutboxRow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MAIN = ("keeper", "main")
KEYLESS = {MAIN: False, ("keeper", "other"): False}


def split(destination: str, text: str) -> Sequence[str]:
    return text.split("|") if destination == "main" else [text]


@pytest.fixture
def thread(store: Store, approve: Callable[..., int]) -> list[OutboxRow]:
    """Three parts, and the whole elsewhere."""
    approve(store, "one|two|three")
    slot = store.slots.book("keeper", "post", NOON, NOON)
    return store.outbox.place("keeper", slot, ["main", "other"], NOON, NOON + MINUTE, split)


def send(store: Store, at: datetime, ending: Ending | None = None) -> list[str]:
    """Claim what is due at the main destination and let it end so; the texts."""
    rows = store.outbox.claim("me", at, MINUTE, {MAIN: False})
    for row in rows:
        store.outbox.settle(row, ending or Ending(SendState.SENT, receipt=Receipt(f"id of {row.text}")), at)
    return [row.text for row in rows]


def test_each_part_has_a_row_a_key_and_a_hash_of_its_own(thread: list[OutboxRow]) -> None:
    assert [(row.destination, row.part, row.text) for row in thread] == [
        ("main", 0, "one"),
        ("main", 1, "two"),
        ("main", 2, "three"),
        ("other", 0, "one|two|three"),
    ]
    assert len({row.key for row in thread}) == 4
    assert all(row.text_hash == text_hash(row.text) for row in thread)
    assert len({row.candidate for row in thread}) == 1


def test_parts_go_out_in_order_each_knowing_the_one_before(store: Store, thread: list[OutboxRow]) -> None:
    assert [send(store, NOON) for _ in range(4)] == [["one"], ["two"], ["three"], []]
    before = [store.outbox.part_before(row) for row in thread[:3]]
    assert [receipt and receipt.id for receipt in before] == [None, "id of one", "id of two"]


def test_a_part_whose_part_before_is_in_question_waits(store: Store, thread: list[OutboxRow]) -> None:
    send(store, NOON, Ending(SendState.UNKNOWN, "500"))
    assert send(store, NOON) == []
    store.outbox.landed(thread[0].number, NOON, Receipt("7"))
    assert send(store, NOON) == ["two"]


def test_what_was_begun_goes_on_after_its_time_and_past_limits(store: Store, thread: list[OutboxRow]) -> None:
    send(store, NOON)
    late = NOON + timedelta(hours=2)
    (row,) = store.outbox.claim("me", late, MINUTE, {MAIN: False}, lambda *_: late + timedelta(days=1))
    assert row.text == "two"


def test_a_thread_not_begun_expires_and_goes_on_once_somebody_wants_it(store: Store, thread: list[OutboxRow]) -> None:
    late = NOON + timedelta(hours=2)
    assert send(store, late) == []
    assert store.outbox.get(thread[0].number).state is SendState.EXPIRED
    store.outbox.retry(thread[0].number, late)
    assert [send(store, late) for _ in range(3)] == [["one"], ["two"], ["three"]]


def test_giving_up_a_part_gives_up_those_behind_it(store: Store, thread: list[OutboxRow]) -> None:
    send(store, NOON)
    store.outbox.give_up(thread[1].number)
    assert send(store, NOON) == []
    assert store.outbox.get(thread[2].number).state is SendState.CANCELLED
    assert store.outbox.get(thread[3].number).state is SendState.READY


def test_only_what_arrived_can_have_been_deleted(store: Store, thread: list[OutboxRow]) -> None:
    with pytest.raises(Conflict, match="it is ready"):
        store.outbox.deleted(thread[0].number)
    send(store, NOON)
    assert store.outbox.deleted(thread[0].number).state is SendState.DELETED
    with pytest.raises(Conflict, match="it is deleted"):
        store.outbox.deleted(thread[0].number)
