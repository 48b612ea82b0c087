"""A collection from X that is killed: the same corpus in the end as without, and no page is paid for twice."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tests.fakes.x import FakeUser, Running
from tweetgen.store import Store
from tweetgen.store.accounts import EVERY

#: moments at which a collection is killed; many more of them: X_KILLS=200
KILLS = int(os.environ.get("X_KILLS", "10"))
_PROGRAM = """
import sys
from pathlib import Path
from tweetgen.app import App
from tweetgen.pipeline.collect import collect
app = App.open(Path(sys.argv[1]))
store, sources = app.store, app.sources()
print("started", flush=True)
found = collect(store, sources)
assert not found.failed, found.problems
print("done", flush=True)
"""


@pytest.fixture
def instance(x: Running, keeper: FakeUser, tmp_path: Path) -> Path:
    """An instance that learns from two users, of whom one is asked for under two names."""
    owl = x.world.add_user("owl")
    begin = x.world.clock() - timedelta(days=100)
    for number in range(1500):
        x.world.write(owl if number % 5 == 0 else keeper, f"log {number}: fog", at=begin + timedelta(hours=number))
    (tmp_path / "token").write_text(x.world.logins.app_token())
    entry = {
        "authors": ["keeper", "owl", "https://x.com/KEEPER"],
        "base_url": x.url,
        "bearer_token": {"$file": "token"},
        "budget": {"per_day": None, "per_month": None},
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"sources": [{"x": entry}]}))
    return tmp_path


@pytest.mark.timeout(60 + 10 * KILLS)
def test_a_kill_anywhere_neither_loses_nor_repeats_a_page(instance: Path, x: Running, keeper: FakeUser) -> None:
    x.world.record = KILLS <= 10
    x.world.limits = {}
    moments = random.Random(4)
    kills, repeated = 0, []
    while kills < KILLS:
        stored, read = _stored(instance), len(x.world.ledger)
        if _finishes(instance, moments.uniform(0, 1)):
            assert _stored(instance) == set(x.world.posts)
            for number in range(200):
                x.world.write(keeper, f"later {kills}/{number}: fog")
        else:
            kills += 1
        repeated += [entry for entry in x.world.ledger[read:] if entry.action == "read" and int(entry.post) in stored]
    assert _finishes(instance, None)
    assert _stored(instance) == set(x.world.posts)
    assert repeated == []
    assert x.world.dollars <= _counted(instance, x)


def _finishes(instance: Path, after: float | None) -> bool:
    """Collect, and kill it so many seconds after it was ready to; whether it was through before that."""
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM, instance], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "started\n"
        if after is not None:
            time.sleep(after)
            process.send_signal(signal.SIGKILL)
        finished = "done" in said.read()
    process.wait()
    assert finished or after is not None
    return finished


def _stored(instance: Path) -> set[int]:
    with Store.open(f"sqlite:///{instance}/state/tweetgen.db") as store:
        posts = [int(stored.post.id) for stored in store.posts()]
    assert len(posts) == len(set(posts))
    return set(posts)


def _counted(instance: Path, x: Running) -> Decimal:
    """What the instance believes it has paid this month: never less than it has."""
    with Store.open(f"sqlite:///{instance}/state/tweetgen.db") as store:
        spent = {one.period: one.spent for one in store.budgets.since(x.world.clock()) if one.account == EVERY}
    return spent[f"{x.world.clock():%Y-%m}"]
