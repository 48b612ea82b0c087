"""A daemon in the middle of its life: one for all of these."""

import json
import re
import signal
import urllib.request
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import Instance


def test_its_first_line_says_who_is_served_where_the_pages_are_and_what_is_next(served: "Instance") -> None:
    with served.store() as store:
        (daemon,) = served.daemons(store)
    pages = daemon.details["pages"]
    served.started[0].wait_until_said(f"serves 1 account (ada); pages at {pages}; next post of ada: ")
    assert len(re.findall(r"tweetgen \d\S* serves ", served.started[0].said())) == 1


def test_from_the_schedule_to_a_posted_line(served: "Instance") -> None:
    served.make_due("ada")
    (line,) = served.wait_for(served.posted, "a posted line")
    assert line["account"] == "ada"
    with served.store() as store:
        (row,) = served.wait_for(lambda: [row for row in store.outbox.list() if row.state == "sent"], "its receipt")
        assert row.text == line["text"]


def test_the_pages_tell_that_it_is_alive_and_what_it_did(served: "Instance") -> None:
    with served.store() as store:
        (daemon,) = served.daemons(store)
    address = daemon.details["pages"]
    for page in ("healthz", "readyz"):
        with urllib.request.urlopen(f"{address}/{page}", timeout=10) as answer:
            assert answer.read() == b"ok\n"
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
        assert b'tweetgen_steps_total{outcome="ok",step="plan"}' in answer.read()


def test_status_tells_who_serves_what_was_done_and_what_is_next(served: "Instance") -> None:
    said = json.loads(served.run("status", "--json").stdout)
    (daemon,) = said["daemons"]
    assert daemon["pid"] == served.started[0].process.pid
    ada = said["accounts"]["ada"]
    assert ada["paused"] is None
    assert ada["steps"]["restock"]["outcome"] == "ok"
    assert datetime.fromisoformat(ada["next"]["post"]["at"]) > datetime.now(UTC)


def test_systemd_hears_that_it_is_ready_and_alive(served: "Instance") -> None:
    heard = served.started[0].heard
    served.wait_for(lambda: "WATCHDOG" in heard(), "a sign of life")
    assert heard()[0] == "READY"


def test_sighup_reads_the_configuration_again(served: "Instance") -> None:
    before = len(served.started[0].heard())
    served.started[0].process.send_signal(signal.SIGHUP)
    served.started[0].wait_until_said("the configuration was read again")
    served.wait_for(lambda: "READY" in served.started[0].heard()[before:], "its end")
    assert "RELOADING" in served.started[0].heard()[before:]


def test_a_pause_holds_what_is_due(served: "Instance") -> None:
    before = len(served.posted())
    with served.store() as store:
        store.accounts.pause("*", "ann", "enough", datetime.now(UTC))
        served.make_due("ada")
        waits = served.wait_for(
            lambda: [slot.reason for slot in store.slots.upcoming("ada", "post", 1) if slot.reason], "a reason"
        )
        assert waits == ["paused"]
        assert len(served.posted()) == before


def test_asked_to_end_it_ends_and_says_so(served: "Instance") -> None:
    assert served.started[0].end(signal.SIGINT)[0] == 0
    with served.store() as store:
        assert served.daemons(store) == []
    assert "No service runs" in served.run("status").stdout
