"""The pages on a real port of this machine, over a store with one candidate."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import uvicorn

from tweetgen.app import App
from tweetgen.domain import Candidate, Nearest, Outcome, Pending, Verdict
from tweetgen.model import vocabulary as vocabularies
from tweetgen.model import weights
from tweetgen.model.shapes import expected_shapes
from tweetgen.pipeline.links import Links
from tweetgen.settings import Architecture, Tokens
from tweetgen.store import NewCandidate, Store
from tweetgen.web.app import create
from tweetgen.web.server import Server
from tweetgen.web.site import Health, Site

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Pages:
    """The running pages, a browser on them, and what they depend on."""

    store: Store
    links: Links
    browser: httpx.Client
    now: datetime = NOON
    trouble: dict[str, str | None] = field(default_factory=dict)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An instance whose files a test may write before it asks for `pages`."""
    (tmp_path / "config.yaml").touch()
    opened = App.open(tmp_path, {})
    yield opened
    opened.close()


@pytest.fixture
def store(app: App) -> Store:
    return app.store


@pytest.fixture
def one(store: Store) -> Pending:
    candidate = Candidate("fog <b>again</b> & more", {"ada": 1.0}, "base", 7, (0.8,), True, -12.5)
    verdict = Verdict("length", Outcome.KEEP, "23 of 280")
    nearest = Nearest("fog <i>at sea</i>", "ada", 2, 0.25)
    new = NewCandidate(
        "keeper",
        candidate,
        candidate.text,
        {"author": 0.5},
        1.25,
        (verdict,),
        nearest,
        expires_at=NOON + timedelta(days=30),
    )
    return store.candidates.add([new], NOON)[0]


@pytest.fixture(scope="session")
def fill() -> Callable[..., None]:
    """Has many texts wait in review: `fill(store, 100_000, account="keeper", at=…)`, the best first."""

    def send(store: Store, count: int, account: str = "keeper", at: datetime = NOON) -> None:
        for begin in range(0, count, 5000):
            new = []
            for place in range(begin, min(begin + 5000, count)):
                text = f"fog number {place} comes in from the sea & stays"
                candidate = Candidate(text, {"ada": 1.0}, "base", place, (0.8,), True, -12.5)
                score = 1.0 - place / count
                new.append(NewCandidate(account, candidate, text, {"author": score}, score))
            store.candidates.add(new, at)

    return send


@pytest.fixture
def model_file(app: App) -> Callable[..., Path]:
    """Writes a tiny model, which writes gibberish: `model_file("first", seed=1, authors=("ada",), report={…})`."""

    def write(
        name: str,
        seed: int = 0,
        authors: tuple[str, ...] = ("ada", "bob"),
        origin: dict[str, Any] | None = None,
        report: dict[str, Any] | None = None,
    ) -> Path:
        vocabulary = vocabularies.learn(["fog on the sea"], Tokens(level="char"))
        shape = Architecture(cells=8, embedding=8, label_size=4)
        random, labels = np.random.default_rng(seed), {"author": authors}
        shapes = expected_shapes(shape, vocabulary.size, labels)
        arrays = {each: random.normal(0, 0.3, size).astype(np.float32) for each, size in shapes.items()}
        arrays["logits.bias"][1 + ord("a") : 1 + ord("z")] += 4.0
        path = app.base / "weights" / f"{name}.safetensors"
        path.parent.mkdir(exist_ok=True)
        weights.save(weights.Weights(arrays, shape, vocabulary, labels, origin or {}, report or {}), path)
        return path

    return write


@pytest.fixture
def pages(app: App) -> Iterator[Pages]:
    with httpx.Client(timeout=60) as browser:  # a busy machine answers late
        running = Pages(app.store, app.links, browser)
        health = Health(lambda: running.trouble.get("alive"), lambda: running.trouble.get("ready"))
        site = Site(lambda: app, "keeper", health, lambda: b"tweetgen_up 1\n", lambda: running.now)
        config = uvicorn.Config(create(site), host="127.0.0.1", port=0, log_config=None, lifespan="off")
        server = Server(config, site)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:  # it says so within milliseconds
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        browser.base_url = httpx.URL(f"http://127.0.0.1:{port}")
        yield running
        server.should_exit = True
        thread.join()
