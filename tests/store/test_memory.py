"""What the service remembers of its own work: plugin states, journal, notices, daemons, leases, channels."""

import json
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tweetgen.domain import Event, Json, Severity
from tweetgen.store import Store, processes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _event(cause: str = "step:collect", at: datetime = NOON, message: str = "collect failed") -> Event:
    return Event("step_failed", "keeper", Severity.WARNING, message, cause, at, {"times": 3})


@pytest.mark.parametrize("value", [None, 7, "\0 \ud800", {"a": [1, {"b": None}]}])
def test_a_plugin_finds_what_it_kept(store: Store, value: Json) -> None:
    assert store.plugin_states.get("x", "keeper") == (None, 0)
    assert store.plugin_states.put("x", "keeper", value, 0)
    assert store.plugin_states.get("x", "keeper") == (json.loads(json.dumps(value)), 1)
    assert store.plugin_states.get("x", "mayor") == (None, 0)


def test_a_plugin_state_changes_from_its_newest_version_only(store: Store) -> None:
    states = store.plugin_states
    assert states.put("x", "", "one", 0)
    assert not states.put("x", "", "two", 0)
    assert states.put("x", "", "two", 1)
    assert not states.put("x", "", "three", 1)
    assert not states.put("y", "", "of nothing", 4)
    assert states.get("x", "") == ("two", 2)
    assert states.get("y", "") == (None, 0)


def test_of_many_at_once_one_changes_a_plugin_state(store: Store) -> None:
    won = []
    threads = [
        threading.Thread(target=lambda n=n: won.append(store.plugin_states.put("x", "", n, 0))) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]


def test_the_journal_tells_the_newest_first_and_forgets_the_old(store: Store) -> None:
    first = store.journal.begin("collect", "", "host:1:a", NOON)
    store.journal.end(first, "ok", "3 new\0", NOON + MINUTE)
    second = store.journal.begin("dispatch", "keeper", "host:1:a", NOON + 2 * MINUTE)
    newest, oldest = store.journal.last()
    assert (newest.number, newest.outcome, newest.ended_at, newest.detail) == (second, "running", None, "")
    assert (oldest.step, oldest.outcome, oldest.detail) == ("collect", "ok", "3 new")
    assert (oldest.started_at, oldest.ended_at) == (NOON, NOON + MINUTE)
    assert [entry.number for entry in store.journal.last("dispatch")] == [second]
    assert [entry.number for entry in store.journal.last(account="")] == [first]
    assert [entry.number for entry in store.journal.last(limit=1)] == [second]
    assert store.journal.sweep(NOON + MINUTE) == 1
    assert [entry.number for entry in store.journal.last()] == [second]


def test_a_cause_is_told_once_until_it_is_over(store: Store) -> None:
    assert store.notices.happened(_event())
    assert not store.notices.happened(_event(at=NOON + MINUTE, message="collect failed again"))
    (open_,) = store.notices.open()
    assert open_.event == _event(at=NOON + MINUTE, message="collect failed again")
    assert (open_.count, open_.first_at, open_.last_at, open_.told_at) == (2, NOON, NOON + MINUTE, None)
    store.notices.told("step:collect", NOON)
    assert store.notices.untold(NOON) == []
    assert not store.notices.happened(_event())
    assert store.notices.over("step:collect")
    assert not store.notices.over("step:collect")
    assert store.notices.open() == []
    assert store.notices.happened(_event())


def test_who_was_told_is_remembered_while_others_could_not_be(store: Store) -> None:
    store.notices.happened(_event())
    store.notices.told_some("step:collect", ["one"])
    store.notices.told_some("step:collect", ["two", "one"])
    store.notices.told_some("unheard of", ["one"])
    assert not store.notices.happened(_event())
    (notice,) = store.notices.untold(NOON)
    assert store.notices.untold(NOON - MINUTE) == []
    assert notice.told_to == {"one", "two"}


def test_what_no_database_holds_is_repaired_in_notices(store: Store) -> None:
    store.notices.happened(Event("k", "a", Severity.INFO, "a\0b\ud800", "c", NOON, {"x\0": ["\0y"]}))
    (notice,) = store.notices.open()
    assert (notice.event.message, notice.event.details) == ("ab�", {"x": ["y"]})


