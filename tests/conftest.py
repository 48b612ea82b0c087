"""What every test may ask for."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import hypothesis
import pytest

if TYPE_CHECKING:
    from tests.fakes.x import Running
    from tests.fakes.x.contract import Contract
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


@pytest.fixture
def x(x_contract: "Contract | None", monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Iterator[Running]":
    """A small X of our own, empty, over real HTTP at `x.url`.

    What is said there must be as X describes it, and nothing that a test logs, prints, raises or writes may hold a key
    or token.
    """
    from tests.fakes.x import running
    from tests.fakes.x.leaks import listening, secrets_of

    with listening(monkeypatch) as leaks:
        with running() as found:
            yield found
        assert leaks.found(secrets_of(found.world.logins), tmp_path) == []
    if x_contract is not None:
        assert list(x_contract.broken(found.world.exchanges)) == []


@pytest.fixture(scope="session")
def x_contract() -> "Contract | None":
    """X's description of its API, None where it is not at hand: it is not ours to give away."""
    path = Path(os.environ.get("TWEETGEN_SHARED", ROOT.parent / "shared")) / "reference" / "x-openapi.json"
    if not path.is_file():
        return None
    from tests.fakes.x.contract import Contract

    return Contract(path)


@pytest.fixture(autouse=True)
def _no_instance_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings must not change what a test sees."""
    for name in [name for name in os.environ if name.startswith("TWEETGEN_") and name not in _SWITCHES]:
        monkeypatch.delenv(name)


def _server_programs() -> Path | None:
    """Where Debian puts initdb and postgres, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def server(unavailable: Callable[[str], NoReturn]) -> Iterator[str]:
    """The folder of the unix socket of a running server; one for each test worker."""
    programs = _server_programs()
    if programs is None:
        unavailable("PostgreSQL's server: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="tweetgen-pg-"))
    # initdb refuses root
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)
    run: dict[str, Any] = {"user": user, "group": user, "cwd": folder, "extra_groups": [] if user else None}
    data = folder / "data"
    subprocess.run(
        [
            programs / "initdb",
            "--auth=trust",
            "--no-sync",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            data,
        ],
        check=True,
        capture_output=True,
        **run,
    )
    # nothing here must survive a power cut
    options = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], stderr=log, stdout=log, **run
        )
    try:
        _wait_until_ready(programs, folder, process)
        yield str(folder)
    finally:
        process.send_signal(2)  # fast shutdown
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(programs: Path, folder: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail("PostgreSQL does not start:\n" + (folder / "log").read_text(errors="replace"))
        time.sleep(0.05)


@pytest.fixture
def postgresql(server: str) -> Iterator[str]:
    """The URL of an empty database."""
    import psycopg

    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(host=server, user="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy".encode())
        yield f"postgresql+psycopg://postgres@/{name}?host={server}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


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


_NUMBERS = count(1)
_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: read by these fixtures, not by the product
_SWITCHES = {"TWEETGEN_REQUIRE_ALL", "TWEETGEN_SHARED"}
