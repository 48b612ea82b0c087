"""The pages on a real port of this machine, over a store with one candidate."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn

from tweetgen.domain import Candidate, Nearest, Outcome, Pending, Verdict
from tweetgen.pipeline.links import Links
from tweetgen.store import NewCandidate, Store
from tweetgen.web.app import Health, create

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "a secret of tests alone, long enough"


@dataclass
class Pages:
    """The running pages, a browser on them, and what they depend on."""

    store: Store
    links: Links
    browser: httpx.Client
    now: datetime = NOON
    trouble: dict[str, str | None] = field(default_factory=dict)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tweetgen.db'}") as opened:
        yield opened


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


@pytest.fixture
def pages(store: Store) -> Iterator[Pages]:
    links = Links(SECRET, "http://127.0.0.1")
    with httpx.Client() as browser:
        running = Pages(store, links, browser)
        health = Health(lambda: running.trouble.get("alive"), lambda: running.trouble.get("ready"))
        application = create(store, links, health, lambda: b"tweetgen_up 1\n", lambda: running.now)
        server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:  # it says so within milliseconds
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        browser.base_url = httpx.URL(f"http://127.0.0.1:{port}")
        yield running
        server.should_exit = True
        thread.join()
