"""What every test may ask for."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import hypothesis
import pytest

if TYPE_CHECKING:
    from tweetgen.store import Store
    from tweetgen.store.outbox_row import OutboxRow

ROOT = Path(__file__).resolve().parents[1]

# TensorFlow, here and in processes started from here: networks as small as the tests' lose time by sharing work out
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

hypothesis.settings.register_profile("work", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "work")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real posts that the project never contains: `$TWEETGEN_SHARED`, else `../shared`."""
    folder = Path(os.environ.get("TWEETGEN_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no real posts here: {folder} is not a folder")
    return folder


@pytest.fixture(scope="session")
def unavailable() -> Callable[[str], NoReturn]:
    """Called by a test with what the machine lacks: skips, or fails where `TWEETGEN_REQUIRE_ALL` is set."""

    def leave_out(what: str) -> NoReturn:
        if os.environ.get("TWEETGEN_REQUIRE_ALL"):
            pytest.fail(f"needed here because TWEETGEN_REQUIRE_ALL is set: {what}", pytrace=False)
        pytest.skip(what)

    return leave_out


@pytest.fixture(autouse=True)
def _no_instance_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings must not change what a test sees."""
    for name in [name for name in os.environ if name.startswith("TWEETGEN_") and name not in _SWITCHES]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def approve() -> Callable[..., int]:
    """Has a text written and approved: `approve(store, "fog", account="keeper", at=…)`; the candidate's number."""
    from tweetgen.domain import Action, Candidate, Decision
    from tweetgen.store import NewCandidate

    def decide(
        store: "Store", text: str, account: str = "keeper", at: datetime = _NOON, scheduled_for: datetime | None = None
    ) -> int:
        candidate = Candidate(text, {}, "base", 1, (1.0,), True, -1.0)
        (added,) = store.candidates.add([NewCandidate(account, candidate, text, {}, 0.0)], at)
        action = Action.SCHEDULE if scheduled_for else Action.APPROVE
        decision = Decision(added.number, added.version, action, "ann", "inbox", scheduled_for=scheduled_for)
        return store.candidates.apply(decision, at).number

    return decide


@pytest.fixture(scope="session")
def place(approve: Callable[..., int]) -> "Callable[..., OutboxRow]":
    """Puts a text into the outbox: `place(store, "fog", account="keeper", destination="main", at=…, expires_at=…)`."""

    def put(
        store: "Store",
        text: str,
        account: str = "keeper",
        destination: str = "main",
        at: datetime = _NOON,
        expires_at: datetime | None = None,
    ) -> "OutboxRow":
        approve(store, text, account, at)
        slot = store.slots.book(account, "post", at, at)
        (row,) = store.outbox.place(account, slot, [destination], at, expires_at)
        return row

    return put


@pytest.fixture(scope="session")
def save_model() -> Callable[..., Path]:
    """Writes a weights file that knows some authors and nothing else: `save_model(path, "ada", "bob")`."""
    import numpy as np

    from tweetgen.model.shapes import expected_shapes
    from tweetgen.model.vocabulary import learn
    from tweetgen.model.weights import Weights, save
    from tweetgen.settings import Architecture, Tokens

    def make(path: Path, *authors: str) -> Path:
        small = Architecture(cells=3, embedding=4, label_size=2)
        vocabulary = learn([], Tokens(level="char"))
        shapes = expected_shapes(small, vocabulary.size, {"author": authors})
        arrays = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        save(Weights(arrays, small, vocabulary, {"author": authors}), path)
        return path

    return make


_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: read by these fixtures, not by the product
_SWITCHES = {"TWEETGEN_REQUIRE_ALL", "TWEETGEN_SHARED"}
