"""The sheet goes out, is filled in by any spreadsheet, and comes back whole, in half or twice."""

import csv
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tweetgen_plugins.review_sheet import SheetQueue

from tweetgen.domain import Action, Decision, Pending, ReviewState
from tweetgen.store import Store

Add = Callable[..., list[Pending]]


@dataclass
class Desk:
    """The sheet's folder, and a person at a spreadsheet."""

    host: Any
    take: Callable[..., Any]
    settings: dict[str, Any]

    @property
    def folder(self) -> Path:
        return Path(self.host.base) / "review" / "keeper"

    def queue(self) -> SheetQueue:
        """Anew each time, as after a restart."""
        return SheetQueue(SheetQueue.Settings(settle_seconds=0, **self.settings), self.host)

    def out(self) -> list[dict[str, str]]:
        """Put a sheet out and read it."""
        self.queue().submit([])
        return self.sheet()

    def sheet(self) -> list[dict[str, str]]:
        text = (self.folder / "sheet.csv").read_bytes().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def back(self, data: bytes, name: str = "filled.csv") -> list[str]:
        """Hand a file back and let it be taken; the verdicts, row by row."""
        path = self.folder / "back" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return self.gathered()

    def gathered(self) -> list[str]:
        queue = self.queue()
        before = set(self.folder.glob("done/*.verdicts.csv"))
        for _ in range(3):
            self.take(queue)
        (new,) = set(self.folder.glob("done/*.verdicts.csv")) - before
        rows = list(csv.DictReader(io.StringIO(new.read_bytes().decode("utf-8-sig"), newline="")))
        return [row["verdict"] for row in rows]


