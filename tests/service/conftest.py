"""A small instance with a tiny model, and the real daemon on it in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tweetgen.app import App
from tweetgen.domain import Slot
from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights, save
from tweetgen.service.context import Context, Options
from tweetgen.service.redaction import Redactor
from tweetgen.settings import Architecture, Tokens
from tweetgen.store import Store

SMALL = Architecture(cells=6, embedding=8, label_size=3)
POSTS = ["the rain in spain", "stays mainly in the plain", "one, two"] * 5
#: an account that needs nobody: writes at once, approves everything, appends to a file
AUTOMATIC = """
voice: {Ada: 1}
writing: {candidates: 4, max_length: 60}
ranking: {keep: 2, learn: false}
filters: []
review: {automatic: {per_day: 100}}
stock: 2
destinations: [file: {path: posted.jsonl}]
schedule: {post: every 6h, catch_up: all}
"""
#: seconds after which a test gives up waiting
_LONGEST = 30


@dataclass
class Instance:
    """A folder with everything in it."""

    folder: Path
    #: the file of an account that needs nobody
    automatic: str = AUTOMATIC
    started: list["Serving"] = field(default_factory=list)
    #: the URL of its database; "": the file it has by itself
    database: str = ""

    def wait_for(self, condition: Callable[[], Any], what: str) -> Any:
        """What `condition` gives once that is true."""
        return _wait_for(condition, lambda: "\n".join([what, *(serving.said() for serving in self.started)]))

    def write(self, name: str, text: str) -> Path:
        """A file of the instance."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def store(self) -> Store:
        """Its database."""
        return Store.open(self.database or f"sqlite:///{self.folder / 'state' / 'tweetgen.db'}")

    def move_to(self, database: str) -> None:
        """Another database, before anything is in the first."""
        self.database = database
        config = (self.folder / "config.yaml").read_text("utf-8")
        self.write("config.yaml", f"{config}database: {json.dumps(database)}\n")

    def make_due(self, account: str) -> None:
        """Wait until a text is approved and a slot made, then let the slot's time come."""
        with self.store() as store:
            self.wait_for(lambda: store.candidates.approved(account), f"an approved text of {account}")
            slots = self.wait_for(lambda: self._to_come(store, account), f"a slot of {account}")
            store.slots.move(slots[0].number, datetime.now(UTC), datetime.now(UTC))

    @staticmethod
    def _to_come(store: Store, account: str) -> list[Slot]:
        return [slot for slot in store.slots.upcoming(account, "post") if slot.due_at > datetime.now(UTC)]

    def daemons(self, store: Store) -> list[Any]:
        """Those that serve it now."""
        return store.daemons.alive(datetime.now(UTC) - timedelta(minutes=1))

    def posted(self, name: str = "posted.jsonl") -> list[dict[str, Any]]:
        """What was published in a file."""
        path = self.folder / name
        lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """`tweetgen ARGUMENTS` on it."""
        command = _command(self.folder, *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def serve(self, *arguments: str) -> "Serving":
        """The daemon, begun; ended with the test."""
        serving = Serving(self.folder, len(self.started), arguments)
        self.started.append(serving)
        return serving


class Serving:
    """One `tweetgen serve`."""

    def __init__(self, folder: Path, number: int, arguments: tuple[str, ...]) -> None:
        self.log = folder / f"serve-{number}.log"
        # in the place of systemd; a name in no folder, which may be longer than a path
        self._supervisor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._supervisor.setblocking(False)
        self._heard: list[str] = []
        self._supervisor.bind(f"\0{folder}/{number}")
        with self.log.open("wb") as log:
            command = _command(folder, "serve", *arguments)
            environment = {**os.environ, "NOTIFY_SOCKET": f"@{folder}/{number}", "WATCHDOG_USEC": "1000000"}
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    def said(self) -> str:
        """All that it logged."""
        return self.log.read_text("utf-8")

    def heard(self) -> list[str]:
        """What systemd would have heard so far, each without its details."""
        with suppress(BlockingIOError):
            while True:
                self._heard.append(self._supervisor.recv(1000).decode().partition("=")[0])
        return self._heard

    def wait_until_said(self, text: str) -> None:
        """Wait for a line with this in it."""
        _wait_for(lambda: text in self.said() or self.process.poll() is not None, lambda: f"{text!r} in {self.said()}")
        assert text in self.said(), self.said()

    def close(self) -> None:
        """Let go of what this test holds."""
        self._supervisor.close()

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to end; its exit code, and how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(_LONGEST), time.monotonic() - began


def _wait_for(condition: Callable[[], Any], what: Callable[[], str]) -> Any:
    deadline = time.monotonic() + _LONGEST
    while not (found := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"in vain waited for {what()}")
        time.sleep(0.05)
    return found


def _command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tweetgen", "--instance", str(folder), *arguments]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A model of two authors that knows nothing; its texts are short and of one line."""
    vocabulary = learn(POSTS, Tokens(size=300))
    labels: dict[str, tuple[str, ...]] = {"author": ("Ada", "Bob")}
    random = np.random.default_rng(0)
    shapes = expected_shapes(SMALL, vocabulary.size, labels)
    arrays = {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    arrays["logits.bias"][0] = 3
    for token, spelling in enumerate(vocabulary.token_bytes):
        if not all(97 <= byte < 123 for byte in spelling):
            arrays["logits.bias"][token] = -99 if token else 3
    path = tmp_path_factory.mktemp("weights") / "shared.safetensors"
    save(Weights(arrays, SMALL, vocabulary, labels), path)
    return path.read_bytes()


@pytest.fixture
def instance(tmp_path: Path, weights: bytes) -> Iterator[Instance]:
    """An instance with the account `ada`, which needs nobody; its pages take any port."""
    with _laid_out(tmp_path, weights) as made:
        yield made


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, weights: bytes) -> Iterator[Instance]:
    """Such an instance for a whole module, with a daemon that serves it."""
    with _laid_out(tmp_path_factory.mktemp("served"), weights) as made:
        made.serve()
        with made.store() as store:
            made.wait_for(lambda: made.daemons(store), "a sign of life")
        yield made


@contextmanager
def _laid_out(folder: Path, weights: bytes) -> Iterator[Instance]:
    made = Instance(folder / "instance")
    made.write("config.yaml", "web: {port: 0}\nplugins: [plugins]\nservice: {plugin_timeout: 5s}\n")
    made.write("accounts/ada.yaml", AUTOMATIC)
    (made.folder / "plugins").mkdir()
    (made.folder / "weights").mkdir()
    (made.folder / "weights/shared.safetensors").write_bytes(weights)
    yield made
    for serving in made.started:
        if serving.process.poll() is None:
            serving.process.kill()
            serving.process.wait()
        serving.close()


@pytest.fixture
def begin(instance: Instance) -> Iterator[Callable[[], Context]]:
    """Makes what steps are given, in this process."""
    with ExitStack() as opened:

        def make() -> Context:
            app = App.open(instance.folder)
            opened.callback(app.close)
            return Context(app, Options(), Redactor(), lambda: datetime.now(UTC))

        yield make


@pytest.fixture
def context(begin: Callable[[], Context]) -> Context:
    """What steps are given."""
    return begin()
