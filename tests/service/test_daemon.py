"""The real daemon in a process of its own."""

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Instance

HANGING = """
import time
from datetime import timedelta
from pathlib import Path
from tweetgen import hookimpl

class Hangs:
    keyed = False
    settle = timedelta(0)

    def publish(self, outgoing):
        Path("{folder}/hangs").touch()
        time.sleep(60)

    def find(self, outgoing):
        return None

@hookimpl
def register_destinations(register):
    register("hangs", lambda settings, host: Hangs())
"""
PATIENT = "web: {port: 0}\nplugins: [plugins]\nservice: {plugin_timeout: 1m}\n"


def test_it_ends_within_ten_seconds_though_a_plugin_hangs(instance: "Instance") -> None:
    instance.write("plugins/hangs.py", HANGING.format(folder=instance.folder))
    instance.write("config.yaml", PATIENT)
    instance.write("accounts/ada.yaml", instance.automatic.replace("file: {path: posted.jsonl}", "hangs"))
    serving = instance.serve()
    instance.make_due("ada")
    instance.wait_for((instance.folder / "hangs").exists, "the plugin to hang")
    code, seconds = serving.end()
    assert code == 0
    assert seconds < 10
    (cut_off,) = [line for line in serving.said().splitlines() if "cut off" in line]
    assert re.search(r"cut off after [78]\.\d s: sending\b", cut_off)
    with instance.store() as store:
        assert [row.state for row in store.outbox.list()] == ["unknown"]
        assert store.daemons.alive(store.journal.last()[-1].started_at) == []


def test_a_failing_account_stays_alone_with_its_failure(instance: "Instance") -> None:
    instance.write("accounts/bad.yaml", instance.automatic.replace("Ada", "Nobody"))
    instance.write("accounts/worse.yaml", instance.automatic.replace("path: posted.jsonl", "path: {$env: MISSING}"))
    serving = instance.serve()
    instance.make_due("ada")
    instance.wait_for(instance.posted, "a posted line")
    with instance.store() as store:
        failed = instance.wait_for(
            lambda: {one.account: one.detail for one in store.journal.last() if one.outcome == "failed"}, "failures"
        )
    assert set(failed) == {"bad", "worse"}
    assert "Nobody" in failed["bad"]
    assert "MISSING" in failed["worse"]
    assert serving.end()[0] == 0


def test_two_daemons_post_once(instance: "Instance") -> None:
    both = [instance.serve(), instance.serve()]
    with instance.store() as store:
        instance.wait_for(lambda: len(instance.daemons(store)) == 2, "two signs of life")
        for _ in range(2):
            instance.make_due("ada")
        instance.wait_for(lambda: len(instance.posted()) == 2, "two posted lines")
        instance.wait_for(lambda: {row.state for row in store.outbox.list()} == {"sent"}, "both receipts")
    assert len({line["key"] for line in instance.posted()}) == 2
    assert [one.end()[0] for one in both] == [0, 0]
    assert len(instance.posted()) == 2


def test_logs_keep_secrets(instance: "Instance", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUT", "hush-hush-42")
    instance.write("config.yaml", "web: {port: 0}\nplugins: [plugins]\nservice: {log: json}\n")
    instance.write(
        "plugins/shouts.py",
        """
import logging
from tweetgen import hookimpl

class Shouts:
    def __init__(self, settings, host):
        self.secret = settings["secret"]

    def submit(self, candidates):
        raise ValueError(self.secret)

    def decisions(self):
        return ()

@hookimpl
def register_review_queues(register):
    register("shouts", Shouts)
""",
    )
    queue = "review: {shouts: {secret: {$env: SHOUT}}}"
    instance.write("accounts/ada.yaml", instance.automatic.replace("review: {automatic: {per_day: 100}}", queue))
    serving = instance.serve()
    serving.wait_until_said("ValueError")
    assert serving.end()[0] == 0
    assert "hush-hush" not in serving.said()
    assert all(json.loads(line)["level"] for line in serving.said().splitlines())
    assert "hush-hush" not in instance.run("status").stdout
