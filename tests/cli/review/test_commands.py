"""`tweetgen review` without a terminal: lists, decisions for scripts, sheets, the log."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tweetgen.domain import Pending, ReviewState
from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]
Add = Callable[..., list[Pending]]


def test_without_a_terminal_it_says_what_to_use(tweetgen: Run, add: Add) -> None:
    add("fog")
    code, _, err = tweetgen("review")
    assert code == 2
    assert "there is no terminal: use --list, or approve N" in err


def test_what_waits_is_listed_the_best_first(tweetgen: Run, add: Add) -> None:
    assert "Nothing waits for review." in tweetgen("review", "--list")[1]
    add("fog\x1b[31m\nagain", "mist " * 2000)
    add("rain", account="gone")
    code, out, err = tweetgen("review", "--list", "-n", "2")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [["1", "keeper"], ["3", "gone"]]
    assert "\x1b" not in out
    assert "2 of 3" in err
    assert "rain" not in tweetgen("review", "--account", "keeper", "--list")[1]
    assert max(map(len, tweetgen("review", "--list")[1].splitlines())) < 200


def test_the_list_as_json_has_what_a_decision_needs(tweetgen: Run, add: Add) -> None:
    add("fog 🌫")
    (found,) = json.loads(tweetgen("review", "--list", "--json")[1])
    assert (found["number"], found["version"], found["text"]) == (1, 1, "fog 🌫")
    assert found["nearest"] == {"author": "ada", "text": "the lamp burns", "shared_words": 3}


def test_an_unknown_account_is_refused_with_the_nearest(tweetgen: Run, store: Store) -> None:
    code, _, err = tweetgen("review", "--account", "keper", "--list")
    assert code == 2
    assert "did you mean 'keeper'?" in err


def test_scripts_decide_and_take_back(tweetgen: Run, store: Store, add: Add) -> None:
    add("fog", "mist", "rain")
    assert tweetgen("review", "--as", "ann", "approve", "1", "2")[:2] == (
        0,
        "1  approved  version 2\n2  approved  version 2\n",
    )
    assert tweetgen("review", "reject", "3", "--reason", "too wet")[0] == 0
    assert tweetgen("review", "undo", "2", "3")[0] == 0
    assert tweetgen("review", "skip", "2")[0] == 0
    assert tweetgen("review", "edit", "3", "--text", "drizzle")[0] == 0
    assert [(one.text, one.skips) for one in store.candidates.pending()] == [("drizzle", 0), ("mist", 1)]
    assert store.candidates.decisions(candidate=1)[0].actor == "ann"
    assert store.candidates.decisions(candidate=3)[2].reason == "too wet"


def test_what_cannot_be_done_is_told_and_the_rest_is_done(tweetgen: Run, store: Store, add: Add) -> None:
    add("fog", "mist", "rain")
    tweetgen("review", "--as", "ann", "reject", "1")
    code, out, err = tweetgen("review", "approve", "1", "99", "2@7", "3@1")
    assert (code, out) == (2, "3  approved  version 2\n")
    assert "candidate 1: is rejected and cannot take approve; undo that first" in err
    assert "candidate 99: there is none of that number" in err
    assert "candidate 2 has changed (version 1, you saw 7)" in err
    assert tweetgen("review", "approve", "one")[0] == 2
    assert tweetgen("review", "approve", "1@x")[0] == 2


def test_a_time_is_the_accounts_own(tweetgen: Run, store: Store, add: Add) -> None:
    (one, other) = add("fog", "mist")
    year = datetime.now(UTC).year + 1
    assert tweetgen("review", "schedule", str(one.number), f"{year}-07-01 18:30")[0] == 0
    assert store.candidates.get(one.number).scheduled_for == datetime(year, 7, 1, 16, 30, tzinfo=UTC)
    before = datetime.now(UTC)
    assert tweetgen("review", "schedule", str(other.number), "2h")[0] == 0
    at = store.candidates.get(other.number).scheduled_for
    assert at is not None
    assert timedelta(hours=2) <= at - before < timedelta(hours=2, minutes=5)
    code, _, err = tweetgen("review", "schedule", "2", "soon")
    assert code == 2
    assert "'soon' is no time: write 18:30, 2026-03-01 18:30, or 2h" in err


def test_an_edit_is_judged_by_the_accounts_filters(tweetgen: Run, store: Store, add: Add) -> None:
    add("fog")
    code, out, _ = tweetgen("review", "edit", "1", "--text", "x" * 500)
    assert code == 0
    assert out.startswith("1  pending  version 2\n")
    assert "length: drop, 500 weighted" in out
    assert "6 filters would keep it as it is" in tweetgen("review", "edit", "1", "--text", "The fog is back.")[1]


def test_a_time_in_quiet_hours_comes_with_a_hint(tweetgen: Run, store: Store, add: Add, folder: Path) -> None:
    text = "schedule: {late: 2h}\nlimits: {quiet: 08:00-12:00}\n"
    (folder / "accounts" / "keeper.yaml").write_text(text)
    add("fog", "mist", "rain")
    year = datetime.now(UTC).year + 1
    told = [tweetgen("review", "schedule", str(n), f"{year}-07-01 {n + 8:02}:00")[2] for n in (1, 2)]
    assert "it would never be posted" in told[0]
    assert "that is in quiet hours (08:00-12:00): it waits until 12:00" in told[1]
    assert tweetgen("review", "schedule", "3", f"{year}-07-01 12:00")[2] == ""


def test_a_sheet_is_taken_and_taken_again_harmlessly(
    tweetgen: Run, store: Store, add: Add, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from tweetgen_plugins._sheet.rows import check

    one, other = add("fog", "mist")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["number", "decision", "text", "version", "check"])
    writer.writerow([one.number, "approve", "haze", 1, check(one)])
    writer.writerow([other.number, "perhaps", "mist", 1, check(other)])
    sheet = tmp_path / "filled in.csv"
    sheet.write_text(text.getvalue(), "utf-16")
    code, out, _ = tweetgen("review", "--as", "ann", "import", str(sheet))
    assert code == 2
    assert "row 2  candidate 1  done: is approved" in out
    assert "row 3  candidate 2  refused: unknown decision 'perhaps'" in out
    assert (store.candidates.get(1).text, store.candidates.get(1).state) == ("haze", ReviewState.APPROVED)
    assert store.candidates.decisions(candidate=1)[0].actor == "ann"
    assert "row 2  candidate 1  is approved already" in tweetgen("review", "import", str(sheet))[1]
    assert sheet.exists()
    assert not (folder / "review").exists()
    assert "verdicts.csv" not in caplog.text  # it is gone by now


def test_the_log_shows_who_decided_what(tweetgen: Run, add: Add) -> None:
    add("fog")
    tweetgen("review", "--as", "ann", "reject", "1", "--reason", "too wet")
    lines = tweetgen("review", "log")[1].splitlines()
    assert len(lines) == 2
    assert re.match(r"\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]+  keeper", lines[1])  # the zone is named
    assert "keeper  1  ann (inbox): reject, pending → rejected  too wet  fog" in lines[1]
    rows = [json.loads(line) for line in tweetgen("review", "log", "--json", "-n", "1")[1].splitlines()]
    assert [(row["actor"], row["action"], row["scores"]) for row in rows] == [("ann", "reject", {"author": 0.5})]


def test_a_log_that_was_changed_shows(tweetgen: Run, add: Add, folder: Path) -> None:
    add("fog")
    tweetgen("review", "approve", "1")
    code, out, _ = tweetgen("review", "log", "--verify")
    assert code == 0
    assert out.startswith("2 rows, all as they were written")
    engine = create_engine(f"sqlite:///{folder / 'state' / 'tweetgen.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE decisions SET actor = 'eve' WHERE number = 2"))
    engine.dispose()
    code, _, err = tweetgen("review", "log", "--verify")
    assert code == 2
    assert "row 2 of the log of decisions is not as it was written" in err


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("18:30", "2026-03-28T18:30+01:00"),
        ("09:00", "2026-03-29T09:00+02:00"),
        ("in 2h", "2026-03-28T14:00+01:00"),
        ("+90m", "2026-03-28T13:30+01:00"),
        ("2026-04-01 08:15", "2026-04-01T08:15+02:00"),
        ("2026-04-01T08:15Z", "2026-04-01T10:15+02:00"),
    ],
)
def test_moments_as_people_type_them(typed: str, told: str) -> None:
    from zoneinfo import ZoneInfo

    from tweetgen.cli.review_when import moment

    zone = ZoneInfo("Europe/Berlin")
    at = moment(typed, zone, datetime(2026, 3, 28, 11, tzinfo=UTC))
    assert at.astimezone(zone).isoformat(timespec="minutes") == told
