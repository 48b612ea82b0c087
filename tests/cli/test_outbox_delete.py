"""`tweetgen outbox delete`: a text is taken back where its destination can do that."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweetgen.domain import Receipt, SendState
from tweetgen.plugins import PACKAGE
from tweetgen.store import Store
from tweetgen.store.outbox_row import Ending, OutboxRow

Run = Callable[..., tuple[int, str, str]]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

WALL = """
from datetime import timedelta
from pathlib import Path
from tweetgen import Receipt, hookimpl
from tweetgen.errors import ReauthRequired

class Wall:
    keyed, settle = False, timedelta(minutes=1)
    def __init__(self, settings, host): self.gone = host.base / "gone.txt"; self.can = settings.get("can", True)
    def publish(self, outgoing): return Receipt("1")
    def find(self, outgoing): return None

class Erasable(Wall):
    def delete(self, receipt):
        if receipt.id == "revoked":
            raise ReauthRequired("the login has ended")
        self.gone.write_text(receipt.id)
        return self.can

@hookimpl
def register_destinations(register):
    register("wall", Wall)
    register("erasable", Erasable)
"""


@pytest.fixture(autouse=True)
def _no_module_left() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


@pytest.fixture
def sent(folder: Path, place: Callable[..., OutboxRow]) -> Callable[..., Path]:
    """A text that arrived at a destination: `sent("erasable", "7")`."""
    (folder / "config.yaml").write_text("plugins: [plugins]")
    for name in ("plugins", "accounts"):
        (folder / name).mkdir()
    (folder / "plugins/wall.py").write_text(WALL)

    def arrange(entry: str, ident: str = "7", state: SendState = SendState.SENT) -> Path:
        (folder / "accounts/keeper.yaml").write_text(f"destinations: [{entry}]")
        name = "main" if "main" in entry else entry
        with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
            place(store, "fog", destination=name)
            (row,) = store.outbox.claim("me", NOON, timedelta(minutes=1), {("keeper", name): False})
            receipt = Receipt(ident, "https://wall.example.org/7")
            store.outbox.settle(row, Ending(state, "500", receipt=receipt), NOON)
        return folder / "gone.txt"

    return arrange


def state(folder: Path) -> SendState:
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        return store.outbox.get(1).state


def test_a_text_is_deleted_there_and_said_to_be(tweetgen: Run, sent: Callable[..., Path], folder: Path) -> None:
    gone = sent("erasable")
    assert tweetgen("outbox", "delete", "1", "--yes") == (0, "outbox 1 is deleted\n", "")
    assert (gone.read_text(), state(folder)) == ("7", SendState.DELETED)
    assert "is deleted, so there is nothing to delete" in tweetgen("outbox", "delete", "1", "--yes")[2]


def test_without_somebody_to_ask_it_must_be_said(tweetgen: Run, sent: Callable[..., Path], folder: Path) -> None:
    gone = sent("erasable")
    code, _, err = tweetgen("outbox", "delete", "1")
    assert (code, "repeat with --yes" in err, gone.exists(), state(folder)) == (2, True, False, SendState.SENT)


def test_a_destination_that_is_off_may_still_be_asked(tweetgen: Run, sent: Callable[..., Path]) -> None:
    gone = sent("{erasable: {name: main, enabled: false}}")
    assert tweetgen("outbox", "delete", "1", "--yes")[0] == 0
    assert gone.read_text() == "7"


@pytest.mark.parametrize(
    ("entry", "ident", "told"),
    [
        ("wall", "7", "cannot take a text back; delete it at https://wall.example.org/7"),
        ("erasable", "revoked", "tweetgen: the login has ended"),
        ("{erasable: {name: main, can: false}}", "7", "did not delete it"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    tweetgen: Run, sent: Callable[..., Path], folder: Path, entry: str, ident: str, told: str
) -> None:
    sent(entry, ident)
    code, _, err = tweetgen("outbox", "delete", "1", "--yes")
    assert (code, told in err, state(folder)) == (2, True, SendState.SENT)


def test_what_has_not_arrived_cannot_be_deleted(tweetgen: Run, sent: Callable[..., Path]) -> None:
    gone = sent("erasable", state=SendState.UNKNOWN)
    assert "is unknown, so there is nothing to delete" in tweetgen("outbox", "delete", "1", "--yes")[2]
    assert not gone.exists()


def test_a_destination_that_has_gone_is_named(tweetgen: Run, sent: Callable[..., Path], folder: Path) -> None:
    sent("erasable")
    (folder / "accounts/keeper.yaml").write_text("about: nobody")
    assert (
        "destination erasable of account keeper: is no longer configured"
        in tweetgen("outbox", "delete", "1", "--yes")[2]
    )
