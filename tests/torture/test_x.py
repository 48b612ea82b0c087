"""The same promises with X as the destination: real tweepy, a faulty X, no keys, and reads that fail as well.

`make torture` kills 1,000 times where `make test` kills 20.
"""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tweetgen.domain import SendState

Torture = Callable[..., Any]
ACCOUNTS = ["ada", "bob", "cleo", "dan"]
#: seconds; what X accepts, it shows well within
SETTLE = 2.5


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"torture_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def faulty_x() -> Any:
    return _load("x_service").XService(seed=5, accounts=ACCOUNTS)


@pytest.fixture
def run(torture: Torture, tmp_path: Path, faulty_x: Any) -> Callable[..., Any]:
    """Have texts sent while the daemon is killed as ordered: `run(texts, read=True, kills=20)`."""

    def serve(texts: int, read: bool, **orders: Any) -> Any:
        with faulty_x.serving() as url:
            times = {"connect_seconds": 0.5, "read_seconds": 0.6, "total_seconds": 0.8}
            much = {"per_quarter_hour": 10**6, "per_three_hours": 10**6, "app_per_day": 10**6}
            free = {"budget": {"per_day": None, "per_month": None}}
            settings = {}
            for name in ACCOUNTS:
                keys = faulty_x.keys(name)
                names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
                given = {key: getattr(keys, key) for key in names}
                settings[name] = {"base_url": url, "read": read, **given, **times, **much, **free}
            told = {"on_unknown": "reconcile", "keyed": False, "settle": SETTLE, "limit": 1.0}
            return torture(url, texts, x=settings, state=str(tmp_path), **told, **orders)

    return serve


def check(faulty_x: Any, aftermath: Any, texts: int, read: bool) -> None:
    """At most once always; exactly once where X may be asked, and for a person only where it may not."""
    assert len(aftermath.states) == texts
    assert max(faulty_x.ledger.values(), default=0) <= 1
    for key, state in aftermath.states.items():
        if state is SendState.SENT:
            assert faulty_x.ledger[key] == 1
    expected = {SendState.SENT} if read else {SendState.SENT, SendState.NEEDS_HUMAN}
    assert set(aftermath.states.values()) <= expected
    if read:
        assert set(faulty_x.ledger.values()) == {1}
        assert len(faulty_x.ledger) == texts


def report(capsys: pytest.CaptureFixture[str], name: str, faulty_x: Any, aftermath: Any, kills: int) -> None:
    states = ", ".join(f"{state} {count}" for state, count in sorted(aftermath.counts.items()))
    requests = ", ".join(f"{what} {count}" for what, count in sorted(faulty_x.requests.items()))
    twice = sum(count > 1 for count in faulty_x.ledger.values())
    with capsys.disabled():
        print(f"\nx, {name}: killed {kills} times; {states}")
        print(f"  accepted {len(+faulty_x.ledger)}, twice {twice}; requests: {requests}")


@pytest.mark.timeout(0)
@pytest.mark.parametrize("read", [True, False], ids=["with reads", "without reads"])
@pytest.mark.parametrize("processes", [1, 2])
def test_killed_at_random_moments_nothing_is_posted_on_x_twice_or_lost(
    run: Callable[..., Any], faulty_x: Any, capsys: pytest.CaptureFixture[str], kills: int, read: bool, processes: int
) -> None:
    texts = 2 * kills
    aftermath = run(texts, read, kills=kills, processes=processes)
    if kills > 20:
        name = f"{'with' if read else 'without'} reads, {processes} at once"
        report(capsys, name, faulty_x, aftermath, kills)
    check(faulty_x, aftermath, texts, read)


def test_killed_at_every_failpoint_nothing_is_posted_on_x_twice_or_lost(
    run: Callable[..., Any], faulty_x: Any, failpoints: tuple[str, ...], kills: int
) -> None:
    # limits, budget and outbox commit several times for one text
    passings = range(1, 9) if kills > 20 else (1, 4)
    killed = [(name, 1) for name in failpoints] + [("commit", passing) for passing in passings]
    aftermath = run(3 * len(killed), True, failpoints=killed)
    check(faulty_x, aftermath, 3 * len(killed), True)