def written(rows: list[dict[str, str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """The rows as a spreadsheet saves them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def desk(host: Any, take: Callable[..., Any]) -> Desk:
    return Desk(host, take, {})


def states(store: Store) -> dict[str, str]:
    return {one.text: str(one.state) for one in map(store.candidates.get, range(1, 1 + _count(store)))}


def _count(store: Store) -> int:
    return sum(sum(found.values()) for found in store.candidates.counts().values())


ENCODINGS: list[tuple[str, str, str]] = [
    ("utf-8", ",", "\n"),
    ("utf-8-sig", ",", "\r\n"),
    ("utf-8-sig", ";", "\r\n"),
    ("utf-8", "\t", "\n"),
    ("utf-16", "\t", "\r\n"),
    ("utf-16-le", ";", "\n"),
    ("utf-16-be", ";", "\n"),
]


@pytest.mark.parametrize(("encoding", "delimiter", "end"), ENCODINGS)
def test_every_dialect_is_understood(
    desk: Desk, store: Store, add: Add, encoding: str, delimiter: str, end: str
) -> None:
    add("fog; “again”, 🌫", "two\nlines", "=1+1", "left", "rain")
    rows = desk.out()
    for row, decision in zip(rows, ("approve", " Approved ", "YES", "", "reject"), strict=True):
        row["decision"] = decision
    rows[4]["reason"] = "too wet"
    verdicts = desk.back(written(rows, delimiter, end).encode(encoding))
    assert verdicts == [*["done: is approved"] * 3, "left as it is", "done: is rejected"]
    assert states(store) == {
        "fog; “again”, 🌫": "approved",
        "two\nlines": "approved",
        "=1+1": "approved",
        "left": "pending",
        "rain": "rejected",
    }
    assert store.candidates.decisions(limit=1)[0].reason == "too wet"
    assert [row["text"] for row in desk.sheet()] == ["left"]


COMPUTED = ["=1+1", "+49 30", "-fog-", "@ada hello", "'=quoted", "\ttab", "007", "1/2", "3.5e10", "''-x", "＝1"]


def test_nothing_in_the_sheet_computes_and_all_comes_back_as_it_was(desk: Desk, store: Store, add: Add) -> None:
    texts = [*COMPUTED, "'twas foggy", "fog = grey", "5 boats"]
    add(*texts)
    rows = desk.out()
    for row, text in zip(rows, texts, strict=True):
        assert row["text"] == (f"'{text}" if text in COMPUTED else text)
        row["decision"] = "approve"
    assert desk.back(written(rows).encode()) == ["done: is approved"] * len(texts)
    assert {one.text for one in store.candidates.approved("keeper")} == set(texts)
    assert all(one.version == 2 for one in store.candidates.approved("keeper"))  # none was edited


def test_a_sheet_filled_in_where_it_lies_is_taken_and_never_overwritten(desk: Desk, store: Store, add: Add) -> None:
    add("fog")
    rows = desk.out()
    rows[0]["decision"] = "approve"
    (desk.folder / "sheet.csv").write_text(written(rows, ";"), "utf-8")
    add("mist")
    desk.queue().submit([])  # somebody's writing is in the way
    assert ";" in (desk.folder / "sheet.csv").read_text("utf-8")
    verdicts = desk.gathered()
    assert verdicts[0] == "done: is approved"
    assert "1 candidates wait that have no row here" in verdicts[1]
    assert [row["text"] for row in desk.sheet()] == ["mist"]


def test_a_sheet_handed_back_twice_is_harmless(desk: Desk, store: Store, add: Add) -> None:
    add("fog", "mist", "rain")
    rows = desk.out()
    rows[0]["decision"], rows[1]["decision"] = "approve", "reject"
    rows[2] |= {"decision": "approve", "text": "drizzle"}
    data = written(rows).encode()
    assert desk.back(data) == ["done: is approved", "done: is rejected", "done: is approved"]
    count = len(store.candidates.decisions())
    assert desk.back(data, "again.csv") == ["is approved already", "is rejected already", "is approved already"]
    assert len(store.candidates.decisions()) == count
    assert store.candidates.get(3).text == "drizzle"


def test_a_file_cut_off_anywhere_decides_no_more_than_its_whole_rows(desk: Desk, store: Store, add: Add) -> None:
    add("fog 🌫", "mist", "rain")
    rows = desk.out()
    for row in rows:
        row["decision"] = "approve"
    whole = written(rows).encode()
    ends = [number for number in range(len(whole)) if whole[number : number + 2] == b"\r\n"]
    verdicts = desk.back(whole[: (ends[1] + ends[2]) // 2])
    assert verdicts[0] == "done: is approved"
    assert verdicts[1].startswith("refused")
    assert "wait that have no row here" in verdicts[2]
    assert states(store) == {"fog 🌫": "approved", "mist": "pending", "rain": "pending"}


@pytest.mark.parametrize("cut", [1, 5, 40, 101, 130, 137, 150, 155])
def test_no_cut_loses_or_invents_anything(desk: Desk, store: Store, add: Add, cut: int) -> None:
    (one,) = add("fog " * 10)
    rows = desk.out()
    rows[0]["decision"] = "approve"
    whole = written(rows).encode()
    verdicts = desk.back(whole[: min(cut, len(whole) - 4)])
    assert verdicts[0].startswith(("refused", "1 candidates wait"))
    assert store.candidates.get(one.number) == one


def test_rows_left_out_go_on_waiting_and_are_named(desk: Desk, store: Store, add: Add) -> None:
    add("fog", "mist", "rain")
    rows = desk.out()
    rows[1]["decision"] = "approve"
    verdicts = desk.back(written([rows[1]]).encode())
    assert verdicts == ["done: is approved", "2 candidates wait that have no row here, and go on waiting: 1, 3"]


def test_rows_that_stand_there_twice(desk: Desk, store: Store, add: Add) -> None:
    add("fog", "mist")
    rows = desk.out()
    rows[0]["decision"] = rows[1]["decision"] = "approve"
    contrary = {**rows[1], "decision": "reject"}
    verdicts = desk.back(written([rows[0], rows[1], rows[0], contrary]).encode())
    assert verdicts[0] == "done: is approved"
    assert verdicts[2] == "the same as row 2"
    assert verdicts[1] == verdicts[3] == "refused: this number stands here twice with different contents"
    assert states(store) == {"fog": "approved", "mist": "pending"}


def edited(**cells: str) -> dict[str, str]:
    return {"decision": "approve", **cells}


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        (edited(text="x" * 281), "its text was edited past the limit: 281 of 280 characters"),
        (edited(text="雨" * 141), "its text was edited past the limit: 282 of 280 characters"),
        (edited(text=" "), "its text is empty: write reject instead"),
        (edited(number="999"), "there is no candidate of this number in this account"),
        (edited(number="2"), "there is no candidate of this number in this account"),
        (edited(number="one"), "its number 'one' is no number"),
        (edited(number="-1"), "its number '-1' is no number"),
        (edited(number="9" * 30), f"its number '{'9' * 30}' is no number"),
        (edited(version="x"), "its version 'x' is no number"),
        (edited(version="7"), "it has changed since, and is pending now (version 1)"),
        (edited(check="k000000000000"), "its check does not fit its number and version"),
        (edited(check=""), "the row is cut off"),
        (edited(check="k"), "the row is cut off"),
        (edited(decision="perhaps"), "unknown decision 'perhaps'"),
        (edited(decision="", text="drizzle"), "its text was changed, but there is no decision"),
        (edited(decision="edit"), "to be edited, but its text is the old one"),
        (edited(decision="schedule", when=""), "its time '' cannot be read"),
        (edited(decision="schedule", when="tomorrow"), "its time 'tomorrow' cannot be read"),
        (edited(when="2020-01-01 18:30"), "its time 2020-01-01 18:30 has passed"),
        (edited(text="fog ? rain"), "its text lost characters when the sheet was saved"),
    ],
)
def test_a_row_that_cannot_be_followed_is_refused_with_its_reason(
    desk: Desk, store: Store, add: Add, cells: dict[str, str], verdict: str
) -> None:
    (one,) = add("fog 🌫 rain")
    add("of another", account="other")
    (row,) = desk.out()
    verdicts = desk.back(written([row | cells]).encode())
    assert verdicts[0].startswith(f"refused: {verdict}")
    assert store.candidates.get(one.number) == one
    assert len(list(desk.folder.glob("done/*-filled.csv"))) == 1  # nothing handed back is lost


def test_an_edit_alone_waits_again_and_an_edit_with_a_time_is_scheduled(desk: Desk, store: Store, add: Add) -> None:
    add("fog", "mist")
    rows = desk.out()
    rows[0] |= {"decision": "edit", "text": "drizzle"}
    rows[1] |= {"decision": "approve", "text": "hail", "when": "2026-03-02 18:30"}
    assert desk.back(written(rows).encode()) == ["done: is pending", "done: is approved"]
    assert [one.text for one in store.candidates.pending()] == ["drizzle"]
    scheduled = store.candidates.get(2)
    assert (scheduled.text, scheduled.scheduled_for) == ("hail", datetime(2026, 3, 2, 17, 30, tzinfo=UTC))


def test_who_was_faster_keeps_what_they_decided(desk: Desk, store: Store, add: Add) -> None:
    one, other = add("fog", "mist")
    rows = desk.out()
    for row in rows:
        row["decision"] = "approve"
    for of, action, more in ((one, Action.REJECT, None), (other, Action.EDIT, "haze")):
        store.candidates.apply(Decision(of.number, 1, action, "ann", "inbox", text=more), desk.host.now())
    verdicts = desk.back(written(rows).encode())
    assert verdicts[0] == "refused: it has changed since, and is rejected now (version 2)"
    assert verdicts[1] == "refused: it has changed since, and is pending now (version 2)"
    assert store.candidates.get(one.number).state is ReviewState.REJECTED


def test_an_approval_cut_off_from_its_edit_by_a_crash_is_made_up_for(desk: Desk, store: Store, add: Add) -> None:
    (one,) = add("fog")
    (row,) = desk.out()
    row |= {"decision": "approve", "text": "haze"}
    (desk.folder / "back" / "filled.csv").write_text(written([row]))
    first, _ = desk.queue().decisions()
    store.candidates.apply(first, desk.host.now())  # and here the power went
    assert desk.gathered() == ["done: is approved"]
    assert (store.candidates.get(one.number).text, store.candidates.get(one.number).version) == ("haze", 3)


def test_what_the_store_refuses_is_said_and_not_tried_for_ever(
    desk: Desk, store: Store, add: Add, clock: Any
) -> None:
    add("fog")
    (row,) = desk.out()
    row["decision"] = "approve"
    clock.now = clock.now.replace(month=4)
    verdicts = desk.back(written([row]).encode())
    assert verdicts[0] == "refused: the store did not take it (its time has passed)"
    assert desk.take(desk.queue()).refused == []


def test_a_file_in_an_old_encoding_may_decide_but_not_edit(desk: Desk, store: Store, add: Add) -> None:
    add("café", "fog")
    rows = desk.out()
    rows[0]["decision"] = "approve"
    rows[1] |= {"decision": "approve", "text": "fög"}
    verdicts = desk.back(written(rows, ";").encode("cp1252"))
    assert verdicts[0] == "done: is approved"
    assert verdicts[1].startswith("refused: its text lost characters")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 an xlsx", "is a spreadsheet of its program's own; save it as CSV"),
        (b"", "has no column 'number'"),
        (b"\xff\xfe", "has no column 'number'"),
        (b"number,text\r\n1,fog\r\n", "has no column 'decision' or 'version' or 'check'"),
        (bytes(range(256)) * 20, "has no column"),
        (b'"' * 1001, "has no column"),
    ],
)
def test_what_is_no_sheet_is_refused_whole(desk: Desk, store: Store, add: Add, data: bytes, why: str) -> None:
    (one,) = add("fog")
    desk.out()
    assert why in desk.back(data)[0]
    assert store.candidates.get(one.number) == one


def test_a_file_still_being_written_is_left_alone(desk: Desk, store: Store, add: Add, clock: Any) -> None:
    add("fog")
    (row,) = desk.out()
    row["decision"] = "approve"
    path = desk.folder / "back" / "filled.csv"
    path.write_text(written([row]))
    (desk.folder / "back" / ".~lock.filled.csv#").write_text("a spreadsheet's own")
    os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    queue = SheetQueue(SheetQueue.Settings(settle_seconds=2), desk.host)
    assert desk.take(queue).applied == []
    assert path.exists()
    os.utime(path, (clock.now.timestamp() - 3, clock.now.timestamp() - 3))
    assert len(desk.take(queue).applied) == 1


def test_the_sheet_follows_what_is_decided_elsewhere(desk: Desk, store: Store, add: Add) -> None:
    one, _ = add("fog", "mist")
    desk.out()
    store.candidates.apply(Decision(one.number, 1, Action.REJECT, "ann", "inbox"), desk.host.now())
    desk.take(desk.queue())
    assert [row["text"] for row in desk.sheet()] == ["mist"]


def test_a_sheet_holds_the_best_and_no_more_than_wanted(desk: Desk, add: Add) -> None:
    add("poor", "best", "good", scores=[1, 3, 2])
    desk.settings = {"rows": 2, "delimiter": ";"}
    desk.queue().submit([])
    text = (desk.folder / "sheet.csv").read_text("utf-8-sig")
    assert [row["text"] for row in csv.DictReader(io.StringIO(text), delimiter=";")] == ["best", "good"]