def test_what_has_not_happened_for_long_is_forgotten(store: Store) -> None:
    store.notices.happened(_event("once"))
    store.notices.happened(_event("it goes on"))
    store.notices.happened(_event("it goes on", NOON + 2 * MINUTE))
    assert store.notices.sweep(NOON + MINUTE) == 1
    assert [notice.event.cause for notice in store.notices.open()] == ["it goes on"]


def test_daemons_live_while_they_beat(store: Store) -> None:
    store.daemons.beat("a", NOON, NOON, {"version": "1"})
    store.daemons.beat("b", NOON + MINUTE, NOON + MINUTE, {})
    store.daemons.beat("a", NOON, NOON + 2 * MINUTE, {"version": "1", "tick": 9})
    one, two = store.daemons.alive(NOON)
    assert (one.owner, one.started_at, one.beat_at) == ("a", NOON, NOON + 2 * MINUTE)
    assert (one.details, two.owner) == ({"version": "1", "tick": 9}, "b")
    assert [daemon.owner for daemon in store.daemons.alive(NOON + 2 * MINUTE)] == ["a"]
    store.daemons.leave("a")
    assert [daemon.owner for daemon in store.daemons.alive(NOON)] == ["b"]
    assert store.daemons.sweep(NOON + 2 * MINUTE) == 1


def test_a_daemon_whose_process_is_gone_is_not_alive_but_one_elsewhere_may_be(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = socket.gethostname()
    for owner in (f"{host}:{ended.pid}:x", f"{host}:{os.getpid()}:x", f"another-{host}:{ended.pid}:x", "odd"):
        store.daemons.beat(owner, NOON, NOON, {})
    assert {one.owner.partition(":")[0] for one in store.daemons.alive(NOON)} == {host, f"another-{host}", "odd"}
    assert f"{host}:{ended.pid}:x" not in {one.owner for one in store.daemons.alive(NOON)}
    monkeypatch.setattr(processes, "here", lambda: "another container")
    assert f"{host}:{ended.pid}:x" in {one.owner for one in store.daemons.alive(NOON)}


def test_a_lease_is_one_owner_s_until_it_ends(store: Store) -> None:
    leases = store.leases
    assert leases.take("train", "a", NOON, NOON + MINUTE)
    assert leases.take("train", "a", NOON, NOON + 2 * MINUTE)
    assert not leases.take("train", "b", NOON + MINUTE, NOON + 3 * MINUTE)
    assert leases.holder("train", NOON + MINUTE) == "a"
    assert leases.take("collect", "b", NOON, NOON + MINUTE)
    assert leases.holder("train", NOON + 2 * MINUTE) is None
    assert leases.take("train", "b", NOON + 2 * MINUTE, NOON + 3 * MINUTE)
    assert not leases.renew("train", "a", NOON + 9 * MINUTE)
    assert leases.renew("train", "b", NOON + 4 * MINUTE)
    leases.release("train", "a")
    assert leases.holder("train", NOON + 3 * MINUTE) == "b"
    leases.release("train", "b")
    assert leases.take("train", "a", NOON, NOON + MINUTE)


def test_a_channel_waits_as_long_as_the_longest_reason_says(store: Store) -> None:
    channels = store.channels
    assert channels.get("keeper", "main").is_open(NOON)
    channels.wait("keeper", "main", NOON + 2 * MINUTE, "throttled")
    channels.wait("keeper", "main", NOON + MINUTE, "a thread\0 still runs")
    (channel,) = channels.all()
    assert channel == channels.get("keeper", "main")
    assert (channel.wait_until, channel.why) == (NOON + 2 * MINUTE, "a thread still runs")
    assert not channel.is_open(NOON + MINUTE)
    assert channel.is_open(NOON + 2 * MINUTE)


def test_a_blocked_channel_opens_when_a_person_says_so(store: Store) -> None:
    channels = store.channels
    channels.wait("keeper", "main", NOON + MINUTE, "throttled")
    channels.block("keeper", "main", "log in again", NOON)
    channels.end_wait("keeper", "main")
    blocked = channels.get("keeper", "main")
    assert (blocked.wait_until, blocked.blocked_at, blocked.why) == (None, NOON, "log in again")
    assert not blocked.is_open(NOON + 9 * MINUTE)
    channels.wait("keeper", "main", NOON + MINUTE, "throttled")
    assert channels.get("keeper", "main").blocked_at == NOON
    assert channels.clear("keeper", "main")
    assert not channels.clear("keeper", "main")
    assert channels.all() == []
