"""The real daemon in a process of its own."""

import signal

import pytest

from tests.service.conftest import AUTOMATIC, Instance, wait_for

HANGING = """
import time
from datetime import timedelta
from tweetgen import hookimpl

class Hangs:
    keyed = False
    settle = timedelta(0)

    def publish(self, outgoing):
        open("{folder}/hangs", "w").close()
        time.sleep(60)

    def find(self, outgoing):
        return None

@hookimpl
def register_destinations(register):
    register("hangs", lambda settings, host: Hangs())
"""


def test_from_the_schedule_to_a_posted_line(instance: Instance) -> None:
    serving = instance.serve()
    instance.make_due("ada")
    (line,) = wait_for(instance.posted, "a posted line")
    assert line["account"] == "ada"
    with instance.store() as store:
        (row,) = wait_for(lambda: store.outbox.list(), "a row")
        wait_for(lambda: store.outbox.list()[0].state == "sent", "its receipt")
        assert row.text == line["text"]
    assert serving.end() == (0, pytest.approx(0, abs=10))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_ten_seconds_though_a_plugin_hangs(instance: Instance, number: signal.Signals) -> None:
    instance.write("plugins/hangs.py", HANGING.format(folder=instance.folder))
    instance.write("config.yaml", "web: {port: 0}\nplugins: [plugins]\nservice: {plugin_timeout: 1m}\n")
    instance.write("accounts/ada.yaml", AUTOMATIC.replace("file: {path: posted.jsonl}", "hangs"))
    serving = instance.serve()
    instance.make_due("ada")
    wait_for((instance.folder / "hangs").exists, "the plugin to hang")
    code, seconds = serving.end(number)
    assert code == 0
    assert seconds < 10
    with instance.store() as store:
        assert [row.state for row in store.outbox.list()] == ["unknown"]
        assert store.daemons.alive(store.journal.last()[-1].started_at) == []
