"""A store full of texts, a faulty service, and a daemon to kill; `TORTURE=1000` sets how often (20 by default)."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import insert

from tweetgen.domain import SendState
from tweetgen.store import Store, text_hash
from tweetgen.store.tables import outbox

_HERE = Path(__file__).parent
#: accounts among which the texts are shared out, so that several can be sent at a time
ACCOUNTS = ["ada", "bob", "cleo", "dan"]


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"torture_{name}", _HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def kills() -> int:
    """At how many random moments to kill."""
    return int(os.environ.get("TORTURE", "20"))


@pytest.fixture(scope="session")
def make_service() -> Callable[..., object]:
    """`tests/torture/service.py: Service`."""
    made: Callable[..., object] = _load("service").Service
    return made


@pytest.fixture(scope="session")
def failpoints() -> tuple[str, ...]:
    """Every one of them."""
    named: tuple[str, ...] = _load("dispatcher").FAILPOINTS
    return named


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database to copy."""
    path = tmp_path_factory.mktemp("torture") / "empty.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> str:
    """The URL of an empty database; `postgresql` where a test asks for it."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql"))
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'tweetgen.db')}"


def fill(url: str, count: int) -> None:
    """So many texts, ready to be sent."""
    now = datetime.now(UTC)
    rows = [
        {
            "account": ACCOUNTS[number % len(ACCOUNTS)],
            "destination": "main",
            "candidate": number,
            "slot": number,
            "key": f"key{number}",
            "text": f"text {number}",
            "text_hash": text_hash(f"text {number}"),
            "state": SendState.READY,
            "not_before": now,
            "created_at": now,
        }
        for number in range(count)
    ]
    with Store.open(url) as store, store._engine.begin() as connection:
        connection.execute(insert(outbox), rows)


@dataclass(frozen=True)
class Aftermath:
    """What the store says in the end, by key."""

    states: dict[str, SendState]
    #: how many were still to be sent or reconciled when the last process had been killed
    left: int
    #: what else happened
    remark: str = ""

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.states.values())

    def check(self, policy: str, service: Any, texts: int) -> None:
        """At most once always, exactly once with `reconcile`; what the store says is what the service has."""
        assert len(self.states) == texts
        assert max(service.ledger.values(), default=0) <= 1
        unexplained = set(self.states.values()) - {SendState.SENT, SendState.NEEDS_HUMAN}
        assert unexplained == set()
        for key, state in self.states.items():
            if state is SendState.SENT:
                assert service.ledger[key] == 1
        if policy == "reconcile":
            assert self.counts == {SendState.SENT: texts}

    def report(self, capsys: pytest.CaptureFixture[str], name: str, service: Any, killed: int) -> None:
        """The counts, for whoever runs `make torture`."""
        states = ", ".join(f"{state} {count}" for state, count in sorted(self.counts.items()))
        faults = ", ".join(f"{fault} {count}" for fault, count in sorted(service.requests.items()))
        twice = sum(count > 1 for count in service.ledger.values())
        with capsys.disabled():
            print(f"\n{name}: killed {killed} times{self.remark}, {self.left} left to do then; {states}")
            print(f"  accepted {len(+service.ledger)}, twice {twice}; requests: {faults}")


Torture = Callable[..., Aftermath]


def read(url: str, left: int, remark: str = "") -> Aftermath:
    """What became of everything."""
    with Store.open(url) as store:
        return Aftermath({row.key: row.state for row in store.outbox.list(limit=1_000_000)}, left, remark)


@pytest.fixture
def torture(database: str) -> Torture:
    """Fill a store with `texts`, run the loop to be killed as ordered, and read what is left."""

    def run(url: str, texts: int, **orders: object) -> Aftermath:
        fill(database, texts)
        told = {"database": database, "service": url, "accounts": ACCOUNTS, "seed": 1, "failpoints": [], **orders}
        program = [sys.executable, str(_HERE / "dispatcher.py")]
        done = subprocess.run(program, input=json.dumps(told), text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return read(database, int(done.stdout))

    return run


@pytest.fixture
def torture_daemons(database: str, tmp_path: Path, approve: Callable[..., int]) -> Torture:
    """Approve `texts`, kill real daemons as `orders` says, have one serve to the end, and read what is left."""
    make = _load("daemons").Daemons

    def run(
        service: Any, texts: int, on_unknown: str, orders: Callable[[Any], int], fatal: bool = False
    ) -> Aftermath:
        with Store.open(database) as store, service.serving() as url:
            daemons = make(tmp_path / "instance", store, database, ACCOUNTS)
            daemons.configure(url, on_unknown, service.keyed, fatal)
            daemons.fill(texts, approve)
            left = orders(daemons)
            service.faulty = 0
            daemons.finish()
        assert "Traceback" not in daemons.said()
        return read(database, left, daemons.told())

    return run
