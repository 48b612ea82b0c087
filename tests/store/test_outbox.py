"""The outbox: claimed once, settled by the attempt that knows, never out of state; on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert, text

from tweetgen.domain import (
    Action,
    Receipt,
    ReviewState,
    SendState,
    Slot,
    SlotState,
)
from tweetgen.errors import Conflict, InputError
from tweetgen.store import Store
from tweetgen.store.outbox_row import Ending, OutboxRow, Sent
from tweetgen.store.tables import outbox, slots

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LEASE = 2 * MINUTE
MAIN = ("keeper", "main")
KEYLESS, KEYED = {MAIN: False}, {MAIN: True}
Approve = Callable[..., int]
Place = Callable[..., OutboxRow]


def slot(store: Store) -> Slot:
    return store.slots.book("keeper", "post", NOON, NOON)


def slot_state(store: Store, number: int) -> str:
    with store._engine.connect() as connection:
        return str(connection.execute(slots.select().where(slots.c.number == number)).one().state)


# ── in ──


def test_placing_takes_the_oldest_approved_and_fills_the_slot(store: Store, approve: Approve) -> None:
    first, _ = approve(store, "fog"), approve(store, "tide")
    due = slot(store)
    rows = store.outbox.place("keeper", due, ["main", "other"], NOON)
    assert [(row.destination, row.text, row.candidate, row.slot) for row in rows] == [
        ("main", "fog", first, due.number),
        ("other", "fog", first, due.number),
    ]
    assert {row.state for row in rows} == {SendState.READY}
    assert len({row.key for row in rows}) == 2
    assert store.candidates.get(first).state is ReviewState.PLACED
    assert slot_state(store, due.number) == SlotState.FILLED
    assert store.candidates.decisions("keeper")[0].action is Action.PLACE


def test_a_text_scheduled_for_a_moment_goes_first_once_that_has_come(store: Store, approve: Approve) -> None:
    approve(store, "fog")
    approve(store, "tide", scheduled_for=NOON + HOUR)
    assert store.outbox.place("keeper", slot(store), ["main"], NOON)[0].text == "fog"
    assert store.outbox.place("keeper", slot(store), ["main"], NOON) == []
    assert store.outbox.place("keeper", slot(store), ["main"], NOON + HOUR)[0].text == "tide"


def test_a_slot_is_filled_once_and_a_text_is_taken_once(store: Store, approve: Approve) -> None:
    approve(store, "fog")
    due = slot(store)
    assert len(store.outbox.place("keeper", due, ["main"], NOON)) == 1
    approve(store, "tide")
    assert store.outbox.place("keeper", due, ["main"], NOON) == []
    assert [row.text for row in store.outbox.list()] == ["fog"]


def test_nothing_is_placed_for_a_paused_account_nor_without_a_destination(store: Store, approve: Approve) -> None:
    approve(store, "fog")
    assert store.outbox.place("keeper", slot(store), [], NOON) == []
    store.accounts.pause("*", "ann", "storm", NOON)
    due = slot(store)
    assert store.outbox.place("keeper", due, ["main"], NOON) == []
    assert slot_state(store, due.number) == SlotState.OPEN


def test_a_text_changed_behind_our_back_is_passed_over_and_told(store: Store, approve: Approve) -> None:
    number = approve(store, "fog")
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE candidates SET text = 'frog'"))
    with pytest.raises(InputError, match=f"candidate {number}"):
        store.outbox.place("keeper", slot(store), ["main"], NOON)
    approve(store, "tide")
    assert store.outbox.place("keeper", slot(store), ["main"], NOON)[0].text == "tide"


# ── out ──


def test_a_claim_is_an_attempt_with_a_lease_and_nobody_else_gets_it(store: Store, place: Place) -> None:
    placed = place(store, "fog")
    (row,) = store.outbox.claim("me", NOON, LEASE, KEYLESS)
    assert row == store.outbox.get(placed.number)
    assert (row.state, row.owner, row.lease_until) == (SendState.SENDING, "me", NOON + LEASE)
    assert (row.attempts, row.fence, row.intent_at) == (1, 1, NOON)
    assert store.outbox.claim("you", NOON, LEASE, KEYLESS) == []


def test_one_keyless_row_or_several_keyed_ones_share_a_commit(store: Store, place: Place) -> None:
    for words in ("fog", "tide", "rope"):
        place(store, words)
    assert [row.text for row in store.outbox.claim("me", NOON, LEASE, KEYLESS)] == ["fog"]
    assert store.outbox.claim("me", NOON, LEASE, KEYLESS) == []  # one sender a destination
    store.outbox.settle(store.outbox.get(1), Ending(SendState.SENT), NOON)
    assert [row.text for row in store.outbox.claim("me", NOON, LEASE, KEYED, most=2)] == ["tide", "rope"]


def test_destinations_do_not_wait_for_each_other(store: Store, place: Place) -> None:
    place(store, "fog")
    place(store, "tide", destination="other")
    both = {MAIN: False, ("keeper", "other"): False}
    assert [row.text for row in store.outbox.claim("me", NOON, LEASE, both)] == ["fog"]
    assert [row.text for row in store.outbox.claim("me", NOON, LEASE, both)] == ["tide"]


@pytest.mark.parametrize("who", ["keeper", "*"])
def test_a_pause_holds_everything_back_until_it_ends(store: Store, place: Place, who: str) -> None:
    place(store, "fog")
    store.accounts.pause(who, "ann", "storm", NOON)
    assert store.outbox.claim("me", NOON, LEASE, KEYLESS) == []
    store.accounts.resume(who)
    assert len(store.outbox.claim("me", NOON, LEASE, KEYLESS)) == 1


def test_a_destination_that_waits_or_is_blocked_gets_nothing(store: Store, place: Place) -> None:
    place(store, "fog")
    store.channels.wait(*MAIN, NOON + MINUTE, "throttled")
    assert store.outbox.claim("me", NOON, LEASE, KEYLESS) == []
    store.channels.block(*MAIN, "login", NOON)
    assert store.outbox.claim("me", NOON + HOUR, LEASE, KEYLESS) == []
    store.channels.clear(*MAIN)
    assert len(store.outbox.claim("me", NOON, LEASE, KEYLESS)) == 1


def test_a_row_past_its_time_expires_instead_of_being_sent(store: Store, place: Place) -> None:
    row = place(store, "fog", expires_at=NOON + HOUR)
    assert store.outbox.claim("me", NOON + HOUR, LEASE, KEYLESS) == []
    assert store.outbox.get(row.number).state is SendState.EXPIRED


def test_an_unconfigured_destination_waits_and_says_why(store: Store, place: Place) -> None:
    row = place(store, "fog", destination="gone")
    place(store, "tide")
    assert [row.text for row in store.outbox.claim("me", NOON, LEASE, KEYLESS)] == ["tide"]
    assert "configuration" in store.outbox.get(row.number).error


def test_limits_put_off_all_that_waits_there_and_see_what_may_have_arrived(store: Store, place: Place) -> None:
    seen: list[list[Sent]] = []

    def allowed(row: OutboxRow, now: datetime, sent: object) -> datetime | None:
        seen.append(list(sent))  # type: ignore[call-overload]
        return None if not sent else now + HOUR

    for words in ("fog", "tide", "rope"):
        place(store, words)
    assert len(store.outbox.claim("me", NOON, LEASE, KEYED, allowed)) == 1
    assert seen[0] == []
    assert [row.not_before for row in store.outbox.list()] == [NOON + HOUR, NOON + HOUR, NOON]
    store.outbox.recover(NOON + LEASE)
    assert store.outbox.claim("me", NOON + HOUR, LEASE, KEYED, allowed) == []
    assert seen[-1] == [Sent("keeper", "main", NOON + LEASE)]


def test_a_part_of_a_thread_waits_for_the_part_before(store: Store, place: Place) -> None:
    row = place(store, "fog")
    with store._engine.begin() as connection:
        second = {"account": "keeper", "destination": "main", "candidate": row.candidate, "part": 1, "slot": row.slot}
        second |= {"key": "second", "text": "tide", "text_hash": "", "state": "ready"}
        connection.execute(insert(outbox).values(**second, not_before=NOON, created_at=NOON))
    (first,) = store.outbox.claim("me", NOON, LEASE, KEYED)
    store.outbox.settle(first, Ending(SendState.UNKNOWN), NOON)
    assert store.outbox.claim("me", NOON, LEASE, KEYED) == []
    store.outbox.settle(first, Ending(SendState.SENT, receipt=Receipt("7", "http://here/7")), NOON)
    (part,) = store.outbox.claim("me", NOON, LEASE, KEYED)
    assert store.outbox.part_before(part) == Receipt("7", "http://here/7")


def test_looking_at_what_is_due_changes_nothing(store: Store, place: Place) -> None:
    place(store, "fog", expires_at=NOON)
    place(store, "tide")
    place(store, "rope")
    before = store.outbox.list()
    assert [row.text for row in store.outbox.due(NOON, KEYLESS)] == ["tide"]
    assert store.outbox.list() == before


# ── what became of it ──


def test_a_receipt_is_kept_whole(store: Store, place: Place) -> None:
    place(store, "fog")
    (row,) = store.outbox.claim("me", NOON, LEASE, KEYLESS)
    receipt = Receipt("7\0", "http://here/7", {"rev": [1, None], "note": "a\0b"})
    assert store.outbox.settle(row, Ending(SendState.SENT, receipt=receipt), NOON + SECOND)
    kept = store.outbox.get(row.number)
    assert (kept.state, kept.sent_at, kept.owner, kept.lease_until) == (SendState.SENT, NOON + SECOND, None, None)
    assert kept.receipt == Receipt("7", "http://here/7", {"rev": [1, None], "note": "ab"})


def test_details_that_are_no_json_do_not_lose_the_receipt(store: Store, place: Place) -> None:
    place(store, "fog")
    (row,) = store.outbox.claim("me", NOON, LEASE, KEYLESS)
    nonsense = Receipt("7", details={"at": NOON})  # type: ignore[dict-item]
    assert store.outbox.settle(row, Ending(SendState.SENT, receipt=nonsense), NOON)
    assert store.outbox.get(row.number).receipt == Receipt("7")


def test_a_lease_past_becomes_unknown_and_never_ready(store: Store, place: Place) -> None:
    place(store, "fog")
    store.outbox.claim("me", NOON, LEASE, KEYLESS)
    assert store.outbox.recover(NOON + LEASE - SECOND) == 0
    assert store.outbox.recover(NOON + LEASE) == 1
    (row,) = store.outbox.unknown(NOON + LEASE)
    assert (row.state, row.unknown_at, row.checks) == (SendState.UNKNOWN, NOON + LEASE, 0)
    assert store.outbox.claim("me", NOON + HOUR, LEASE, KEYLESS) == []


def test_abandoning_concerns_ones_own_rows_alone(store: Store, place: Place) -> None:
    place(store, "fog")
    store.outbox.claim("me", NOON, LEASE, KEYLESS)
    assert store.outbox.abandon("you", NOON) == 0
    assert store.outbox.abandon("me", NOON) == 1


@pytest.mark.parametrize("late", [SendState.SENT, SendState.RETRY, SendState.FAILED])
def test_a_late_answer_of_the_same_attempt_is_believed(store: Store, place: Place, late: SendState) -> None:
    place(store, "fog")
    (row,) = store.outbox.claim("me", NOON, LEASE, KEYLESS)
    store.outbox.recover(NOON + LEASE)
    assert store.outbox.settle(row, Ending(late), NOON + HOUR)
    assert store.outbox.get(row.number).state is late


def test_an_answer_is_not_believed_once_a_later_attempt_was_begun(store: Store, place: Place) -> None:
    place(store, "fog")
    (first,) = store.outbox.claim("me", NOON, LEASE, KEYLESS)
    store.outbox.recover(NOON + LEASE)
    (lost,) = store.outbox.unknown(NOON + LEASE)
    assert store.outbox.resolve(lost, Ending(SendState.READY), NOON + LEASE)
    (second,) = store.outbox.claim("you", NOON + LEASE, LEASE, KEYLESS)
    assert (second.attempts, second.fence, second.intent_at) == (2, 2, NOON)
    for state in (SendState.SENT, SendState.RETRY, SendState.UNKNOWN):
        assert not store.outbox.settle(first, Ending(state), NOON + HOUR)
    assert store.outbox.get(first.number).owner == "you"


def test_only_a_receipt_changes_what_waits_for_a_person(store: Store, place: Place) -> None:
    place(store, "fog")
    (row,) = store.outbox.claim("me", NOON, LEASE, KEYLESS)
    store.outbox.recover(NOON + LEASE)
    store.outbox.resolve(store.outbox.unknown(NOON + LEASE)[0], Ending(SendState.NEEDS_HUMAN), NOON + LEASE)
    assert not store.outbox.settle(row, Ending(SendState.RETRY), NOON + HOUR)
    assert store.outbox.settle(row, Ending(SendState.SENT), NOON + HOUR)


def test_of_two_that_resolve_a_row_one_is_heard(store: Store, place: Place) -> None:
    place(store, "fog")
    store.outbox.claim("me", NOON, LEASE, KEYLESS)
    store.outbox.recover(NOON + LEASE)
    (row,) = store.outbox.unknown(NOON + LEASE)
    asked = Ending(SendState.UNKNOWN, "500", NOON + HOUR)
    assert store.outbox.resolve(row, asked, NOON + LEASE, checks=1)
    assert not store.outbox.resolve(row, asked, NOON + LEASE, checks=1)
    assert not store.outbox.resolve(row, Ending(SendState.READY), NOON + LEASE)
    (row,) = store.outbox.unknown(NOON + HOUR)
    assert (row.checks, row.error, row.unknown_at) == (1, "500", NOON + LEASE)


def test_an_attempt_that_does_not_count_is_not_counted(store: Store, place: Place) -> None:
    place(store, "fog")
    (row,) = store.outbox.claim("me", NOON, LEASE, KEYLESS)
    store.outbox.settle(row, Ending(SendState.RETRY, counted=False), NOON)
    assert store.outbox.get(row.number).attempts == 0
    assert store.outbox.claim("me", NOON, LEASE, KEYLESS)[0].fence == 2


# ── what a person may do ──


def test_a_person_may_retry_give_up_or_say_that_it_landed(store: Store, place: Place) -> None:
    row = place(store, "fog", expires_at=NOON + HOUR)
    store.outbox.claim("me", NOON, LEASE, KEYLESS)
    with pytest.raises(Conflict, match="sending"):
        store.outbox.retry(row.number, NOON)
    with pytest.raises(Conflict, match="sending"):
        store.outbox.give_up(row.number)
    with pytest.raises(Conflict, match="sending"):
        store.outbox.landed(row.number, NOON)
    store.outbox.recover(NOON + LEASE)
    assert store.outbox.give_up(row.number).state is SendState.CANCELLED
    again = store.outbox.retry(row.number, NOON + HOUR)
    assert (again.state, again.expires_at, again.not_before) == (SendState.READY, None, NOON + HOUR)
    with pytest.raises(Conflict, match="ready"):
        store.outbox.landed(row.number, NOON)
    store.outbox.give_up(row.number)
    landed = store.outbox.landed(row.number, NOON + HOUR, Receipt("7"))
    assert (landed.state, landed.remote_id, landed.sent_at) == (SendState.SENT, "7", NOON + HOUR)
    with pytest.raises(InputError, match="outbox 99"):
        store.outbox.retry(99, NOON)


def test_lists_and_counts(store: Store, place: Place) -> None:
    place(store, "fog")
    place(store, "tide", destination="other")
    place(store, "rope", account="bob")
    assert [row.text for row in store.outbox.list()] == ["rope", "tide", "fog"]
    assert [row.text for row in store.outbox.list("keeper", limit=1)] == ["tide"]
    assert [row.text for row in store.outbox.list(before=2)] == ["fog"]
    assert [row.text for row in store.outbox.list(destination="other", states=[SendState.READY])] == ["tide"]
    assert store.outbox.list(states=[SendState.SENT]) == []
    assert store.outbox.counts() == {("bob", SendState.READY): 1, ("keeper", SendState.READY): 2}


def test_what_may_be_on_its_way_is_committed_with_the_disk_waited_for(sqlite: str, approve: Approve) -> None:
    with Store.open(sqlite) as store:
        seen: list[int] = []

        @event.listens_for(store._engine, "commit")
        def look(connection: object) -> None:
            raw = connection.connection.driver_connection  # type: ignore[attr-defined]
            seen.append(raw.execute("PRAGMA synchronous").fetchone()[0])

        approve(store, "fog")
        due = slot(store)
        seen.clear()
        store.outbox.place("keeper", due, ["main"], NOON)
        (row,) = store.outbox.claim("me", NOON, LEASE, KEYLESS)
        store.outbox.settle(row, Ending(SendState.SENT), NOON)
        assert seen == [2, 2, 2]  # FULL
