"""An instance with one account and candidates to decide about."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen.domain import Candidate, Nearest, Outcome, Pending, Verdict
from tweetgen.store import NewCandidate, Store


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    (folder / "config.yaml").write_text("timezone: Europe/Berlin\n")
    (folder / "accounts").mkdir()
    (folder / "accounts" / "keeper.yaml").write_text("about: a lighthouse\n")
    with Store.open(f"sqlite:///{folder / 'state' / 'tweetgen.db'}") as opened:
        yield opened


@pytest.fixture
def add(store: Store) -> Callable[..., list[Pending]]:
    """Send texts to review, the best first."""

    def send(*texts: str, account: str = "keeper") -> list[Pending]:
        now = datetime.now(UTC)
        candidate = Candidate("as written", {"ada": 1.0}, "base", 7, (0.8,), True, -12.5)
        verdicts = (Verdict("length", Outcome.KEEP, "fits"), Verdict("links", Outcome.REWRITE, "one cut", "fog"))
        nearest = Nearest("the lamp burns", "ada", 3, 0.31)
        new = [
            NewCandidate(
                account,
                candidate,
                text,
                {"author": 0.5},
                -float(at),
                verdicts,
                nearest,
                expires_at=now + timedelta(days=7),
            )
            for at, text in enumerate(texts)
        ]
        return store.candidates.add(new, now)

    return send
