"""`tweetgen outbox`: look, retry, give up, say that it landed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen.domain import Event, Receipt, SendState, Severity
from tweetgen.store import Store
from tweetgen.store.outbox_row import Ending, OutboxRow

Run = Callable[..., tuple[int, str, str]]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAIN = ("keeper", "main")


@pytest.fixture
def store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/state/tweetgen.db")


@pytest.fixture
def filled(store: Store, place: Callable[..., OutboxRow]) -> Store:
    """One sent, one that nobody knows of, one to come."""
    endings = [Ending(SendState.SENT, receipt=Receipt("7", "http://here/7")), Ending(SendState.UNKNOWN, "500")]
    for words, ending in zip(("fog", "tide " * 20), endings, strict=True):
        place(store, words)
        (row,) = store.outbox.claim("me", NOON, timedelta(minutes=1), {MAIN: False})
        store.outbox.settle(row, ending, NOON)
    place(store, "rope", destination="other")
    return store


def test_an_empty_outbox_says_what_comes_next(tweetgen: Run, store: Store) -> None:
    assert "Next: tweetgen review" in tweetgen("outbox")[1]


def test_all_are_listed_the_newest_first_and_what_waits(tweetgen: Run, filled: Store) -> None:
    filled.channels.block(*MAIN, "token revoked", NOON)
    code, out, err = tweetgen("outbox")
    rows = [line.split() for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [row[:5] for row in rows[1:4]] == [
        ["3", "keeper", "other", "ready", "0"],
        ["2", "keeper", "main", "unknown", "1"],
        ["1", "keeper", "main", "sent", "1"],
    ]
    assert "…" in out
    assert "http://here/7" in out
    assert "tweetgen outbox unblock keeper main" in out


def test_filters_and_json(tweetgen: Run, filled: Store) -> None:
    def numbers(*options: str) -> list[int]:
        return [row["number"] for row in json.loads(tweetgen("outbox", "--json", *options)[1])]

    assert numbers() == [3, 2, 1]
    assert numbers("-n", "1") == [3]
    assert numbers("--state", "sent", "--state", "ready") == [3, 1]
    assert numbers("--destination", "main", "--account", "keeper") == [2, 1]
    assert numbers("--account", "nobody") == []


def test_one_is_shown_whole(tweetgen: Run, filled: Store) -> None:
    out = tweetgen("outbox", "show", "2")[1]
    assert "tide " * 19 in out
    assert "500" in out
    told = json.loads(tweetgen("outbox", "show", "1", "--json")[1])
    assert (told["state"], told["remote_id"], told["sent_at"]) == ("sent", "7", "2026-03-01T12:00:00+00:00")
    assert told["key"] == filled.outbox.get(1).key


def test_times_are_those_of_the_account(tweetgen: Run, folder: Path, filled: Store) -> None:
    (folder / "config.yaml").write_text("timezone: Europe/Berlin\n")
    (folder / "accounts").mkdir()
    filled.channels.block("mayor", "main", "token revoked", NOON)
    out = tweetgen("outbox")[1]  # there is no account file: the zone is that of the instance
    assert out.count("Sun 2026-03-01 13:00:00 CET") == 3
    assert "blocked since Sun 2026-03-01 13:00 CET" in out
    (folder / "accounts/keeper.yaml").write_text("timezone: Asia/Tokyo\n")
    assert tweetgen("outbox")[1].count("Sun 2026-03-01 21:00:00 JST") == 3
    assert "Sun 2026-03-01 21:00:00 JST" in tweetgen("outbox", "show", "1")[1]


def test_a_retry_that_may_post_twice_asks_first(
    tweetgen: Run, filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = tweetgen("outbox", "retry", "2")
    assert code == 2
    assert "posted twice" in err
    monkeypatch.setattr("tweetgen.cli.outbox.is_terminal", lambda: True)
    monkeypatch.setattr("click.confirm", lambda question, abort: pytest.fail("no") if "twice" not in question else True)
    assert tweetgen("outbox", "retry", "2")[0] == 0
    assert filled.outbox.get(2).state is SendState.READY


def test_a_retry_of_what_surely_did_not_arrive_does_not_ask(tweetgen: Run, filled: Store) -> None:
    filled.outbox.resolve(filled.outbox.get(2), Ending(SendState.FAILED, "no"), NOON)
    assert tweetgen("outbox", "retry", "2")[0] == 0


def test_giving_up_and_retrying_what_may_have_arrived_asks_still(tweetgen: Run, filled: Store) -> None:
    assert tweetgen("outbox", "give-up", "2")[0] == 0
    assert filled.outbox.get(2).state is SendState.CANCELLED
    assert tweetgen("outbox", "retry", "2")[0] == 2
    assert tweetgen("outbox", "retry", "2", "--yes")[0] == 0


def test_what_landed_is_never_sent_again(tweetgen: Run, filled: Store) -> None:
    assert tweetgen("outbox", "landed", "2", "--id", "8")[0] == 0
    assert filled.outbox.get(2).receipt == Receipt("8")
    code, _, err = tweetgen("outbox", "retry", "2")
    assert (code, "it is sent" in err) == (2, True)


def test_what_somebody_has_seen_to_is_told_again_if_it_happens_again(tweetgen: Run, filled: Store) -> None:
    causes = ["outbox:2", "login:keeper:main"]
    for cause in causes:
        filled.notices.happened(Event("unknown", "keeper", Severity.ACTION, "look", cause, NOON))
    filled.channels.block(*MAIN, "token revoked", NOON)
    tweetgen("outbox", "landed", "2")
    tweetgen("outbox", "unblock", "keeper", "main")
    assert filled.notices.open() == []


def test_a_destination_is_unblocked_once(tweetgen: Run, filled: Store) -> None:
    filled.channels.block(*MAIN, "token revoked", NOON)
    assert tweetgen("outbox", "unblock", "keeper", "main")[0] == 0
    assert tweetgen("outbox", "unblock", "keeper", "main")[0] == 2


def test_an_unknown_number_is_an_error(tweetgen: Run, store: Store) -> None:
    code, _, err = tweetgen("outbox", "show", "99")
    assert code == 2
    assert "outbox 99: there is no such row" in err
